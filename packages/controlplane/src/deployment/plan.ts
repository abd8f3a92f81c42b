import type { Stored } from '@slipway/api';
import type { Deployment, ReplicaSet } from '@slipway/kinds';
import { canonical } from '../workload/hash.ts';
import { desiredOf, maximumOf, revisionOf } from './annotations.ts';

export const HASH_LABEL = 'pod-template-hash';

/** A set and the size it should have. */
export interface Scaling {
  set: Stored<ReplicaSet>;
  to: number;
}

/** A Deployment's sets: the one with its template now, and all others. */
export interface Sets {
  current: Stored<ReplicaSet> | undefined;
  old: Stored<ReplicaSet>[];
}

export function replicasOf(object: { spec: { replicas?: number } }): number {
  return object.spec.replicas ?? 1;
}

export function total(sets: ReplicaSet[]): number {
  return sets.reduce((sum, set) => sum + replicasOf(set), 0);
}

/** Sorts the sets: the oldest with an equal template is the current one. */
export function sortSets(deployment: Deployment, sets: Stored<ReplicaSet>[]): Sets {
  const wanted = templateText(deployment.spec.template);
  const current = byAge(sets).find(set => templateText(set.spec.template) === wanted);
  return { current, old: sets.filter(set => set !== current) };
}

function templateText(template: ReplicaSet['spec']['template']): string {
  const { [HASH_LABEL]: _hash, ...labels } = template?.metadata?.labels ?? {};
  return canonical({ ...template, metadata: { labels, annotations: template?.metadata?.annotations ?? {} } });
}

function byAge(sets: Stored<ReplicaSet>[]): Stored<ReplicaSet>[] {
  return [...sets].sort(
    (a, b) =>
      Date.parse(a.metadata.creationTimestamp) - Date.parse(b.metadata.creationTimestamp) ||
      (a.metadata.name < b.metadata.name ? -1 : 1),
  );
}

/** How far a rolling update may go over and under; surge rounds up, unavailable down, and one of them is at least 1. */
export function fenceposts(deployment: Deployment): { surge: number; unavailable: number } {
  if (isRecreate(deployment)) return { surge: 0, unavailable: 0 };
  const { maxSurge = '25%', maxUnavailable = '25%' } = deployment.spec.strategy?.rollingUpdate ?? {};
  const replicas = replicasOf(deployment);
  const surge = scaledValue(maxSurge, replicas, Math.ceil);
  const unavailable = scaledValue(maxUnavailable, replicas, Math.floor);
  if (surge === 0 && unavailable === 0) return { surge, unavailable: 1 };
  return { surge, unavailable };
}

export function scaledValue(value: number | string, whole: number, round: (value: number) => number): number {
  const text = String(value);
  return text.endsWith('%') ? round((Number(text.slice(0, -1)) * whole) / 100) : Number(value);
}

export function isRecreate({ spec }: Deployment): boolean {
  return spec.strategy?.type === 'Recreate';
}

/** Never more than there are to lose. */
export function maxUnavailable(deployment: Deployment): number {
  return Math.min(fenceposts(deployment).unavailable, replicasOf(deployment));
}

/** Size of a new set that keeps within the surge (upstream's NewRSNewReplicas). */
export function newSetSize(deployment: Deployment, all: ReplicaSet[], own: number): number {
  const wanted = replicasOf(deployment);
  if (isRecreate(deployment)) return wanted;
  const room = wanted + fenceposts(deployment).surge - total(all);
  return room <= 0 ? own : own + Math.min(room, wanted - own);
}

/** True when somebody changed the size since the sets were last scaled for it. */
export function isScalingEvent(deployment: Deployment, { current, old }: Sets): boolean {
  return [...(current ? [current] : []), ...old].some(set => {
    const desired = desiredOf(set);
    return replicasOf(set) > 0 && desired !== undefined && desired !== replicasOf(deployment);
  });
}

/** One step of a rolling update: grow the new set first, else shrink old ones; nothing when it has to wait. */
export function rollingStep(deployment: Deployment, sets: Sets): Scaling[] {
  const grown = growCurrent(deployment, sets);
  return grown.length > 0 ? grown : shrinkOld(deployment, sets);
}

function growCurrent(deployment: Deployment, { current, old }: Sets): Scaling[] {
  if (!current) return [];
  const [wanted, own] = [replicasOf(deployment), replicasOf(current)];
  if (own === wanted) return [];
  const to = own > wanted ? wanted : newSetSize(deployment, [current, ...old], own);
  return to === own ? [] : [{ set: current, to }];
}

function shrinkOld(deployment: Deployment, { current, old }: Sets): Scaling[] {
  if (total(old) === 0) return [];
  const all = [...(current ? [current] : []), ...old];
  const atLeast = replicasOf(deployment) - maxUnavailable(deployment);
  const newUnavailable = current ? replicasOf(current) - (current.status?.availableReplicas ?? 0) : 0;
  const most = total(all) - atLeast - newUnavailable;
  if (most <= 0) return [];
  const sizes = new Map(old.map(set => [set, replicasOf(set)]));
  cleanUpUnhealthy(old, sizes, most);
  const available = all.reduce((sum, set) => sum + (set.status?.availableReplicas ?? 0), 0);
  takeAway(byAge(old), sizes, available - atLeast);
  return old.flatMap(set => {
    const to = sizes.get(set) ?? 0;
    return to === replicasOf(set) ? [] : [{ set, to }];
  });
}

