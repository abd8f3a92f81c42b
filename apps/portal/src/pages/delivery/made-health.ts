import type { Made } from './tree.ts';

/** Health of what an object of the source made: the controller tells only of the source's own. */
export function madeHealth(kind: string, object: Made): { health: string; message: string | undefined } {
  if (kind === 'Pod') return podHealth(object);
  const { replicas = 0 } = object.spec ?? {};
  const ready = object.status?.readyReplicas ?? 0;
  return kind === 'ReplicaSet' && ready < replicas
    ? { health: 'Progressing', message: `${ready} of ${replicas} ready` }
    : { health: 'Healthy', message: undefined };
}

/** As Argo CD sees a pod: what crashes or cannot be pulled is degraded, what is not ready yet progresses. */
function podHealth({ status }: Made): { health: string; message: string | undefined } {
  const waiting = status?.containerStatuses?.map(each => each.state?.waiting).find(each => each?.reason);
  const reason = waiting?.reason ?? '';
  if (/^(CrashLoopBackOff|Err|.*Error$|.*BackOff$)/.test(reason))
    return { health: 'Degraded', message: waiting?.message ?? reason };
  if (status?.phase === 'Failed') return { health: 'Degraded', message: undefined };
  if (status?.phase === 'Succeeded') return { health: 'Healthy', message: undefined };
  const ready = status?.conditions?.find(({ type }) => type === 'Ready');
  if (status?.phase === 'Running' && ready?.status === 'True')
    return { health: 'Healthy', message: undefined };
  return { health: 'Progressing', message: ready?.message };
}
