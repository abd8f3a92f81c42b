import { type Stored, timestamp } from '@slipway/api';
import type { Job, Pod, WorkloadCondition } from '@slipway/kinds';
import { inOrderOfDeletion } from '../replicaset/plan.ts';
import { isActive, isReady, isTerminating } from '../workload/pod-state.ts';
import { conditionOf, setCondition } from '../workload/status.ts';
import { indexesText, indexOf, parseIndexes } from './indexes.ts';

type Status = NonNullable<Job['status']>;

export const FINALIZER = 'batch.kubernetes.io/job-tracking';
const FIRST_BACKOFF_MS = 10_000;
const LAST_BACKOFF_MS = 600_000;

export interface JobPlan {
  status: Status;
  /** Pods to make; for Indexed Jobs each with its index. */
  create: { index?: number }[];
  remove: Stored<Pod>[];
  /** Pods that are counted in `status`: their finalizer may go once it is written. */
  release: Stored<Pod>[];
  /** Look again after this, for deadlines and back-off. */
  waitMs?: number;
  event?: { type: 'Normal' | 'Warning'; reason: string; message: string };
}

/** Fields of a JobSpec that change what "finished" means; they are refused, not ignored. */
export function unsupportedFields(job: Job): string[] {
  const spec = job.spec as unknown as Record<string, unknown>;
  return ['podFailurePolicy', 'successPolicy', 'backoffLimitPerIndex', 'maxFailedIndexes', 'managedBy']
    .filter(field => spec[field] !== undefined && spec[field] !== 'kubernetes.io/job-controller')
    .map(field => `spec.${field}`);
}

export function isFinished({ status }: Job): boolean {
  return (['Complete', 'Failed'] as const).some(
    type => conditionOf(status?.conditions, type)?.status === 'True',
  );
}

/** When it finished, in milliseconds. */
export function finishedAt({ status }: Job): number | undefined {
  const condition = conditionOf(status?.conditions, 'Complete') ?? conditionOf(status?.conditions, 'Failed');
  return condition?.status === 'True' ? Date.parse(condition.lastTransitionTime) : undefined;
}

interface Tally {
  active: Stored<Pod>[];
  /** All there ever were, those not settled yet included. */
  succeeded: number;
  failed: number;
  /** Counted for good: their pods have no finalizer any more. */
  settled: { succeeded: number; failed: number };
  /** Counted in the status by uid, until their finalizer is gone: so a crash counts none twice and loses none. */
  uncounted: { succeeded: string[]; failed: string[] };
  /** Indexes that are done (Indexed Jobs). */
  completed: Set<number>;
  /** Pods whose finalizer may go once the status is written. */
  release: Stored<Pod>[];
}

/** What an unfinished Job needs now. */
export function planJob(job: Job, pods: Stored<Pod>[], now: number): JobPlan {
  const tally = count(job, pods, now);
  const base = statusOf(job, pods, tally, now);
  const suspended = job.spec.suspend === true;
  const plan: JobPlan = {
    status: base,
    create: [],
    remove: [],
    release: tally.release,
  };
  const failure = failureOf(job, tally, now);
  if (failure) return finish(plan, pods, tally, { ...failure, type: 'Failed', now });
  if (isComplete(job, tally)) {
    const message = 'Reached expected number of succeeded pods';
    return finish(plan, pods, tally, { type: 'Complete', reason: 'CompletionsReached', message, now });
  }
  if (suspended) return suspend(plan, tally, now);
  const resumed = resume(job, plan, now);
  const deadline = untilDeadline(job, resumed.status, now);
  return { ...resumed, ...manage(job, pods, tally, { now, deadline }) };
}

function count(job: Job, pods: Stored<Pod>[], now: number): Tally {
  const indexed = job.spec.completionMode === 'Indexed';
  const tracked = pods.filter(pod => pod.metadata.finalizers?.includes(FINALIZER));
  const held = new Set(tracked.map(pod => pod.metadata.uid));
  const before = job.status?.uncountedTerminatedPods ?? {};
  const known = { succeeded: before.succeeded ?? [], failed: before.failed ?? [] };
  const failedPods = tracked.filter(pod => hasFailed(pod, now));
  const succeededPods = tracked.filter(pod => pod.status?.phase === 'Succeeded' && isCounted(job, pod));
  const completed = parseIndexes(job.status?.completedIndexes);
  // An index is done once, however often it is seen: it needs no list of uids.
  for (const pod of indexed ? succeededPods : []) completed.add(indexOf(pod) ?? 0);
  const uncounted = {
    succeeded: indexed ? [] : uidsOf(succeededPods),
    failed: uidsOf(failedPods),
  };
  const settled = {
    succeeded: indexed
      ? completed.size
      : (job.status?.succeeded ?? 0) + known.succeeded.filter(uid => !held.has(uid)).length,
    failed: (job.status?.failed ?? 0) + known.failed.filter(uid => !held.has(uid)).length,
  };
  return {
    active: pods.filter(isActive),
    succeeded: settled.succeeded + uncounted.succeeded.length,
    failed: settled.failed + uncounted.failed.length,
    settled,
    uncounted,
    completed,
    release: [...tracked.filter(pod => pod.status?.phase === 'Succeeded'), ...failedPods],
  };
}

