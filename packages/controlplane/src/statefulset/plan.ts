import type { Stored } from '@slipway/api';
import type { Pod, StatefulSet } from '@slipway/kinds';
import { scaledValue } from '../deployment/plan.ts';
import { REVISION_LABEL } from '../workload/controller-revision.ts';
import { isAvailable, isReady } from '../workload/pod-state.ts';

type Status = NonNullable<StatefulSet['status']>;

export interface StatefulPlan {
  /** Ordinals to make, each with the revision its pod has. */
  create: { ordinal: number; revision: string }[];
  remove: Stored<Pod>[];
}

/** Names of the revisions that pods have now and shall have. */
export interface RevisionNames {
  current: string;
  update: string;
}

/** The number at the end of a pod's name; undefined when it is no pod of this set. */
export function ordinalOf(set: StatefulSet, pod: Pod): number | undefined {
  const prefix = `${set.metadata.name}-`;
  const name = pod.metadata.name ?? '';
  const text = name.startsWith(prefix) ? name.slice(prefix.length) : '';
  return /^\d+$/.test(text) ? Number(text) : undefined;
}

export function replicasOf(set: StatefulSet): number {
  return set.spec.replicas ?? 1;
}

function firstOf(set: StatefulSet): number {
  return set.spec.ordinals?.start ?? 0;
}

function partitionOf(set: StatefulSet): number {
  return set.spec.updateStrategy?.rollingUpdate?.partition ?? 0;
}

/**
 * The next step (upstream's updateStatefulSet): in order, each pod waits for the one before it; with `Parallel` all at
 * once. Updates go from the highest ordinal down to the partition.
 */
export function planStatefulSet(
  set: StatefulSet,
  pods: Stored<Pod>[],
  revisions: RevisionNames,
  now: number,
): StatefulPlan {
  if (set.metadata.deletionTimestamp) return { create: [], remove: [] };
  const byOrdinal = new Map<number, Stored<Pod>>();
  for (const pod of pods) byOrdinal.set(ordinalOf(set, pod) ?? -1, pod);
  const first = firstOf(set);
  const wanted = Array.from({ length: replicasOf(set) }, (_, index) => first + index);
  const isHealthy = (pod: Pod) => healthy(set, pod, now);
  const filled = fill(set, { wanted, byOrdinal, revisions, isHealthy });
  if (filled.stop) return filled.plan;
  const shrunk = shrink(set, { wanted, byOrdinal, isHealthy });
  if (shrunk.stop) return { create: filled.plan.create, remove: [...filled.plan.remove, ...shrunk.remove] };
  const updated = update(set, { wanted, byOrdinal, revisions, isHealthy });
  return { create: filled.plan.create, remove: [...filled.plan.remove, ...shrunk.remove, ...updated] };
}

interface Situation {
  wanted: number[];
  byOrdinal: Map<number, Stored<Pod>>;
  isHealthy(pod: Pod): boolean;
}

function isOrdered({ spec }: StatefulSet): boolean {
  return spec.podManagementPolicy !== 'Parallel';
}

function healthy(set: StatefulSet, pod: Pod, now: number): boolean {
  return !pod.metadata.deletionTimestamp && isAvailable(pod, set.spec.minReadySeconds ?? 0, now);
}

function fill(
  set: StatefulSet,
  { wanted, byOrdinal, revisions, isHealthy }: Situation & { revisions: RevisionNames },
): { plan: StatefulPlan; stop: boolean } {
  const plan: StatefulPlan = { create: [], remove: [] };
  const ordered = isOrdered(set);
  for (const ordinal of wanted) {
    const pod = byOrdinal.get(ordinal);
    if (!pod) plan.create.push({ ordinal, revision: revisionFor(set, ordinal, revisions) });
    const ended = pod?.status?.phase === 'Failed' || pod?.status?.phase === 'Succeeded';
    if (pod && ended && !pod.metadata.deletionTimestamp) plan.remove.push(pod);
    if (ordered && (!pod || ended || !isHealthy(pod))) return { plan, stop: true };
  }
  return { plan, stop: false };
}