/** Pods of old sets that are not available go first: they hold up the rollout and serve nobody. */
function cleanUpUnhealthy(
  old: Stored<ReplicaSet>[],
  sizes: Map<Stored<ReplicaSet>, number>,
  most: number,
): void {
  let left = most;
  for (const set of byAge(old)) {
    const size = sizes.get(set) ?? 0;
    const unhealthy = Math.max(0, size - (set.status?.availableReplicas ?? 0));
    const count = Math.min(left, unhealthy);
    sizes.set(set, size - count);
    left -= count;
  }
}

function takeAway(sets: Stored<ReplicaSet>[], sizes: Map<Stored<ReplicaSet>, number>, count: number): void {
  let left = Math.max(0, count);
  for (const set of sets) {
    const size = sizes.get(set) ?? 0;
    const gone = Math.min(left, size);
    sizes.set(set, size - gone);
    left -= gone;
  }
}

/** Sizes after a change of `spec.replicas` that is no rollout (upstream's `scale`). */
export function scaleStep(deployment: Deployment, sets: Sets): Scaling[] {
  const wanted = replicasOf(deployment);
  const all = [...(sets.current ? [sets.current] : []), ...sets.old];
  const active = all.filter(set => replicasOf(set) > 0);
  const only = active.length === 0 ? (sets.current ?? byAge(sets.old).at(-1)) : active[0];
  if (active.length <= 1) return only ? [{ set: only, to: wanted }] : [];
  if (isSaturated(deployment, sets.current)) {
    return sets.old.filter(set => replicasOf(set) > 0).map(set => ({ set, to: 0 }));
  }
  return isRecreate(deployment) ? [] : scaleInProportion(deployment, active);
}

function isSaturated(deployment: Deployment, current: ReplicaSet | undefined): boolean {
  const wanted = replicasOf(deployment);
  return (
    current !== undefined &&
    desiredOf(current) === wanted &&
    replicasOf(current) === wanted &&
    (current.status?.availableReplicas ?? 0) === wanted
  );
}

/** Each set grows or shrinks by its share, so that a rollout under way keeps its balance and its risk. */
function scaleInProportion(deployment: Deployment, active: Stored<ReplicaSet>[]): Scaling[] {
  const wanted = replicasOf(deployment);
  const allowed = wanted > 0 ? wanted + fenceposts(deployment).surge : 0;
  const toAdd = allowed - total(active);
  const sorted = [...active].sort((a, b) => {
    const bySize = replicasOf(b) - replicasOf(a);
    const newerFirst = Date.parse(b.metadata.creationTimestamp) - Date.parse(a.metadata.creationTimestamp);
    return bySize !== 0 ? bySize : toAdd > 0 ? newerFirst : -newerFirst;
  });
  let added = 0;
  const scalings = sorted.map(set => {
    const share = toAdd === 0 ? 0 : proportion(deployment, set, toAdd - added);
    added += share;
    return { set, to: Math.max(0, replicasOf(set) + share) };
  });
  const [first] = scalings;
  if (first) first.to = Math.max(0, first.to + toAdd - added);
  return scalings;
}

function proportion(deployment: Deployment, set: ReplicaSet, allowed: number): number {
  const size = replicasOf(set);
  if (size === 0 || allowed === 0) return 0;
  const fraction = fractionOf(deployment, set);
  return allowed > 0 ? Math.min(fraction, allowed) : Math.max(fraction, allowed);
}

function fractionOf(deployment: Deployment, set: ReplicaSet): number {
  const wanted = replicasOf(deployment);
  if (wanted === 0) return -replicasOf(set);
  const before = maximumOf(set) || (deployment.status?.replicas ?? 0);
  if (before === 0) return 0;
  return Math.round((replicasOf(set) * (wanted + fenceposts(deployment).surge)) / before) - replicasOf(set);
}

/** Old sets beyond the history limit that hold no pods, oldest revision first. */
export function expiredSets(deployment: Deployment, old: Stored<ReplicaSet>[]): Stored<ReplicaSet>[] {
  const limit = deployment.spec.revisionHistoryLimit ?? 10;
  const alive = old.filter(set => !set.metadata.deletionTimestamp);
  const surplus = alive.length - limit;
  if (surplus <= 0) return [];
  return [...alive]
    .sort((a, b) => revisionOf(a) - revisionOf(b))
    .slice(0, surplus)
    .filter(
      set =>
        replicasOf(set) === 0 &&
        (set.status?.replicas ?? 0) === 0 &&
        (set.metadata.generation ?? 0) <= (set.status?.observedGeneration ?? 0),
    );
}
