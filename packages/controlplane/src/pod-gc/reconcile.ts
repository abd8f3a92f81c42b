import { hasReason, keyOf, type Stored } from '@slipway/api';
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

/** A node may be registering again: its pods are given this long (upstream's quarantine). */
const QUARANTINE_MS = 40_000;

/** Removes pods that nobody will end: those whose node is gone, and those that never had one. */
export function podGcController(): Controller {
  const missingSince = new Map<string, number>();
  return controller<Pod>({
    name: 'pod-garbage-collector-controller',
    kind: Pod,
    watches: [
      watching<Node>({
        kind: Node,
        keysOf: (node, { cache }) => {
          missingSince.delete(node.metadata.name);
          return cache(Pod)
            .list()
            .filter(pod => pod.spec.nodeName === node.metadata.name)
            .map(keyOf);
        },
      }),
    ],
    reconcile: (pod, context) => reconcilePod(pod, context, missingSince),
  });
}

async function reconcilePod(
  pod: Stored<Pod>,
  context: Context,
  missingSince: Map<string, number>,
): Promise<Outcome> {
  const { nodeName } = pod.spec;
  if (!nodeName && pod.metadata.deletionTimestamp) return await remove(pod, context);
  if (!nodeName || context.cache(Node).get({ name: nodeName })) return done;
  const now = context.clock.now();
  const since = missingSince.get(nodeName) ?? now;
  missingSince.set(nodeName, since);
  if (now - since < QUARANTINE_MS) return doneFor(QUARANTINE_MS - (now - since));
  // With the phase Failed, whoever owns the pod counts it.
  const body = { status: { phase: 'Failed', reason: 'NodeLost', message: `node "${nodeName}" is gone` } };
  if (pod.status?.phase !== 'Succeeded' && pod.status?.phase !== 'Failed') {
    await context.client
      .patch(Pod, keyOf(pod), { type: 'merge', body }, { subresource: 'status' })
      .catch(ignoreMissing);
  }
  return await remove(pod, context);
}

async function remove(pod: Stored<Pod>, { client }: Context): Promise<Outcome> {
  const options = { gracePeriodSeconds: 0, preconditions: { uid: pod.metadata.uid } };
  await client.delete(Pod, keyOf(pod), options).catch(ignoreMissing);
  return done;
}

function ignoreMissing(error: unknown): void {
  if (!hasReason(error, 'NotFound', 'Conflict')) throw error;
}
