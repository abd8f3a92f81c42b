import type { Stored } from '@slipway/api';
import type { Pod, ReplicaSet } from '@slipway/kinds';
import {
  isActive,
  isAvailable,
  isReady,
  isTerminating,
  readySince,
  restartsOf,
} from '../workload/pod-state.ts';
import { counted, setCondition, withoutCondition } from '../workload/status.ts';

/** At most this many pods are made or deleted in one go (upstream's BurstReplicas). */
export const BURST = 500;
const DELETION_COST = 'controller.kubernetes.io/pod-deletion-cost';

/** What a ReplicaSet and a ReplicationController have in common. */
export type Replicas = Omit<ReplicaSet, 'spec'> & { spec: Omit<ReplicaSet['spec'], 'selector'> };

export interface ReplicaSetPlan {
  create: number;
  remove: Stored<Pod>[];
}

/** How many pods to make, or which to delete. `related` are pods of all sets with the same owner, for spreading. */
export function planReplicas(
  set: Replicas,
  pods: Stored<Pod>[],
  related: Pod[],
  now: number,
): ReplicaSetPlan {
  const active = pods.filter(isActive);
  const missing = (set.spec.replicas ?? 1) - active.length;
  if (missing > 0) return { create: Math.min(missing, BURST), remove: [] };
  if (missing === 0) return { create: 0, remove: [] };
  return { create: 0, remove: inOrderOfDeletion(active, related, now).slice(0, Math.min(-missing, BURST)) };
}

/** Pods that are missed least come first (upstream's ActivePodsWithRanks). */
export function inOrderOfDeletion<T extends Pod>(pods: T[], related: Pod[], now: number): T[] {
  const perNode = new Map<string, number>();
  for (const { spec, status } of related) {
    const node = spec.nodeName ?? '';
    if (status?.phase !== 'Succeeded' && status?.phase !== 'Failed')
      perNode.set(node, (perNode.get(node) ?? 0) + 1);
  }
  const rankings: ((pod: T) => number)[] = [
    pod => (pod.spec.nodeName ? 1 : 0),
    pod => ({ Pending: 0, Unknown: 1, Running: 2 })[pod.status?.phase as string] ?? 0,
    pod => (isReady(pod) ? 1 : 0),
    pod => Number(pod.metadata.annotations?.[DELETION_COST] ?? 0) || 0,
    pod => -(perNode.get(pod.spec.nodeName ?? '') ?? 0),
    // Ages in powers of two, so that a rollout's pods count as equally old (KEP-2185).
    pod => logAge(readySince(pod), now),
    pod => -restartsOf(pod),
    pod => logAge(Date.parse(pod.metadata.creationTimestamp ?? ''), now),
  ];
  return [...pods].sort((a, b) => {
    for (const rank of rankings) {
      const difference = rank(a) - rank(b);
      if (difference !== 0) return difference;
    }
    return (a.metadata.uid ?? '') < (b.metadata.uid ?? '') ? -1 : 1;
  });
}

function logAge(since: number | undefined, now: number): number {
  if (!since) return 0;
  return Math.floor(Math.log2(Math.max(1, (now - since) / 1000)));
}

/** What the set's status says of these pods. */
export function replicaSetStatus(
  set: Replicas,
  pods: Pod[],
  options: { now: number; failure?: { reason: string; message: string } },
): NonNullable<ReplicaSet['status']> {
  const { now, failure } = options;
  const active = pods.filter(isActive);
  const labels = Object.entries(set.spec.template?.metadata?.labels ?? {});
  const full = active.filter(pod => labels.every(([key, value]) => pod.metadata.labels?.[key] === value));
  const ready = active.filter(isReady);
  const available = ready.filter(pod => isAvailable(pod, set.spec.minReadySeconds ?? 0, now));
  const before = set.status?.conditions ?? [];
  const conditions = failure
    ? setCondition(before, { type: 'ReplicaFailure', status: 'True', ...failure }, now)
    : withoutCondition(before, 'ReplicaFailure');
  return {
    replicas: active.length,
    ...counted('fullyLabeledReplicas', full.length),
    ...counted('readyReplicas', ready.length),
    ...counted('availableReplicas', available.length),
    terminatingReplicas: pods.filter(isTerminating).length,
    ...(set.metadata.generation === undefined ? {} : { observedGeneration: set.metadata.generation }),
    ...(conditions.length > 0 ? { conditions } : {}),
  };
}
