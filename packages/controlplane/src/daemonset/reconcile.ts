import { keyOf, type Stored } from '@slipway/api';
import { Node, Pod } from '@slipway/kinds';
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
  REVISION_LABEL,
  syncRevisions,
  truncateRevisions,
} from '../workload/controller-revision.ts';
import { createPods, deletePods } from '../workload/pod-actions.ts';
import { untilAvailable } from '../workload/pod-state.ts';
import { writeStatus } from '../workload/status.ts';
import { watchPods } from '../workload/watch-pods.ts';
import { DaemonSet } from './daemonset-kind.ts';
import { daemonPod, daemonSetStatus, planDaemonSet } from './plan.ts';

/** Runs one pod on every node that fits. */
export const daemonSetController: Controller = controller<DaemonSet>({
  name: 'daemonset-controller',
  kind: DaemonSet,
  watches: [
    watchPods(DaemonSet),
    watching<ControllerRevision>({ kind: ControllerRevision }),
    watching<Node>({ kind: Node, keysOf: (_node, { cache }) => cache(DaemonSet).list().map(keyOf) }),
  ],
  reconcile: reconcileDaemonSet,
});

async function reconcileDaemonSet(set: Stored<DaemonSet>, context: Context): Promise<Outcome> {
  const { selector } = set.spec;
  const pods = await claim({ ownerKind: DaemonSet, owner: set, selector, kind: Pod, context });
  const revisions = await syncRevisions(context, DaemonSet, set);
  const revision = revisions.update.metadata.labels?.[REVISION_LABEL] ?? '';
  const now = context.clock.now();
  const nodes = context.cache(Node).list();
  const plan = planDaemonSet(set, { pods, nodes, revision, now });
  const removed = await deletePods(context, set, plan.remove);
  const made = await createPods(
    context,
    set,
    plan.create.map(node => daemonPod(set, node, revision)),
  );
  const after = context.cache(Pod).ownedBy(set.metadata.uid);
  await writeStatus(context, DaemonSet, set, daemonSetStatus(set, { pods: after, nodes, revision, now }));
  const used = new Set(after.map(pod => pod.metadata.labels?.[REVISION_LABEL]));
  const inUse = (one: ControllerRevision) =>
    one === revisions.update || used.has(one.metadata.labels?.[REVISION_LABEL]);
  await truncateRevisions(context, set, revisions, inUse);
  const error = removed.error ?? made.error;
  if (error) throw error;
  const wait = untilAvailable(after, set.spec.minReadySeconds ?? 0, now);
  return wait === undefined ? done : doneFor(wait);
}
