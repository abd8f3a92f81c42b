import { hasReason, type KubeObject, keyOf, type Stored, timestamp } from '@slipway/api';
import { Node, Pod, type PodCondition } from '@slipway/kinds';
import {
  type Context,
  type Controller,
  controller,
  done,
  doneFor,
  type Outcome,
  watching,
} from '@slipway/runtime';
import { type Placement, place, unschedulableMessage, unsupportedConstraints } from './plan.ts';

/** The `Binding` that a scheduler posts to `pods/<name>/binding`. */
interface Binding extends KubeObject {
  target: { apiVersion: string; kind: string; name: string };
}

const NAME = 'default-scheduler';

/** Nodes given to pods whose own cache entry does not say so yet, by the pod's uid. */
type Assumed = Map<string, string>;

/** A pod that fits nowhere is looked at again this often, besides whenever a node or a pod frees something. */
const AGAIN_MS = 5_000;

/** Gives each pod that waits for one a node. Made for one node, right for a few. */
export function schedulerController(): Controller {
  const assumed: Assumed = new Map();
  return controller<Pod>({
    name: NAME,
    kind: Pod,
    watches: [
      // Whatever frees or changes a node may let a waiting pod in.
      watching<Node>({
        kind: Node,
        keysOf: (_node, { cache }) => cache(Pod).list().filter(isWaiting).map(keyOf),
      }),
      watching<Pod>({
        kind: Pod,
        keysOf: (pod, { cache }) =>
          holdsNode(pod) || !pod.spec.nodeName ? [] : cache(Pod).list().filter(isWaiting).map(keyOf),
      }),
    ],
    // One at a time: each decision counts on the ones before it.
    concurrency: 1,
    reconcile: (pod, context) => reconcilePod(pod, context, assumed),
  });
}

function isWaiting({ spec, metadata, status }: Pod): boolean {
  const mine = (spec.schedulerName ?? NAME) === NAME;
  const finished = status?.phase === 'Succeeded' || status?.phase === 'Failed';
  return mine && !spec.nodeName && !metadata.deletionTimestamp && !finished;
}

function holdsNode({ spec, status, metadata }: Pod): boolean {
  const finished = status?.phase === 'Succeeded' || status?.phase === 'Failed';
  return spec.nodeName !== undefined && !finished && metadata.deletionTimestamp === undefined;
}

async function reconcilePod(pod: Stored<Pod>, context: Context, assumed: Assumed): Promise<Outcome> {
  if (!isWaiting(pod)) {
    assumed.delete(pod.metadata.uid);
    return done;
  }
  if (assumed.has(pod.metadata.uid)) return done;
  if (pod.spec.schedulingGates?.length) {
    const message = 'Scheduling is blocked due to non-empty scheduling gates';
    await tellUnschedulable(context, pod, 'SchedulingGated', message);
    return done;
  }
  const placement = decide(pod, context, assumed);
  if ('node' in placement) {
    const bound = await bind(pod, placement.node, context);
    if (bound) assumed.set(pod.metadata.uid, placement.node);
    return done;
  }
  const [message = ''] = placement.reasons;
  const changed = await tellUnschedulable(context, pod, 'Unschedulable', message);
  if (changed) context.event(pod, 'Warning', 'FailedScheduling', message);
  return doneFor(AGAIN_MS);
}

function decide(pod: Pod, { cache }: Context, assumed: Assumed): Placement {
  const unsupported = unsupportedConstraints(pod);
  if (unsupported.length > 0)
    return {
      reasons: [`not supported by this scheduler: ${unsupported.join(', ')}`],
    };
  const nodes = cache(Node).list();
  const bound = cache(Pod)
    .list()
    .flatMap(other => {
      if (isFinished(other)) return [];
      if (other.spec.nodeName) return [other];
      const nodeName = assumed.get(other.metadata.uid);
      return nodeName ? [{ ...other, spec: { ...other.spec, nodeName } }] : [];
    });
  const placement = place(pod, nodes, bound);
  if ('node' in placement) return placement;
  return { reasons: [unschedulableMessage(nodes.length, placement.reasons)] };
}

function isFinished({ status }: Pod): boolean {
  return status?.phase === 'Succeeded' || status?.phase === 'Failed';
}

async function bind(pod: Stored<Pod>, node: string, { client, event }: Context): Promise<boolean> {
  const { namespace = '', name, uid } = pod.metadata;
  const binding: Binding = {
    apiVersion: 'v1',
    kind: 'Binding',
    metadata: { namespace, name, uid },
    target: { apiVersion: 'v1', kind: 'Node', name: node },
  };
  try {
    await client.create<KubeObject>(Pod, binding, { subresource: 'binding', name });
  } catch (error) {
    if (hasReason(error, 'NotFound', 'Conflict')) return false;
    throw error;
  }
  event(pod, 'Normal', 'Scheduled', `Successfully assigned ${namespace}/${name} to ${node}`);
  return true;
}

/** Writes the PodScheduled condition; true when it was not there yet. */
async function tellUnschedulable(
  context: Context,
  pod: Stored<Pod>,
  reason: string,
  message: string,
): Promise<boolean> {
  const conditions = pod.status?.conditions ?? [];
  const present = conditions.find(condition => condition.type === 'PodScheduled');
  if (present?.reason === reason && present.message === message) return false;
  const made: PodCondition = {
    type: 'PodScheduled',
    status: 'False',
    reason,
    message,
    lastTransitionTime: present?.lastTransitionTime ?? timestamp(context.clock.now()),
    lastProbeTime: null,
  };
  const others = conditions.filter(condition => condition.type !== 'PodScheduled');
  const body = { status: { conditions: [...others, made] } };
  await context.client
    .patch(Pod, keyOf(pod), { type: 'merge', body }, { subresource: 'status' })
    .catch(error => {
      if (!hasReason(error, 'NotFound')) throw error;
    });
  return true;
}
