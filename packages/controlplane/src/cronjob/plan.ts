import { type Stored, timestamp } from '@slipway/api';
import { CronJob, type Job } from '@slipway/kinds';
import { isFinished } from '../job/plan.ts';
import { controllerReference } from '../workload/owner.ts';
import { conditionOf } from '../workload/status.ts';
import type { Schedule } from './schedule.ts';

type Status = NonNullable<CronJob['status']>;

export interface CronPlan {
  status: Status;
  create?: Job;
  /** Runs that a new one replaces, and finished ones beyond the history limits. */
  remove: Stored<Job>[];
  events: { type: 'Normal' | 'Warning'; reason: string; message: string }[];
  /** Until the next time of the schedule. */
  waitMs?: number;
}

/** More missed times than this are told; only the last one is made up for. */
const MANY_MISSED = 100;

/** What a CronJob needs now, given its Jobs. */
export function planCronJob(
  cronJob: Stored<CronJob>,
  jobs: Stored<Job>[],
  schedule: Schedule,
  now: number,
): CronPlan {
  const active = jobs.filter(job => !isFinished(job));
  const plan: CronPlan = {
    status: statusOf(cronJob, jobs, active),
    remove: expired(cronJob, jobs),
    events: [],
  };
  if (cronJob.spec.suspend || cronJob.metadata.deletionTimestamp) return plan;
  const { due, missed } = lastDue(cronJob, schedule, now);
  const next = schedule.next(now);
  const waiting = next === undefined ? plan : { ...plan, waitMs: next - now };
  if (missed > MANY_MISSED) {
    const message = `too many missed start times: ${missed}. Set or decrease .spec.startingDeadlineSeconds or check clock skew`;
    plan.events.push({ type: 'Warning', reason: 'TooManyMissedTimes', message });
  }
  if (due === undefined) return waiting;
  return start(waiting, { cronJob, active, due, now });
}

function start(
  plan: CronPlan,
  {
    cronJob,
    active,
    due,
    now,
  }: { cronJob: Stored<CronJob>; active: Stored<Job>[]; due: number; now: number },
): CronPlan {
  const { startingDeadlineSeconds, concurrencyPolicy = 'Allow' } = cronJob.spec;
  if (startingDeadlineSeconds !== undefined && due + startingDeadlineSeconds * 1000 < now) {
    const message = `Missed scheduled time to start a job: ${new Date(due).toUTCString()}`;
    return { ...plan, events: [...plan.events, { type: 'Warning', reason: 'MissSchedule', message }] };
  }
  const job = jobOf(cronJob, due);
  if (active.some(one => one.metadata.name === job.metadata.name)) return plan;
  if (concurrencyPolicy === 'Forbid' && active.length > 0) {
    const message = 'Not starting job because prior execution is running and concurrency policy is Forbid';
    return { ...plan, events: [...plan.events, { type: 'Normal', reason: 'JobAlreadyActive', message }] };
  }
  const replaced = concurrencyPolicy === 'Replace' ? active : [];
  const status = { ...plan.status, lastScheduleTime: timestamp(due) };
  return { ...plan, create: job, remove: [...plan.remove, ...replaced], status };
}

/** The newest time that is due and was not started, and how many were missed on the way. */
function lastDue(
  cronJob: Stored<CronJob>,
  schedule: Schedule,
  now: number,
): { due?: number; missed: number } {
  const { lastScheduleTime } = cronJob.status ?? {};
  const since = Date.parse(lastScheduleTime ?? cronJob.metadata.creationTimestamp);
  const { startingDeadlineSeconds } = cronJob.spec;
  const earliest =
    startingDeadlineSeconds === undefined ? since : Math.max(since, now - startingDeadlineSeconds * 1000);
  let due: number | undefined;
  let missed = 0;
  for (let time = schedule.next(earliest); time !== undefined && time <= now; time = schedule.next(time)) {
    due = time;
    missed++;
    if (missed > 10 * MANY_MISSED) return { due: latestBefore(schedule, due, now), missed };
  }
  return due === undefined ? { missed } : { due, missed };
}

/** After a long pause the times are too many to walk: jump close to now first. */
function latestBefore(schedule: Schedule, from: number, now: number): number {
  for (const back of [60_000, 3_600_000, 86_400_000, 32 * 86_400_000]) {
    let due: number | undefined;
    for (let time = schedule.next(now - back); time !== undefined && time <= now; time = schedule.next(time))
      due = time;
    if (due !== undefined) return due;
  }
  return from;
}

/** Named by its minute, so that two starts of the same time cannot both happen. */
export function jobOf(cronJob: Stored<CronJob>, due: number): Job {
  const { metadata = {}, spec } = cronJob.spec.jobTemplate;
  return {
    apiVersion: 'batch/v1',
    kind: 'Job',
    metadata: {
      name: `${cronJob.metadata.name}-${Math.floor(due / 60_000)}`,
      ...(cronJob.metadata.namespace ? { namespace: cronJob.metadata.namespace } : {}),
      ...(metadata.labels ? { labels: { ...metadata.labels } } : {}),
      annotations: {
        ...metadata.annotations,
        'batch.kubernetes.io/cronjob-scheduled-timestamp': timestamp(due),
      },
      ownerReferences: [controllerReference(CronJob, cronJob)],
    },
    spec: structuredClone(spec),
  };
}

function statusOf({ status = {} }: CronJob, jobs: Stored<Job>[], active: Stored<Job>[]): Status {
  const successes = jobs.flatMap(job => (succeeded(job) ? (job.status?.completionTime ?? []) : []));
  const last = [...successes, ...(status.lastSuccessfulTime ? [status.lastSuccessfulTime] : [])]
    .sort()
    .at(-1);
  return {
    ...(active.length > 0 ? { active: active.map(referenceTo) } : {}),
    ...(status.lastScheduleTime ? { lastScheduleTime: status.lastScheduleTime } : {}),
    ...(last ? { lastSuccessfulTime: last } : {}),
  };
}

function succeeded({ status }: Job): boolean {
  return conditionOf(status?.conditions, 'Complete')?.status === 'True';
}

export function referenceTo({ metadata }: Stored<Job>): Record<string, string> {
  const { name, namespace = '', uid, resourceVersion } = metadata;
  return { apiVersion: 'batch/v1', kind: 'Job', name, namespace, uid, resourceVersion };
}

function expired({ spec }: CronJob, jobs: Stored<Job>[]): Stored<Job>[] {
  const finished = jobs.filter(job => isFinished(job) && !job.metadata.deletionTimestamp);
  const old = (some: Stored<Job>[], limit: number) => {
    const sorted = [...some].sort((a, b) => (startOf(a) < startOf(b) ? -1 : 1));
    return sorted.slice(0, Math.max(0, sorted.length - limit));
  };
  return [
    ...old(finished.filter(succeeded), spec.successfulJobsHistoryLimit ?? 3),
    ...old(
      finished.filter(job => !succeeded(job)),
      spec.failedJobsHistoryLimit ?? 1,
    ),
  ];
}

function startOf(job: Stored<Job>): string {
  return job.status?.startTime ?? job.metadata.creationTimestamp;
}
