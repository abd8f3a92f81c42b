import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import { silentLog, systemClock } from '@slipway/api';
import type { Client } from '@slipway/client';
import { ConfigMap, Namespace } from '@slipway/kinds';
import { type Kube, startKube } from '@slipway/kube';
import { type ClusterCache, clusterCache } from './cluster-cache.ts';
import { DEFAULT_TRACKING, TRACKING_ANNOTATION } from './tracking.ts';

let kube: Kube;
let client: Client;
const abort = new AbortController();
const changed: string[] = [];
let cache: ClusterCache;

before(async () => {
  kube = await startKube({ controllers: false });
  client = kube.client();
  await client.create(Namespace, { apiVersion: 'v1', kind: 'Namespace', metadata: { name: 'web' } });
  await create('before');
  cache = clusterCache({
    client,
    clock: systemClock,
    log: silentLog,
    signal: abort.signal,
    tracking: () => DEFAULT_TRACKING,
    isExcluded: ({ kind }) => kind === 'Secret',
    ignoredUpdates: ({ kind }) => (kind === 'ConfigMap' ? ['/data/clock'] : []),
    changed: instance => changed.push(instance),
  });
  await cache.follow([ConfigMap]);
  await quiet();
});
after(async () => {
  abort.abort(new Error('the test ends'));
  await kube.stop();
});

const ids = (name: string) => ({ [TRACKING_ANNOTATION]: `shop:/ConfigMap:web/${name}` });

function create(name: string, annotations: Record<string, string> = ids(name), more: object = {}) {
  const metadata = { name, namespace: 'web', annotations, ...more };
  return client.create(ConfigMap, { apiVersion: 'v1', kind: 'ConfigMap', metadata, data: { clock: '1' } });
}

function set(name: string, data: object) {
  return client.patch(ConfigMap, { namespace: 'web', name }, { type: 'merge', body: { data } });
}

/** What was told until nothing more comes. */
async function quiet(): Promise<string[]> {
  for (let count = -1; count !== changed.length; ) {
    count = changed.length;
    await new Promise(resolve => setTimeout(resolve, 120));
  }
  return changed.splice(0);
}

test('it knows what was there before anybody asked', () => {
  assert.deepEqual(
    cache.managed('shop').map(({ name, namespace }) => [namespace, name]),
    [['web', 'before']],
  );
});

test('it tells what others change, once for several changes, and nothing that was seen', async () => {
  await create('one');
  assert.deepEqual(await quiet(), ['shop']);
  await set('one', { a: '1' });
  await set('one', { a: '2' });
  assert.deepEqual(await quiet(), ['shop']);
  cache.seen(await set('one', { a: '3' }));
  assert.deepEqual(await quiet(), []);
});

test('it tells nothing of what the settings call no news', async () => {
  await set('before', { clock: '2' });
  assert.deepEqual(await quiet(), []);
  await set('before', { other: '2' });
  assert.deepEqual(await quiet(), ['shop']);
});

test('it leaves copies and what has an owner to them', async () => {
  await create('copy', ids('one'));
  const owner = { apiVersion: 'v1', kind: 'ConfigMap', name: 'one', uid: 'x', controller: true };
  await create('owned', ids('owned'), { ownerReferences: [owner] });
  await quiet();
  const names = cache.managed('shop').map(({ name }) => name);
  assert.ok(!names.includes('owned'));
  assert.ok(names.includes('copy'), 'who asks sees by the id that it is a copy');
});

test('it tells what is gone, and what belongs to nobody any more', async () => {
  await client.delete(ConfigMap, { namespace: 'web', name: 'one' });
  assert.deepEqual(await quiet(), ['shop']);
  const body = { metadata: { annotations: { [TRACKING_ANNOTATION]: null } } };
  await client.patch(ConfigMap, { namespace: 'web', name: 'before' }, { type: 'merge', body });
  assert.deepEqual(await quiet(), ['shop']);
  assert.ok(!cache.managed('shop').some(({ name }) => name === 'before' || name === 'one'));
});
