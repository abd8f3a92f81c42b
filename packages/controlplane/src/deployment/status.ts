import { timestamp } from '@slipway/api';
import type { Deployment, ReplicaSet, WorkloadCondition } from '@slipway/kinds';
import { conditionOf, counted, setCondition, withoutCondition } from '../workload/status.ts';
import { maxUnavailable, replicasOf, type Sets, total } from './plan.ts';

type Status = NonNullable<Deployment['status']>;

/** No deadline: what Kubernetes has as the largest int32. */
const NO_DEADLINE = 2 ** 31 - 1;
/** What the API gives a Deployment that says nothing. */
const DEFAULT_DEADLINE = 600;
const COMPLETE = 'NewReplicaSetAvailable';
const TIMED_OUT = 'ProgressDeadlineExceeded';

/** Counts and conditions as the sets have them now (upstream's calculateStatus). */
export function countedStatus(deployment: Deployment, { current, old }: Sets, now: number): Status {
  const all = [...(current ? [current] : []), ...old];
  const available = sum(all, 'availableReplicas');
  const enough = available >= replicasOf(deployment) - maxUnavailable(deployment);
  const conditions = setCondition(
    deployment.status?.conditions ?? [],
    {
      type: 'Available',
      status: enough ? 'True' : 'False',
      reason: enough ? 'MinimumReplicasAvailable' : 'MinimumReplicasUnavailable',
      message: enough
        ? 'Deployment has minimum availability.'
        : 'Deployment does not have minimum availability.',
    },
    now,
    { updateTime: true },
  );
  return {
    ...(deployment.metadata.generation === undefined
      ? {}
      : { observedGeneration: deployment.metadata.generation }),
    ...counted('replicas', sum(all, 'replicas')),
    ...counted('updatedReplicas', current?.status?.replicas ?? 0),
    ...counted('readyReplicas', sum(all, 'readyReplicas')),
    ...counted('availableReplicas', available),
    ...counted('unavailableReplicas', total(all) - available),
    terminatingReplicas: sum(all, 'terminatingReplicas'),
    ...(deployment.status?.collisionCount ? { collisionCount: deployment.status.collisionCount } : {}),
    conditions,
  };
}

function sum(
  sets: ReplicaSet[],
  field: 'replicas' | 'readyReplicas' | 'availableReplicas' | 'terminatingReplicas',
): number {
  return sets.reduce((count, set) => count + (set.status?.[field] ?? 0), 0);
}

/** The status of a rollout, with its Progressing and ReplicaFailure conditions (upstream's syncRolloutStatus). */
export function rolloutStatus(deployment: Deployment, sets: Sets, now: number): Status {
  const status = countedStatus(deployment, sets, now);
  const conditions = progressed(deployment, sets, status, now);
  const failure = [...(sets.current ? [sets.current] : []), ...sets.old]
    .map(set => conditionOf(set.status?.conditions, 'ReplicaFailure'))
    .find(condition => condition !== undefined);
  const without = withoutCondition(conditions, 'ReplicaFailure');
  if (!failure) return { ...status, conditions: without };
  const { reason = '', message = '' } = failure;
  const present = conditionOf(conditions, 'ReplicaFailure');
  const wanted = { type: 'ReplicaFailure', status: 'True' as const, reason, message };
  return {
    ...status,
    conditions: setCondition(present ? [...without, present] : without, wanted, now, { updateTime: true }),
  };
}

function progressed(
  deployment: Deployment,
  { current }: Sets,
  status: Status,
  now: number,
): WorkloadCondition[] {
  const conditions = status.conditions ?? [];
  const present = conditionOf(deployment.status?.conditions, 'Progressing');
  if (!hasDeadline(deployment)) return withoutCondition(conditions, 'Progressing');
  const settled = status.replicas === status.updatedReplicas && present?.reason === COMPLETE;
  if (settled) return conditions;
  const subject = current
    ? `ReplicaSet "${current.metadata.name}"`
    : `Deployment "${deployment.metadata.name}"`;
  const set = (status: 'True' | 'False', reason: string, message: string) =>
    setCondition(conditions, { type: 'Progressing', status, reason, message }, now, { updateTime: true });
  if (isComplete(deployment, status)) return set('True', COMPLETE, `${subject} has successfully progressed.`);
  if (isProgressing(deployment, status)) {
    return renewed(conditions, present, `${subject} is progressing.`, now);
  }
  if (hasTimedOut(deployment, now)) return set('False', TIMED_OUT, `${subject} has timed out progressing.`);
  return conditions;
}

