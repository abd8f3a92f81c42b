import { messageOf } from '@slipway/api';
import { Pod, ReplicaSet } from '@slipway/kinds';
import type { PodState } from './pod-state.ts';

/** As kubectl and the Deployment controller know a ReplicaSet's place in the history. */
const REVISION = 'deployment.kubernetes.io/revision';

/**
 * Where pods share the machine's ports, a rollout's new pod wants what its old one has, and the Deployment waits for
 * the new one before it ends the old one: neither would ever come to an end. So pods of older revisions give way.
 * Resolves with whether any does; false: the port is somebody else's.
 */
export async function endOlderRevision(state: PodState): Promise<boolean> {
  const rivals = rivalsOf(state);
  if (rivals.length === 0) return false;
  const own = await revisionOf(state);
  let found = false;
  for (const rival of rivals) {
    const theirs = await revisionOf(rival);
    if (own === undefined || theirs === undefined || theirs >= own) continue;
    found = true;
    if (!rival.pod.metadata.deletionTimestamp) await end(rival, state);
  }
  return found;
}

/** Pods of the same Deployment and another ReplicaSet that declare one of the same ports. */
function rivalsOf({ node, pod, uid }: PodState): PodState[] {
  const deployment = deploymentOf(pod);
  if (deployment === undefined) return [];
  const wanted = portsOf(pod);
  const isRival = (other: Pod) =>
    other.metadata.namespace === pod.metadata.namespace &&
    deploymentOf(other) === deployment &&
    setOf(other) !== setOf(pod) &&
    portsOf(other).some(port => wanted.includes(port));
  return [...node.others()].filter(other => other.uid !== uid && isRival(other.pod));
}

function setOf({ metadata }: Pod): string | undefined {
  return metadata.ownerReferences?.find(({ controller, kind }) => controller && kind === 'ReplicaSet')?.name;
}

/** A Deployment's ReplicaSet is named after it and the hash that its pods carry. */
function deploymentOf(pod: Pod): string | undefined {
  const hash = pod.metadata.labels?.['pod-template-hash'];
  const name = setOf(pod);
  return hash && name?.endsWith(`-${hash}`) ? name.slice(0, -hash.length - 1) : undefined;
}

function portsOf({ spec }: Pod): number[] {
  return spec.containers.flatMap(({ ports = [] }) => ports.map(({ containerPort }) => containerPort));
}

async function revisionOf({ node, pod }: PodState): Promise<number | undefined> {
  const key = { namespace: pod.metadata.namespace ?? '', name: setOf(pod) ?? '' };
  const set = await node.client.find(ReplicaSet, key);
  const text = set?.metadata.annotations?.[REVISION];
  return text === undefined ? undefined : Number(text);
}

async function end({ node, pod }: PodState, next: PodState): Promise<void> {
  const message = `its port is needed by ${next.pod.metadata.name}, the next revision: with this driver each port can be had once`;
  node.event(pod, 'Normal', 'GaveWay', message);
  const key = { namespace: pod.metadata.namespace ?? '', name: pod.metadata.name ?? '' };
  await node.client.delete(Pod, key).catch(error => {
    node.log.debug('a pod of an older revision', { pod: pod.metadata.name, error: messageOf(error) });
  });
}