function isCounted({ spec }: Job, pod: Pod): boolean {
  return spec.completionMode !== 'Indexed' || (indexOf(pod) ?? Infinity) < (spec.completions ?? 0);
}

function uidsOf(pods: Stored<Pod>[]): string[] {
  return pods.map(pod => pod.metadata.uid);
}

/** Failed, or deleted by somebody before it could end: such a pod counts once its grace is over. */
function hasFailed(pod: Pod, now: number): boolean {
  if (pod.status?.phase === 'Failed') return true;
  const { deletionTimestamp } = pod.metadata;
  if (!deletionTimestamp || pod.status?.phase === 'Succeeded') return false;
  return !pod.spec.nodeName || Date.parse(deletionTimestamp) <= now;
}

function statusOf(job: Job, pods: Stored<Pod>[], tally: Tally, now: number): Status {
  const before = job.status ?? {};
  const indexed = job.spec.completionMode === 'Indexed';
  const startTime = before.startTime ?? (job.spec.suspend ? undefined : timestamp(now));
  const completedIndexes = indexesText(tally.completed);
  return {
    ...(tally.active.length > 0 ? { active: tally.active.length } : {}),
    ready: tally.active.filter(isReady).length,
    terminating: pods.filter(isTerminating).length,
    ...(tally.settled.succeeded > 0 ? { succeeded: tally.settled.succeeded } : {}),
    ...(tally.settled.failed > 0 ? { failed: tally.settled.failed } : {}),
    ...(startTime ? { startTime } : {}),
    ...(indexed && completedIndexes !== '' ? { completedIndexes } : {}),
    ...(before.completionTime ? { completionTime: before.completionTime } : {}),
    uncountedTerminatedPods: {
      ...(tally.uncounted.succeeded.length > 0 ? { succeeded: tally.uncounted.succeeded } : {}),
      ...(tally.uncounted.failed.length > 0 ? { failed: tally.uncounted.failed } : {}),
    },
    ...(before.conditions ? { conditions: before.conditions } : {}),
  };
}

function failureOf(job: Job, tally: Tally, now: number): { reason: string; message: string } | undefined {
  const limit = job.spec.backoffLimit ?? 6;
  const restarts = job.spec.template.spec.restartPolicy === 'OnFailure' ? restartsOf(tally.active) : 0;
  const restartedOut = restarts > 0 && (limit === 0 || restarts >= limit);
  if (tally.failed > limit || restartedOut) {
    return { reason: 'BackoffLimitExceeded', message: 'Job has reached the specified backoff limit' };
  }
  const left = job.spec.suspend ? undefined : untilDeadline(job, job.status ?? {}, now);
  if (left === undefined || left > 0) return undefined;
  return { reason: 'DeadlineExceeded', message: 'Job was active longer than specified deadline' };
}

function restartsOf(pods: Pod[]): number {
  const containers = pods.flatMap(({ status }) => [
    ...(status?.containerStatuses ?? []),
    ...(status?.initContainerStatuses ?? []),
  ]);
  return containers.reduce((sum, container) => sum + container.restartCount, 0);
}

function untilDeadline(job: Job, { startTime }: Status, now: number): number | undefined {
  const { activeDeadlineSeconds } = job.spec;
  if (activeDeadlineSeconds === undefined || !startTime) return undefined;
  return Date.parse(startTime) + activeDeadlineSeconds * 1000 - now;
}

/** Without `completions` one success ends it, when the others are done too. */
function isComplete({ spec }: Job, { succeeded, active }: Tally): boolean {
  if (spec.completions === undefined) return succeeded > 0 && active.length === 0;
  return succeeded >= spec.completions;
}

/** The verdict stands at once; the Job is finished when no pod of it is left running (KEP-3329). */
function finish(
  plan: JobPlan,
  pods: Stored<Pod>[],
  tally: Tally,
  verdict: { type: 'Complete' | 'Failed'; reason: string; message: string; now: number },
): JobPlan {
  const { type, reason, message, now } = verdict;
  const interim = type === 'Failed' ? 'FailureTarget' : 'SuccessCriteriaMet';
  let conditions = setCondition(
    plan.status.conditions ?? [],
    { type: interim, status: 'True', reason, message },
    now,
  );
  const running = tally.active.length > 0 || pods.some(pod => isTerminating(pod) && !hasFailed(pod, now));
  // Not before every pod is counted for good: the counts of a finished Job do not change.
  const ended = !running && tally.release.length === 0;
  if (ended) conditions = setCondition(conditions, { type, status: 'True', reason, message }, now);
  const completed = ended && type === 'Complete' ? { completionTime: timestamp(now) } : {};
  const done =
    type === 'Complete'
      ? { type: 'Normal' as const, reason: 'Completed', message: 'Job completed' }
      : undefined;
  return {
    ...plan,
    remove: tally.active,
    status: { ...plan.status, ...completed, conditions },
    ...(ended ? { event: done ?? { type: 'Warning', reason, message } } : {}),
  };
}