/** Progress counts from its last sign: the update time moves even when nothing else does. */
function renewed(
  conditions: WorkloadCondition[],
  present: WorkloadCondition | undefined,
  message: string,
  now: number,
): WorkloadCondition[] {
  const time = timestamp(now);
  const made: WorkloadCondition = {
    type: 'Progressing',
    status: 'True',
    reason: 'ReplicaSetUpdated',
    message,
    lastUpdateTime: time,
    lastTransitionTime: present?.status === 'True' ? present.lastTransitionTime : time,
  };
  return [...withoutCondition(conditions, 'Progressing'), made];
}

export function hasDeadline({ spec }: Deployment): boolean {
  return spec.progressDeadlineSeconds !== NO_DEADLINE;
}

/** All pods are of the new template, as many as wanted, and available. */
export function isComplete(deployment: Deployment, status: Status): boolean {
  const wanted = replicasOf(deployment);
  return (
    (status.updatedReplicas ?? 0) === wanted &&
    (status.replicas ?? 0) === wanted &&
    (status.availableReplicas ?? 0) === wanted &&
    (status.observedGeneration ?? 0) >= (deployment.metadata.generation ?? 0)
  );
}

function isProgressing({ status: before = {} }: Deployment, status: Status): boolean {
  const oldPods = (one: Status) => (one.replicas ?? 0) - (one.updatedReplicas ?? 0);
  return (
    (status.updatedReplicas ?? 0) > (before.updatedReplicas ?? 0) ||
    oldPods(status) < oldPods(before) ||
    (status.readyReplicas ?? 0) > (before.readyReplicas ?? 0) ||
    (status.availableReplicas ?? 0) > (before.availableReplicas ?? 0)
  );
}

function hasTimedOut(deployment: Deployment, now: number): boolean {
  const condition = conditionOf(deployment.status?.conditions, 'Progressing');
  if (condition?.reason === TIMED_OUT) return true;
  if (!condition || condition.reason === COMPLETE) return false;
  return now > deadlineOf(deployment, condition);
}

function deadlineOf({ spec }: Deployment, condition: WorkloadCondition): number {
  return (
    Date.parse(condition.lastUpdateTime ?? condition.lastTransitionTime) +
    (spec.progressDeadlineSeconds ?? DEFAULT_DEADLINE) * 1000
  );
}

/** Milliseconds until a rollout that makes no progress has to be called stuck; undefined when it cannot be. */
export function untilStuck(deployment: Deployment, status: Status, now: number): number | undefined {
  const condition = conditionOf(status.conditions, 'Progressing');
  if (!hasDeadline(deployment) || !condition || isComplete(deployment, status)) return undefined;
  if (condition.reason === TIMED_OUT || condition.reason === COMPLETE || deployment.spec.paused)
    return undefined;
  return Math.max(0, deadlineOf(deployment, condition) - now) + 1000;
}

/** A pause is told, so that nobody waits for a deadline that does not run (upstream's checkPausedConditions). */
export function pausedConditions(deployment: Deployment, now: number): WorkloadCondition[] | undefined {
  if (!hasDeadline(deployment)) return undefined;
  const before = deployment.status?.conditions ?? [];
  const present = conditionOf(before, 'Progressing');
  if (present?.reason === TIMED_OUT) return undefined;
  const wasPaused = present?.reason === 'DeploymentPaused';
  const paused = deployment.spec.paused === true;
  if (paused === wasPaused) return undefined;
  const unknown = (reason: string, message: string): WorkloadCondition[] => {
    const time = timestamp(now);
    const made = {
      type: 'Progressing',
      status: 'Unknown' as const,
      reason,
      message,
      lastUpdateTime: time,
      lastTransitionTime: time,
    };
    return [...withoutCondition(before, 'Progressing'), made];
  };
  return paused
    ? unknown('DeploymentPaused', 'Deployment is paused')
    : unknown('DeploymentResumed', 'Deployment is resumed');
}

/** The Progressing condition that a set made or found gives a rollout that has none yet. */
export function startedConditions(
  status: Status | undefined,
  found: { made: boolean; name: string },
  now: number,
): WorkloadCondition[] | undefined {
  const before = status?.conditions ?? [];
  if (!found.made && conditionOf(before, 'Progressing')) return undefined;
  const reason = found.made ? 'NewReplicaSetCreated' : 'FoundNewReplicaSet';
  const message = found.made
    ? `Created new replica set "${found.name}"`
    : `Found new replica set "${found.name}"`;
  const wanted = { type: 'Progressing', status: 'True' as const, reason, message };
  const conditions = setCondition(before, wanted, now, { updateTime: true });
  return conditions === before ? undefined : conditions;
}
