import type { Kind, KubeObject, LabelSelector, Stored } from '@slipway/api';
import { Pod, ReplicaSet } from '@slipway/kinds';
import { type Context, type Controller, controller, done, doneFor, type Outcome } from '@slipway/runtime';
import { claim } from '../workload/claim.ts';
import { controllerOf } from '../workload/owner.ts';
import { createPods, deletePods, type PodFailure } from '../workload/pod-actions.ts';
import { isActive, untilAvailable } from '../workload/pod-state.ts';
import { podFrom } from '../workload/pod-template.ts';
import { writeStatus } from '../workload/status.ts';
import { watchDependents } from '../workload/watch-pods.ts';
import { planReplicas, type Replicas, replicaSetStatus } from './plan.ts';
import { ReplicationController } from './replication-controller-kind.ts';

/** A kind whose objects each keep a number of equal pods. */
interface ReplicaKind<T extends KubeObject & Replicas> {
  kind: Kind<T>;
  selectorOf(set: T): LabelSelector;
  /** The status as this kind has it. */
  statusOf(status: NonNullable<Replicas['status']>): T['status'];
}

/** Keeps as many pods as the set says. */
export const replicaSetController: Controller = replicaController<ReplicaSet>('replicaset-controller', {
  kind: ReplicaSet,
  selectorOf: ({ spec }) => spec.selector,
  statusOf: status => status,
});

/** The same for ReplicationControllers, which know nothing of terminating replicas. */
export const replicationController: Controller = replicaController<ReplicationController>(
  'replication-controller',
  {
    kind: ReplicationController,
    selectorOf: ({ spec }) => ({ matchLabels: spec.selector ?? {} }),
    statusOf: ({ terminatingReplicas: _, ...status }) => status,
  },
);

function replicaController<T extends KubeObject & Replicas>(name: string, of: ReplicaKind<T>): Controller {
  return controller<T>({
    name,
    kind: of.kind,
    watches: [watchDependents(Pod, of.kind, of.selectorOf)],
    concurrency: 8,
    reconcile: (set, context) => reconcileReplicas(set, context, of),
  });
}

async function reconcileReplicas<T extends KubeObject & Replicas>(
  set: Stored<T>,
  context: Context,
  of: ReplicaKind<T>,
): Promise<Outcome> {
  const before = await podsOf(set, context, of);
  const { failure, error } = set.metadata.deletionTimestamp ? {} : await adjust(set, before, { context, of });
  const pods = error ? await podsOf(set, context, of) : podsNow(set, context);
  const now = context.clock.now();
  const status = replicaSetStatus(set, pods, { now, ...(failure ? { failure } : {}) });
  await writeStatus(context, of.kind, set, of.statusOf(status));
  if (error) throw error;
  const wait = untilAvailable(pods.filter(isActive), set.spec.minReadySeconds ?? 0, now);
  return wait === undefined ? done : doneFor(wait);
}

function podsOf<T extends KubeObject & Replicas>(
  set: Stored<T>,
  context: Context,
  of: ReplicaKind<T>,
): Promise<Stored<Pod>[]> {
  return claim({ ownerKind: of.kind, owner: set, selector: of.selectorOf(set), kind: Pod, context });
}

/** After we made or deleted some: our own writes are in the cache. */
function podsNow(set: Stored<KubeObject>, context: Context): Stored<Pod>[] {
  return context.cache(Pod).ownedBy(set.metadata.uid);
}

async function adjust<T extends KubeObject & Replicas>(
  set: Stored<T>,
  pods: Stored<Pod>[],
  { context, of }: { context: Context; of: ReplicaKind<T> },
): Promise<{ failure?: PodFailure; error?: unknown }> {
  const plan = planReplicas(set, pods, relatedPods(set, pods, context), context.clock.now());
  const { template } = set.spec;
  if (plan.create > 0 && template) {
    const wanted = Array.from({ length: plan.create }, () => podFrom(template, set, of.kind));
    return await createPods(context, set, wanted);
  }
  return plan.remove.length > 0 ? await deletePods(context, set, plan.remove) : {};
}

/** Pods of all sets of one Deployment: scaling down prefers nodes that have many of them. */
function relatedPods(set: Stored<KubeObject>, pods: Stored<Pod>[], context: Context): Pod[] {
  const owner = controllerOf(set);
  if (!owner) return pods;
  const siblings = context.cache(ReplicaSet).ownedBy(owner.uid);
  return siblings.flatMap(sibling => context.cache(Pod).ownedBy(sibling.metadata.uid));
}
