import assert from 'node:assert/strict';
import { test } from 'node:test';
import { StatusError, silentLog, systemClock, systemRandom } from '@slipway/api';
import { ConfigMap, type Event, Secret } from '@slipway/kinds';
import type { WithConditions } from './condition.ts';
import { type Context, controller } from './controller.ts';
import { memoryApi } from './memory-api.ts';
import { done, terminal, waitingFor } from './outcome.ts';
import { createRuntime } from './runtime.ts';

const named = (name: string, more: object = {}) => ({
  apiVersion: 'v1',
  kind: 'ConfigMap',
  metadata: { namespace: 'a', name },
  ...more,
});

function runtimeOver(api = memoryApi()) {
  const runtime = createRuntime({
    client: api.client,
    clock: systemClock,
    random: systemRandom,
    log: silentLog,
    freeze: true,
  });
  return { api, runtime };
}

/** Waits until something holds; the test's own timeout ends it otherwise. */
async function until(holds: () => boolean): Promise<void> {
  while (!holds()) await new Promise(resolve => setTimeout(resolve, 2));
}

test('a reconcile sees what it wrote itself, so nothing is created twice', async t => {
  const { api, runtime } = runtimeOver();
  t.after(() => runtime.stop());
  await api.client.create(ConfigMap, named('one'));
  let creates = 0;
  const reconcile = async (object: ConfigMap, context: Context) => {
    const owned = context.cache(Secret).get({ namespace: 'a', name: 'child' });
    if (owned) return done;
    creates++;
    const owner = {
      apiVersion: 'v1',
      kind: 'ConfigMap',
      name: 'one',
      uid: object.metadata.uid ?? '',
      controller: true,
    };
    const metadata = { namespace: 'a', name: 'child', ownerReferences: [owner] };
    await context.client.create(Secret, { apiVersion: 'v1', kind: 'Secret', metadata });
    assert.equal(context.cache(Secret).ownedBy(object.metadata.uid ?? '').length, 1);
    return waitingFor('Child', 'the child was made', 0);
  };
  runtime.add([controller({ name: 'twice', kind: ConfigMap, watches: [{ kind: Secret }], reconcile })]);
  await runtime.start();
  await until(() => creates === 1 && runtime.idle && api.objects.has('Secret a/child'));
  assert.equal(creates, 1);
});

test('equal keys never run at the same time, and a change while one runs leads to another run', async t => {
  const { api, runtime } = runtimeOver();
  t.after(() => runtime.stop());
  let running = 0;
  const seen: string[] = [];
  const reconcile = async (object: ConfigMap) => {
    assert.equal(++running, 1);
    await new Promise(resolve => setTimeout(resolve, 5));
    seen.push(object.data?.n ?? '');
    running--;
    return done;
  };
  runtime.add([controller({ name: 'once', kind: ConfigMap, reconcile })]);
  await runtime.start();
  let object = await api.client.create(ConfigMap, named('one', { data: { n: '0' } }));
  for (const n of ['1', '2', '3']) object = await api.client.update(ConfigMap, { ...object, data: { n } });
  await until(() => seen.at(-1) === '3');
  assert.ok(seen.length <= 4);
});

test('a reconcile that throws is tried again and never ends the process', async t => {
  const { api, runtime } = runtimeOver();
  t.after(() => runtime.stop());
  let runs = 0;
  const reconcile = async () => {
    if (++runs < 3) throw new Error('not yet');
    return done;
  };
  runtime.add([controller({ name: 'throws', kind: ConfigMap, reconcile })]);
  await runtime.start();
  await api.client.create(ConfigMap, named('one'));
  await until(() => runs === 3);
});

test('an outcome becomes a condition and an event, once for as long as it stays the same', async t => {
  const { api, runtime } = runtimeOver();
  t.after(() => runtime.stop());
  let runs = 0;
  const reconcile = async () => {
    runs++;
    return terminal('Unsupported', 'spec.x is not supported');
  };
  runtime.add([controller({ name: 'refuses', kind: ConfigMap, condition: 'Ready', reconcile })]);
  await runtime.start();
  const made = await api.client.create(ConfigMap, named('one'));
  const conditions = () =>
    (api.objects.get('ConfigMap a/one') as WithConditions | undefined)?.status?.conditions;
  await until(() => conditions() !== undefined);
  const [condition] = conditions() ?? [];
  assert.deepEqual(
    [condition?.type, condition?.status, condition?.reason],
    ['Ready', 'False', 'Unsupported'],
  );
  await until(() => runtime.idle);
  const live = await api.client.get(ConfigMap, { namespace: 'a', name: 'one' });
  await api.client.update(ConfigMap, { ...live, data: { touched: made.metadata.uid } });
  await until(() => runs >= 3);
  const events = [...api.objects.values()].filter(object => object.kind === 'Event') as Event[];
  assert.deepEqual(
    events.map(event => [event.type, event.reason, event.involvedObject.name]),
    [['Warning', 'Unsupported', 'one']],
  );
});

test('cacheOf() goes on after 410 with what changed in between, deletions included', async t => {
  const { api, runtime } = runtimeOver();
  t.after(() => runtime.stop());
  await api.client.create(ConfigMap, named('one'));
  const cache = runtime.cacheOf(ConfigMap);
  await cache.synced;
  api.objects.delete('ConfigMap a/one');
  api.breakWatches(new StatusError('Expired', 'too old resource version'));
  await api.client.create(ConfigMap, named('two'));
  await until(() => cache.list().length === 1 && cache.list()[0]?.metadata.name === 'two');
});

test('a kind that is not there yet counts as empty and is taken up when it comes', async t => {
  const { api, runtime } = runtimeOver();
  t.after(() => runtime.stop());
  api.absent.add('ConfigMap');
  const cache = runtime.cacheOf(ConfigMap);
  await cache.synced;
  assert.equal(cache.list().length, 0);
  api.absent.clear();
  await api.client.create(ConfigMap, named('one'));
  await until(() => cache.list().length === 1);
});

test('removed() is called for an object that went away', async t => {
  const { api, runtime } = runtimeOver();
  t.after(() => runtime.stop());
  const gone: string[] = [];
  const removed = async ({ name }: { name: string }) => void gone.push(name);
  runtime.add([controller({ name: 'cleans', kind: ConfigMap, reconcile: async () => done, removed })]);
  await runtime.start();
  await api.client.create(ConfigMap, named('one'));
  await api.client.delete(ConfigMap, { namespace: 'a', name: 'one' });
  await until(() => gone.length === 1);
  assert.deepEqual(gone, ['one']);
});

test('cached objects are frozen in tests, so that a reconcile that changes one is found out', async t => {
  const { api, runtime } = runtimeOver();
  t.after(() => runtime.stop());
  await api.client.create(ConfigMap, named('one', { data: { a: '1' } }));
  const cache = runtime.cacheOf(ConfigMap);
  await cache.synced;
  assert.throws(() => {
    const data = cache.get({ namespace: 'a', name: 'one' })?.data;
    if (data) data.a = '2';
  }, TypeError);
});
