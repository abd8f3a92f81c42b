import { type Kind, type KubeObject, keyOf, matchesLabels, requirementsOf, type Stored } from '@slipway/api';
import { Deployment, Pod, ReplicaSet, StatefulSet } from '@slipway/kinds';
import {
  type Context,
  type Controller,
  controller,
  done,
  doneFor,
  type Outcome,
  type Watch,
  watching,
} from '@slipway/runtime';
import { ReplicationController } from '../replicaset/replication-controller-kind.ts';
import { controllerOf } from '../workload/owner.ts';
import { writeStatus } from '../workload/status.ts';
import { PodDisruptionBudget } from './budget-kind.ts';
import { budgetStatus, GRANTED_MS } from './plan.ts';

type Scaled = KubeObject & { spec: { replicas?: number } };
const SCALED = [ReplicaSet, Deployment, StatefulSet, ReplicationController] as Kind<Scaled>[];

/** Says how many pods of each budget may go; evictions take from that. */
export const disruptionController: Controller = controller<PodDisruptionBudget>({
  name: 'disruption-controller',
  kind: PodDisruptionBudget,
  watches: [Pod as Kind, ...(SCALED as Kind[])].map(concerning),
  reconcile: reconcileBudget,
});

/** Any change in its namespace may concern a budget; there are few of them. */
function concerning(kind: Kind): Watch {
  return watching<KubeObject>({
    kind,
    keysOf: ({ metadata }, { cache }) =>
      cache(PodDisruptionBudget)
        .list({ namespace: metadata.namespace ?? '' })
        .map(keyOf),
  });
}

async function reconcileBudget(budget: Stored<PodDisruptionBudget>, context: Context): Promise<Outcome> {
  const { selector } = budget.spec;
  const namespace = budget.metadata.namespace ?? '';
  const requirements = selector && requirementsOf(selector);
  const pods = context
    .cache(Pod)
    .list({ namespace })
    .filter(pod => requirements !== undefined && matchesLabels(requirements, pod.metadata.labels));
  const now = context.clock.now();
  const status = budgetStatus({ budget, pods, wanted: wantedBy(pods, context), now });
  await writeStatus(context, PodDisruptionBudget, budget, status);
  return status.disruptedPods ? doneFor(GRANTED_MS) : done;
}

/** What the controllers of these pods want, each counted once; pods without one count for nothing. */
function wantedBy(pods: Stored<Pod>[], context: Context): number {
  const counts = new Map<string, number>();
  for (const pod of pods) {
    const scaled = scaledOwner(pod, context);
    if (scaled) counts.set(scaled.metadata.uid, scaled.spec.replicas ?? 1);
  }
  return [...counts.values()].reduce((sum, count) => sum + count, 0);
}

/** The Deployment of a ReplicaSet that has one, else the pod's own controller. */
function scaledOwner(object: Stored<KubeObject>, context: Context): Stored<Scaled> | undefined {
  const reference = controllerOf(object);
  const kind = SCALED.find(one => one.kind === reference?.kind);
  if (!reference || !kind) return undefined;
  const { namespace } = object.metadata;
  const owner = context.cache(kind).get({ name: reference.name, ...(namespace ? { namespace } : {}) });
  if (owner?.metadata.uid !== reference.uid) return undefined;
  return scaledOwner(owner, context) ?? owner;
}
