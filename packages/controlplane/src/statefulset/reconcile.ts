import { hasReason, type Kind, type KubeObject, keyOf, messageOf, type Stored } from '@slipway/api';
import { Pod, StatefulSet } from '@slipway/kinds';
import {
  type Context,
  type Controller,
  controller,
  done,
  doneFor,
  type Outcome,
  watching,
} from '@slipway/runtime';
import { claim } from '../workload/claim.ts';
import {
  ControllerRevision,
  type Revisions,
  syncRevisions,
  truncateRevisions,
} from '../workload/controller-revision.ts';
import { isNamespaceGone } from '../workload/pod-actions.ts';
import { untilAvailable } from '../workload/pod-state.ts';
import { writeStatus } from '../workload/status.ts';
import { watchPods } from '../workload/watch-pods.ts';
import { ordinalOf, planStatefulSet, type RevisionNames, statefulSetStatus } from './plan.ts';
import { claimsOf, statefulPod } from './pod.ts';

const PersistentVolumeClaim: Kind = {
  group: '',
  version: 'v1',
  kind: 'PersistentVolumeClaim',
  plural: 'persistentvolumeclaims',
  namespaced: true,
};

/** Runs pods with stable names, one after the other. */
export const statefulSetController: Controller = controller<StatefulSet>({
  name: 'statefulset-controller',
  kind: StatefulSet,
  watches: [watchPods(StatefulSet), watching<ControllerRevision>({ kind: ControllerRevision })],
  reconcile: reconcileStatefulSet,
});

async function reconcileStatefulSet(set: Stored<StatefulSet>, context: Context): Promise<Outcome> {
  const pods = await podsOf(set, context);
  const revisions = await syncRevisions(context, StatefulSet, set);
  const names: RevisionNames = {
    update: revisions.update.metadata.name,
    current: currentName(set, revisions),
  };
  const now = context.clock.now();
  const plan = planStatefulSet(set, pods, names, now);
  for (const pod of plan.remove) await remove(set, pod, context);
  for (const { ordinal, revision } of plan.create)
    await create(set, revisions, { ordinal, revision }, context);
  const after = context
    .cache(Pod)
    .ownedBy(set.metadata.uid)
    .filter(pod => ordinalOf(set, pod) !== undefined);
  const status = statefulSetStatus(set, after, names, now);
  await writeStatus(context, StatefulSet, set, status);
  const used = new Set([
    status.currentRevision,
    status.updateRevision,
    ...after.map(pod => pod.metadata.labels?.['controller-revision-hash']),
  ]);
  await truncateRevisions(context, set, revisions, revision => used.has(revision.metadata.name));
  const wait = untilAvailable(after, set.spec.minReadySeconds ?? 0, now);
  return wait === undefined ? done : doneFor(wait);
}

async function podsOf(set: Stored<StatefulSet>, context: Context): Promise<Stored<Pod>[]> {
  const claimed = await claim({
    ownerKind: StatefulSet,
    owner: set,
    selector: set.spec.selector,
    kind: Pod,
    context,
  });
  return claimed.filter(pod => ordinalOf(set, pod) !== undefined);
}

/** What pods have that no update has reached: the last completed revision, the first one for a new set. */
function currentName(set: StatefulSet, { update, all }: Revisions): string {
  const named = all.find(revision => revision.metadata.name === set.status?.currentRevision);
  return (named ?? update).metadata.name;
}

async function create(
  set: Stored<StatefulSet>,
  { all, update }: Revisions,
  { ordinal, revision }: { ordinal: number; revision: string },
  context: Context,
): Promise<void> {
  const { template } = (all.find(one => one.metadata.name === revision) ?? update).data.spec;
  const { $patch: _patch, ...plain } = template;
  await createClaims(set, ordinal, context);
  const pod = statefulPod(set, { ordinal, revision, template: plain });
  const what = `Create Pod ${pod.metadata.name} in StatefulSet ${set.metadata.name}`;
  try {
    await context.client.create<Pod>(Pod, pod);
  } catch (error) {
    if (hasReason(error, 'AlreadyExists') || isNamespaceGone(error)) return;
    context.event(set, 'Warning', 'FailedCreate', `${what} failed error: ${messageOf(error)}`);
    throw error;
  }
  context.event(set, 'Normal', 'SuccessfulCreate', `${what} successful`);
}

async function remove(set: Stored<StatefulSet>, pod: Stored<Pod>, context: Context): Promise<void> {
  const what = `Delete Pod ${pod.metadata.name} in StatefulSet ${set.metadata.name}`;
  try {
    await context.client.delete(Pod, keyOf(pod), { preconditions: { uid: pod.metadata.uid } });
  } catch (error) {
    if (hasReason(error, 'NotFound', 'Conflict')) return;
    context.event(set, 'Warning', 'FailedDelete', `${what} failed error: ${messageOf(error)}`);
    throw error;
  }
  context.event(set, 'Normal', 'SuccessfulDelete', `${what} successful`);
}

async function createClaims(set: Stored<StatefulSet>, ordinal: number, { client }: Context): Promise<void> {
  for (const wanted of claimsOf(set, ordinal)) {
    await client.create<KubeObject>(PersistentVolumeClaim, wanted).catch(error => {
      if (!hasReason(error, 'AlreadyExists')) throw error;
    });
  }
}