function suspend(plan: JobPlan, tally: Tally, now: number): JobPlan {
  const present = conditionOf(plan.status.conditions, 'Suspended');
  const { startTime: _start, ...status } = plan.status;
  const wanted = {
    type: 'Suspended',
    status: 'True' as const,
    reason: 'JobSuspended',
    message: 'Job suspended',
  };
  const conditions = setCondition(plan.status.conditions ?? [], wanted, now);
  const event = { type: 'Normal' as const, reason: 'Suspended', message: 'Job suspended' };
  return {
    ...plan,
    remove: tally.active,
    status: { ...status, conditions },
    ...(present?.status === 'True' ? {} : { event }),
  };
}

function resume(job: Job, plan: JobPlan, now: number): JobPlan {
  const present = conditionOf(job.status?.conditions, 'Suspended');
  if (present?.status !== 'True') return plan;
  const wanted = {
    type: 'Suspended',
    status: 'False' as const,
    reason: 'JobResumed',
    message: 'Job resumed',
  };
  const conditions: WorkloadCondition[] = setCondition(plan.status.conditions ?? [], wanted, now);
  const event = { type: 'Normal' as const, reason: 'Resumed', message: 'Job resumed' };
  return { ...plan, status: { ...plan.status, startTime: timestamp(now), conditions }, event };
}

function manage(
  job: Job,
  pods: Stored<Pod>[],
  tally: Tally,
  { now, deadline }: { now: number; deadline: number | undefined },
): Pick<JobPlan, 'create' | 'remove'> & { waitMs?: number } {
  const { completions, parallelism = 1 } = job.spec;
  const active = tally.active.length;
  const open = completions === undefined ? Infinity : completions - tally.succeeded;
  const wanted =
    completions === undefined && tally.succeeded > 0 ? active : Math.max(0, Math.min(parallelism, open));
  const backoff = active < wanted ? backoffMs(pods, now) : 0;
  const waits = [deadline, backoff > 0 ? backoff : undefined, untilGraceIsOver(pods, now)].filter(
    one => one !== undefined,
  );
  const wait = waits.length > 0 ? { waitMs: Math.max(0, Math.min(...waits)) } : {};
  if (active > wanted) {
    const remove = inOrderOfDeletion(tally.active, tally.active, now).slice(0, active - wanted);
    return { create: [], remove, ...wait };
  }
  if (active === wanted || backoff > 0) return { create: [], remove: [], ...wait };
  return { create: newPods(job, tally, wanted - active), remove: [], ...wait };
}

/** A pod that somebody deleted counts as failed when its grace is over, whether or not a node says so. */
function untilGraceIsOver(pods: Pod[], now: number): number | undefined {
  const ends = pods
    .filter(isTerminating)
    .map(({ metadata }) => Date.parse(metadata.deletionTimestamp ?? '') - now);
  const future = ends.filter(left => left > 0);
  return future.length > 0 ? Math.min(...future) : undefined;
}

function newPods({ spec }: Job, { active, completed }: Tally, count: number): { index?: number }[] {
  if (spec.completionMode !== 'Indexed') return Array.from({ length: count }, () => ({}));
  const taken = new Set([...completed, ...active.map(indexOf)]);
  const free: { index: number }[] = [];
  for (let index = 0; index < (spec.completions ?? 0) && free.length < count; index++) {
    if (!taken.has(index)) free.push({ index });
  }
  return free;
}

/** Ten seconds after the first failure, twice as long after each more, counted since the last success. */
function backoffMs(pods: Pod[], now: number): number {
  const lastSuccess = Math.max(0, ...pods.filter(pod => pod.status?.phase === 'Succeeded').map(endOf));
  const failures = pods
    .filter(pod => pod.status?.phase === 'Failed')
    .map(endOf)
    .filter(at => at > lastSuccess);
  if (failures.length === 0) return 0;
  const delay = Math.min(FIRST_BACKOFF_MS * 2 ** (failures.length - 1), LAST_BACKOFF_MS);
  return Math.max(0, Math.max(...failures) + delay - now);
}

function endOf({ status, metadata }: Pod): number {
  const ends = (status?.containerStatuses ?? []).flatMap(({ state }) => state?.terminated?.finishedAt ?? []);
  const times = ends.length > 0 ? ends : [metadata.deletionTimestamp ?? metadata.creationTimestamp ?? ''];
  return Math.max(...times.map(time => Date.parse(time) || 0));
}
