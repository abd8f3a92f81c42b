import type { KubeObject } from '@slipway/api';
import type { ApplicationResource } from '../../api/application.ts';

/** One object of an application and what it made in turn. */
export interface TreeNode {
  kind: string;
  name: string;
  /** Health, in the portal's one vocabulary; none for what has none. */
  health: string | undefined;
  message: string | undefined;
  /** `Synced`, `OutOfSync`; only what the source names has it. */
  sync: string | undefined;
  children: TreeNode[];
}

/** A live object that an owner made: a ReplicaSet, a Job, a Pod. */
export interface Made extends KubeObject {
  spec?: { replicas?: number };
  status?: {
    phase?: string;
    replicas?: number;
    readyReplicas?: number;
    conditions?: { type: string; status: string; message?: string }[];
    containerStatuses?: { state?: { waiting?: { reason?: string; message?: string } } }[];
  };
}

/** The objects of a source, each with what it made below it, by owner references. What has no pods (any more) is left out. */
export function treeOf(resources: ApplicationResource[], made: { kind: string; object: Made }[]): TreeNode[] {
  const below = (kind: string, name: string, seen: string[]): TreeNode[] =>
    made
      .filter(({ object }) =>
        object.metadata.ownerReferences?.some(each => each.kind === kind && each.name === name),
      )
      .filter(({ kind: own, object }) => own === 'Pod' || (object.spec?.replicas ?? 1) > 0)
      .filter(({ kind: own, object }) => !seen.includes(`${own}/${object.metadata.name}`))
      .map(({ kind: own, object }) => {
        const ownName = object.metadata.name ?? '';
        const { health, message } = healthOf(own, object);
        const children = below(own, ownName, [...seen, `${own}/${ownName}`]);
        return { kind: own, name: ownName, health, message, sync: undefined, children };
      });
  return resources.map(({ kind, name, health, status }) => ({
    kind,
    name,
    health: health?.status,
    message: health?.message,
    sync: status,
    children: below(kind, name, [`${kind}/${name}`]),
  }));
}

function healthOf(kind: string, object: Made): { health: string; message?: string } {
  if (kind === 'Pod') return podHealth(object);
  const { replicas = 0 } = object.spec ?? {};
  const ready = object.status?.readyReplicas ?? 0;
  return kind === 'ReplicaSet' && ready < replicas
    ? { health: 'Progressing', message: `${ready} of ${replicas} ready` }
    : { health: 'Healthy' };
}

/** As Argo CD sees a pod: what crashes or cannot be pulled is degraded, what is not ready yet progresses. */
function podHealth({ status }: Made): { health: string; message?: string } {
  const waiting = status?.containerStatuses?.map(each => each.state?.waiting).find(each => each?.reason);
  const reason = waiting?.reason ?? '';
  if (/^(CrashLoopBackOff|Err|.*Error$|.*BackOff$)/.test(reason))
    return { health: 'Degraded', message: waiting?.message ?? reason };
  if (status?.phase === 'Failed') return { health: 'Degraded' };
  if (status?.phase === 'Succeeded') return { health: 'Healthy' };
  const ready = status?.conditions?.find(({ type }) => type === 'Ready');
  if (status?.phase === 'Running' && ready?.status === 'True') return { health: 'Healthy' };
  return { health: 'Progressing', ...(ready?.message ? { message: ready.message } : {}) };
}
