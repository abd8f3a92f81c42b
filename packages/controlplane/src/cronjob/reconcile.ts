import { hasReason, keyOf, messageOf, type Stored } from '@slipway/api';
import { CronJob, Job } from '@slipway/kinds';
import {
  type Context,
  type Controller,
  controller,
  done,
  doneFor,
  type Outcome,
  terminal,
  watching,
} from '@slipway/runtime';
import { controllerOf } from '../workload/owner.ts';
import { isNamespaceGone } from '../workload/pod-actions.ts';
import { writeStatus } from '../workload/status.ts';
import { type CronPlan, planCronJob } from './plan.ts';
import { parseSchedule, type Schedule } from './schedule.ts';

/** A clock can be moved: no wait is longer than this. */
const LONGEST_WAIT_MS = 600_000;

/** Starts Jobs by the clock. */
export const cronJobController: Controller = controller<CronJob>({
  name: 'cronjob-controller',
  kind: CronJob,
  watches: [watching<Job>({ kind: Job })],
  reconcile: reconcileCronJob,
});

async function reconcileCronJob(cronJob: Stored<CronJob>, context: Context): Promise<Outcome> {
  let schedule: Schedule;
  try {
    schedule = parseSchedule(cronJob.spec.schedule, cronJob.spec.timeZone);
  } catch (error) {
    return terminal(
      'UnparseableSchedule',
      `unparseable schedule: ${JSON.stringify(cronJob.spec.schedule)}: ${messageOf(error)}`,
    );
  }
  const jobs = context
    .cache(Job)
    .ownedBy(cronJob.metadata.uid)
    .filter(job => controllerOf(job)?.uid === cronJob.metadata.uid);
  const plan = planCronJob(cronJob, jobs, schedule, context.clock.now());
  await act(cronJob, plan, context);
  if (plan.waitMs === undefined) return done;
  return doneFor(Math.min(plan.waitMs, LONGEST_WAIT_MS));
}

async function act(cronJob: Stored<CronJob>, plan: CronPlan, context: Context): Promise<void> {
  for (const { type, reason, message } of plan.events) context.event(cronJob, type, reason, message);
  for (const job of plan.remove) await remove(cronJob, job, context);
  if (plan.create) await create(cronJob, plan.create, context);
  await writeStatus(context, CronJob, cronJob, plan.status);
}

async function remove(cronJob: Stored<CronJob>, job: Stored<Job>, context: Context): Promise<void> {
  try {
    await context.client.delete(Job, keyOf(job), { propagationPolicy: 'Background' });
  } catch (error) {
    if (hasReason(error, 'NotFound')) return;
    throw error;
  }
  context.event(cronJob, 'Normal', 'SuccessfulDelete', `Deleted job ${job.metadata.name}`);
}

async function create(cronJob: Stored<CronJob>, job: Job, context: Context): Promise<void> {
  try {
    await context.client.create<Job>(Job, job);
  } catch (error) {
    if (hasReason(error, 'AlreadyExists') || isNamespaceGone(error)) return;
    context.event(cronJob, 'Warning', 'FailedCreate', `Error creating job: ${messageOf(error)}`);
    throw error;
  }
  context.event(cronJob, 'Normal', 'SuccessfulCreate', `Created job ${job.metadata.name}`);
}
