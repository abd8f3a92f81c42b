import type { Stored } from '@slipway/api';
import { Pod, ReplicaSet } from '@slipway/kinds';
import { type Context, type Controller, controller, done, doneFor, type Outcome } from '@slipway/runtime';
import { claim } from '../workload/claim.ts';
import { controllerOf } from '../workload/owner.ts';
import { createPods, deletePods, type PodFailure } from '../workload/pod-actions.ts';
import { isActive, untilAvailable } from '../workload/pod-state.ts';
import { podFrom } from '../workload/pod-template.ts';
import { writeStatus } from '../workload/status.ts';
import { watchPods } from '../workload/watch-pods.ts';
import { planReplicas, replicaSetStatus } from './plan.ts';

/** Keeps as many pods as the set says. */
export const replicaSetController: Controller = controller<ReplicaSet>({
  name: 'replicaset-controller',
  kind: ReplicaSet,
  watches: [watchPods(ReplicaSet)],
  concurrency: 8,
  reconcile: reconcileReplicaSet,
});

async function reconcileReplicaSet(set: Stored<ReplicaSet>, context: Context): Promise<Outcome> {
  const before = await podsOf(set, context);
  const { failure, error } = set.metadata.deletionTimestamp ? {} : await adjust(set, before, context);
  const pods = error ? await podsOf(set, context) : podsNow(set, context);
  const now = context.clock.now();
  const status = replicaSetStatus(set, pods, { now, ...(failure ? { failure } : {}) });
  await writeStatus(context, ReplicaSet, set, status);
  if (error) throw error;
  const wait = untilAvailable(pods.filter(isActive), set.spec.minReadySeconds ?? 0, now);
  return wait === undefined ? done : doneFor(wait);
}

function podsOf(set: Stored<ReplicaSet>, context: Context): Promise<Stored<Pod>[]> {
  return claim({ ownerKind: ReplicaSet, owner: set, selector: set.spec.selector, kind: Pod, context });
}

/** After we made or deleted some: our own writes are in the cache. */
function podsNow(set: Stored<ReplicaSet>, context: Context): Stored<Pod>[] {
  return context.cache(Pod).ownedBy(set.metadata.uid);
}

async function adjust(
  set: Stored<ReplicaSet>,
  pods: Stored<Pod>[],
  context: Context,
): Promise<{ failure?: PodFailure; error?: unknown }> {
  const plan = planReplicas(set, pods, relatedPods(set, pods, context), context.clock.now());
  const { template } = set.spec;
  if (plan.create > 0 && template) {
    const wanted = Array.from({ length: plan.create }, () => podFrom(template, set, ReplicaSet));
    return await createPods(context, set, wanted);
  }
  return plan.remove.length > 0 ? await deletePods(context, set, plan.remove) : {};
}

/** Pods of all sets of one Deployment: scaling down prefers nodes that have many of them. */
function relatedPods(set: Stored<ReplicaSet>, pods: Stored<Pod>[], context: Context): Pod[] {
  const owner = controllerOf(set);
  if (!owner) return pods;
  const siblings = context.cache(ReplicaSet).ownedBy(owner.uid);
  return siblings.flatMap(sibling => context.cache(Pod).ownedBy(sibling.metadata.uid));
}
