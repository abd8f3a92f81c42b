import { hasReason, keyOf, type Stored } from '@slipway/api';
import { Job, Pod } from '@slipway/kinds';
import {
  type Context,
  type Controller,
  controller,
  done,
  doneFor,
  type Outcome,
  terminal,
} from '@slipway/runtime';
import { claim } from '../workload/claim.ts';
import { createPods, deletePods } from '../workload/pod-actions.ts';
import { podFrom } from '../workload/pod-template.ts';
import { writeStatus } from '../workload/status.ts';
import { watchPods } from '../workload/watch-pods.ts';
import { FINALIZER, finishedAt, isFinished, planJob, unsupportedFields } from './plan.ts';

/** Runs pods until enough of them have succeeded. */
export const jobController: Controller = controller<Job>({
  name: 'job-controller',
  kind: Job,
  watches: [watchPods(Job)],
  reconcile: reconcileJob,
});

async function reconcileJob(job: Stored<Job>, context: Context): Promise<Outcome> {
  const unsupported = unsupportedFields(job);
  if (unsupported.length > 0)
    return terminal('Unsupported', `not supported yet: ${unsupported.join(', ')}; leave it out`);
  const pods = await podsOf(job, context);
  if (job.metadata.deletionTimestamp || isFinished(job)) {
    await release(context, pods);
    return await expire(job, context);
  }
  const plan = planJob(job, pods, context.clock.now());
  const written = await writeStatus(context, Job, job, plan.status);
  if (plan.event) context.event(job, plan.event.type, plan.event.reason, plan.event.message);
  // A pod may go only after it has been counted, or a crash in between would run it again.
  await release(context, plan.release);
  if (plan.remove.length > 0) await deletePods(context, written, plan.remove);
  const wanted = plan.create.map(({ index }) => podOf(written, index));
  const { error } = await createPods(context, written, wanted);
  if (error) throw error;
  return plan.waitMs === undefined ? done : doneFor(plan.waitMs);
}

async function podsOf(job: Stored<Job>, context: Context): Promise<Stored<Pod>[]> {
  const { selector } = job.spec;
  if (!selector) return context.cache(Pod).ownedBy(job.metadata.uid);
  return await claim({ ownerKind: Job, owner: job, selector, kind: Pod, context });
}

async function release(context: Context, pods: Stored<Pod>[]): Promise<void> {
  const held = pods.filter(pod => pod.metadata.finalizers?.includes(FINALIZER));
  await Promise.all(
    held.map(pod => {
      const finalizers = (pod.metadata.finalizers ?? []).filter(finalizer => finalizer !== FINALIZER);
      const body = { metadata: { uid: pod.metadata.uid, finalizers } };
      return context.client.patch(Pod, keyOf(pod), { type: 'merge', body }).catch(error => {
        if (!hasReason(error, 'NotFound', 'Conflict')) throw error;
      });
    }),
  );
}

/** A finished Job goes by itself when it says after how long. */
async function expire(job: Stored<Job>, context: Context): Promise<Outcome> {
  const { ttlSecondsAfterFinished } = job.spec;
  const end = finishedAt(job);
  if (ttlSecondsAfterFinished === undefined || end === undefined || job.metadata.deletionTimestamp)
    return done;
  const left = end + ttlSecondsAfterFinished * 1000 - context.clock.now();
  if (left > 0) return doneFor(left);
  const options = { propagationPolicy: 'Foreground' as const, preconditions: { uid: job.metadata.uid } };
  await context.client.delete(Job, keyOf(job), options).catch(error => {
    if (!hasReason(error, 'NotFound', 'Conflict')) throw error;
  });
  return done;
}

const INDEX = 'batch.kubernetes.io/job-completion-index';

function podOf(job: Stored<Job>, index: number | undefined): Pod {
  const pod = podFrom(job.spec.template, job, Job);
  pod.metadata.finalizers = [...(pod.metadata.finalizers ?? []), FINALIZER];
  if (index === undefined) return pod;
  pod.metadata.generateName = `${job.metadata.name}-${index}-`;
  pod.metadata.annotations = { ...pod.metadata.annotations, [INDEX]: String(index) };
  pod.metadata.labels = { ...pod.metadata.labels, [INDEX]: String(index) };
  pod.spec.hostname = `${job.metadata.name}-${index}`;
  const variable = {
    name: 'JOB_COMPLETION_INDEX',
    valueFrom: { fieldRef: { fieldPath: `metadata.labels['${INDEX}']` } },
  };
  for (const container of [...(pod.spec.initContainers ?? []), ...pod.spec.containers]) {
    if (container.env?.some(one => one.name === variable.name)) continue;
    container.env = [...(container.env ?? []), variable];
  }
  return pod;
}