/** Below the partition pods keep the revision they had; from it on they get the new one. */
function revisionFor(set: StatefulSet, ordinal: number, { current, update }: RevisionNames): string {
  if (set.spec.updateStrategy?.type === 'OnDelete') return update;
  return ordinal < firstOf(set) + partitionOf(set) ? current : update;
}

function shrink(
  set: StatefulSet,
  { wanted, byOrdinal, isHealthy }: Situation,
): { remove: Stored<Pod>[]; stop: boolean } {
  const surplus = [...byOrdinal]
    .filter(([ordinal]) => ordinal >= 0 && !wanted.includes(ordinal))
    .sort(([a], [b]) => b - a)
    .map(([, pod]) => pod);
  if (surplus.length === 0) return { remove: [], stop: false };
  if (!isOrdered(set)) return { remove: surplus.filter(pod => !pod.metadata.deletionTimestamp), stop: false };
  const [highest, ...others] = surplus;
  if (!highest || highest.metadata.deletionTimestamp) return { remove: [], stop: true };
  // A healthy pod does not go while one below it is unwell: that one may need it.
  const unwell = others.some(pod => !isHealthy(pod));
  return { remove: isHealthy(highest) && unwell ? [] : [highest], stop: true };
}

function update(
  set: StatefulSet,
  { wanted, byOrdinal, revisions, isHealthy }: Situation & { revisions: RevisionNames },
): Stored<Pod>[] {
  if (set.spec.updateStrategy?.type === 'OnDelete') return [];
  const lowest = firstOf(set) + partitionOf(set);
  const limit = set.spec.updateStrategy?.rollingUpdate?.maxUnavailable ?? 1;
  const most = Math.max(1, scaledValue(limit, replicasOf(set), Math.ceil));
  let away = wanted.filter(ordinal => !isHealthyAt(byOrdinal, ordinal, isHealthy)).length;
  const remove: Stored<Pod>[] = [];
  for (const ordinal of [...wanted].reverse()) {
    const pod = byOrdinal.get(ordinal);
    if (ordinal < lowest || !pod) continue;
    if (pod.metadata.labels?.[REVISION_LABEL] === revisions.update || pod.metadata.deletionTimestamp)
      continue;
    const wasAway = !isHealthy(pod);
    if (!wasAway && away >= most) break;
    if (!wasAway) away++;
    remove.push(pod);
    if (remove.length >= most) break;
  }
  return remove;
}

function isHealthyAt(
  byOrdinal: Map<number, Stored<Pod>>,
  ordinal: number,
  isHealthy: (pod: Pod) => boolean,
): boolean {
  const pod = byOrdinal.get(ordinal);
  return pod !== undefined && isHealthy(pod);
}

/** Counts, and the current revision once every pod has the new one. */
export function statefulSetStatus(
  set: StatefulSet,
  pods: Stored<Pod>[],
  revisions: RevisionNames,
  now: number,
): Status {
  const live = pods.filter(pod => pod.status?.phase !== 'Failed' && pod.status?.phase !== 'Succeeded');
  const staying = live.filter(pod => !pod.metadata.deletionTimestamp);
  const ready = live.filter(isReady);
  const of = (revision: string) =>
    staying.filter(pod => pod.metadata.labels?.[REVISION_LABEL] === revision).length;
  const updated = of(revisions.update);
  const complete =
    set.spec.updateStrategy?.type !== 'OnDelete' &&
    updated === live.length &&
    ready.length === live.length &&
    updated === replicasOf(set);
  const current = complete ? revisions.update : revisions.current;
  return {
    ...(set.metadata.generation === undefined ? {} : { observedGeneration: set.metadata.generation }),
    replicas: live.length,
    ...(ready.length > 0 ? { readyReplicas: ready.length } : {}),
    ...(of(current) > 0 ? { currentReplicas: of(current) } : {}),
    ...(updated > 0 ? { updatedReplicas: updated } : {}),
    availableReplicas: ready.filter(pod => isAvailable(pod, set.spec.minReadySeconds ?? 0, now)).length,
    currentRevision: current,
    updateRevision: revisions.update,
    collisionCount: set.status?.collisionCount ?? 0,
  };
}
