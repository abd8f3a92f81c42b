// All there is on a cluster, to be compared with what was there before.
import assert from 'node:assert/strict';
import { apiVersionOf, systemClock } from '@slipway/api';
import type { Client } from '@slipway/client';
import { eventually } from './platform-process.ts';

/** Kinds that come and go by themselves. */
const RESTLESS = new Set([
  'Endpoints',
  'EndpointSlice',
  'Event',
  'FlowSchema',
  'Lease',
  'PriorityLevelConfiguration',
]);
const REST_MS = 60_000;

/** Every object, as `v1 Secret namespace/name`; sorted. */
async function everyObject(client: Client): Promise<string[]> {
  const found: string[] = [];
  for (const kind of await client.kinds()) {
    if (RESTLESS.has(kind.kind)) continue;
    for (const { metadata } of (await client.list(kind, { metadataOnly: true })).items)
      found.push(`${apiVersionOf(kind)} ${kind.kind} ${metadata.namespace ?? ''}/${metadata.name}`);
  }
  return found.sort();
}

/** Every object, once a new control plane no longer goes on making what every cluster has. */
export async function objectsAtRest(client: Client): Promise<string[]> {
  let last = '';
  return eventually('the cluster is at rest', REST_MS, async () => {
    const found = await everyObject(client);
    const isAtRest = found.join() === last && last.includes('ServiceAccount default/default');
    last = found.join();
    await systemClock.sleep(500);
    return isAtRest ? found : undefined;
  });
}

/** Waits until the garbage is collected. @throws AssertionError naming what is there otherwise than before */
export async function backToObjects(client: Client, before: string[], kept: string[] = []): Promise<void> {
  const expected = [...before, ...kept].sort();
  let found: string[] = [];
  await eventually('the garbage is collected', REST_MS, async () => {
    found = await everyObject(client);
    return found.length <= expected.length || undefined;
  }).catch(() => {});
  assert.deepEqual(found, expected);
}
