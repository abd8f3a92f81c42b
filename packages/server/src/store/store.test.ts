import assert from 'node:assert/strict';
import { mkdtempSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import { type TestContext, test } from 'node:test';
import { type KubeObject, silentLog, systemClock, systemRandom } from '@slipway/api';
import { openDataFolder } from './data-folder.ts';
import { databaseFile } from './database.ts';
import { openKeyFile, rotateKeyFile } from './keys/key-file.ts';
import { openStore, type StoreOptions } from './open-store.ts';
import type { Store } from './store.ts';

const ports = { clock: systemClock, random: systemRandom };

function placeFor(t: TestContext): string {
  const path = mkdtempSync(join(tmpdir(), 'slipway-store-'));
  t.after(() => rmSync(path, { recursive: true, force: true }));
  return path;
}

/** Opens the store below `place`; the returned function closes it and lets the folder go. */
async function open(
  place: string,
  more: Partial<StoreOptions> = {},
): Promise<{ store: Store; close(): Promise<void> }> {
  const folder = openDataFolder({ path: join(place, 'data'), ...ports });
  try {
    const keys = openKeyFile({ path: join(place, 'keys'), random: systemRandom });
    const store = await openStore({ folder, keys, ...ports, log: silentLog, ...more });
    const close = async () => {
      await store.close();
      folder.release();
    };
    return { store, close };
  } catch (error) {
    folder.release();
    throw error;
  }
}

function audit(verb: string, object: string) {
  return {
    actor: 'tester',
    door: 'api',
    verb,
    resource: '/things',
    object,
    source: 'test',
    outcome: 'allowed' as const,
  };
}

function put(store: Store, key: string, value: string, resource = '/things') {
  const [namespace = '', name = ''] = key.split('/');
  const object = { apiVersion: 'v1', kind: 'Thing', metadata: { name, namespace, labels: { value } }, value };
  return store.write({
    resource,
    key,
    audit: audit('update', key),
    decide: () => ({ change: 'put', object: object as KubeObject }),
  });
}

test('openStore() gives back what was written, at the same version', async t => {
  const place = placeFor(t);
  const first = await open(place);
  await put(first.store, 'a/one', '1');
  await put(first.store, 'a/two', '2');
  await put(first.store, 'a/one', '3');
  await first.store.write({
    resource: '/things',
    key: 'a/two',
    audit: audit('delete', 'a/two'),
    decide: () => ({
      change: 'remove',
      object: { apiVersion: 'v1', kind: 'Thing', metadata: { name: 'two' } },
    }),
  });
  const id = first.store.id;
  await first.close();
  const second = await open(place);
  assert.equal(second.store.id, id);
  assert.equal(second.store.resourceVersion, 4);
  const entries = [...second.store.snapshot('/things').entries({ prefix: 'a/' })];
  assert.deepEqual(
    entries.map(entry => [entry.key, entry.resourceVersion, entry.labels()]),
    [['a/one', 3, { value: '3' }]],
  );
  const verdict = await second.store.audit.verify();
  assert.ok(verdict.intact);
  assert.equal(verdict.records, 4);
  await second.close();
});

test('write() runs decisions on one key one after the other, each on what the one before left', async t => {
  const { store, close } = await open(placeFor(t));
  const add = () =>
    store.write({
      resource: '/things',
      key: 'a/counter',
      audit: audit('update', 'a/counter'),
      decide: async live => {
        const count = live ? Number((JSON.parse(live.text) as { count: string }).count) : 0;
        await new Promise(resolve => setImmediate(resolve));
        const object = {
          apiVersion: 'v1',
          kind: 'Thing',
          metadata: { name: 'counter' },
          count: String(count + 1),
        };
        return { change: 'put', object: object as KubeObject };
      },
    });
  await Promise.all(Array.from({ length: 40 }, add));
  assert.match(store.get('/things', 'a/counter')?.text ?? '', /"count":"40"/);
  await close();
});

test('subscribe() and eventsAfter() tell of every commit once, in order', async t => {
  const { store, close } = await open(placeFor(t));
  const seen: number[] = [];
  store.subscribe('/things', event => seen.push(event.entry.resourceVersion));
  await Promise.all(Array.from({ length: 200 }, (_, i) => put(store, `a/n${i}`, 'x')));
  assert.deepEqual(
    seen,
    Array.from({ length: 200 }, (_, i) => i + 1),
  );
  assert.equal(store.eventsAfter('/things', 150).length, 50);
  store.compact();
  assert.throws(() => store.eventsAfter('/things', 150), { code: 'Expired' });
  assert.deepEqual(store.eventsAfter('/things', 200), []);
  await close();
});

test('snapshot() stays as it was while writes go on', async t => {
  const { store, close } = await open(placeFor(t));
  await put(store, 'a/one', '1');
  const before = store.snapshot('/things');
  await put(store, 'a/two', '2');
  assert.equal([...before.entries({ prefix: '' })].length, 1);
  assert.equal([...store.snapshot('/things').entries({ prefix: '' })].length, 2);
  await close();
});

test('Secrets are sealed on disk, readable again, and bound to their place', async t => {
  const place = placeFor(t);
  const first = await open(place);
  await put(first.store, 'a/password', 'canary-4711', '/secrets');
  await put(first.store, 'a/other', 'something', '/secrets');
  await first.store.backup(join(place, 'copy'));
  await first.close();
  for (const file of [databaseFile(join(place, 'data')), join(place, 'copy')]) {
    assert.ok(!readFileSync(file).includes('canary-4711'), `${file} holds the secret in clear`);
  }
  const second = await open(place);
  assert.match(second.store.get('/secrets', 'a/password')?.text ?? '', /canary-4711/);
  await second.close();
  const database = new DatabaseSync(databaseFile(join(place, 'data')));
  database.exec("UPDATE objects SET key = 'a/moved' WHERE key = 'a/password'");
  database.close();
  await assert.rejects(open(place), { code: 'StoreDamaged' });
});

test('backup() has one moment, at which nothing is committed, while writers go on', async t => {
  const place = placeFor(t);
  const { store, close } = await open(place);
  let acknowledged = 0;
  let atMoment = 0;
  let stop = false;
  const writing = (async () => {
    for (; !stop; acknowledged++) await put(store, `a/n${acknowledged}`, 'x'.repeat(2000));
  })();
  while (acknowledged < 50) await new Promise(resolve => setImmediate(resolve));
  const copy = join(place, 'copy');
  await store.backup(copy, async () => {
    atMoment = acknowledged;
    for (let turn = 0; turn < 20; turn++) await new Promise(resolve => setImmediate(resolve));
    assert.equal(acknowledged, atMoment, 'nothing is acknowledged at the moment of the copy');
  });
  const end = acknowledged + 20;
  while (acknowledged < end) await new Promise(resolve => setImmediate(resolve));
  stop = true;
  await writing;
  await close();
  const database = new DatabaseSync(copy);
  const rows = database.prepare("SELECT count(*) AS n FROM objects WHERE resource = '/things'").get();
  database.close();
  // The writer's loop counts after its await: one commit may be done and not yet counted.
  assert.ok(Number(rows?.n) - atMoment <= 1, `${rows?.n} objects in the copy, ${atMoment} at its moment`);
});

test('backup() refuses a second copy at one time, and writes go on when its moment fails', async t => {
  const place = placeFor(t);
  const { store, close } = await open(place);
  const first = store.backup(join(place, 'one'), async () => {
    await assert.rejects(store.backup(join(place, 'two')), { code: 'BackupRunning' });
    throw new Error('no room');
  });
  await assert.rejects(first, /no room/);
  await put(store, 'a/after', 'x');
  await store.backup(join(place, 'three'));
  await close();
});

test('a rotated key opens what older keys sealed; a missing one is named', async t => {
  const place = placeFor(t);
  const first = await open(place);
  await put(first.store, 'a/password', 'x', '/secrets');
  await first.close();
  const keys = rotateKeyFile({ path: join(place, 'keys'), random: systemRandom });
  const second = await open(place, { keys });
  assert.ok(second.store.get('/secrets', 'a/password'));
  await second.close();
  const stranger = openKeyFile({ path: join(place, 'other-keys'), random: systemRandom });
  await assert.rejects(open(place, { keys: stranger }), {
    code: 'KeyMissing',
    message: new RegExp(keys.keyId),
  });
});

test('openKeyFile() makes a 0600 file and refuses one that others may read', async t => {
  const path = join(placeFor(t), 'keys', 'file');
  const keys = openKeyFile({ path, random: systemRandom });
  assert.equal(statSync(path).mode & 0o777, 0o600);
  const again = openKeyFile({ path, random: systemRandom });
  assert.deepEqual(await again.derive('cookies'), await keys.derive('cookies'));
  assert.notDeepEqual(await again.derive('tokens'), await keys.derive('cookies'));
  writeFileSync(path, readFileSync(path), { mode: 0o644 });
  (await import('node:fs')).chmodSync(path, 0o644);
  assert.throws(() => openKeyFile({ path, random: systemRandom }), { code: 'KeyFileUnsafe' });
});

test('openDataFolder() refuses a second owner, naming the first', async t => {
  const place = placeFor(t);
  const { close } = await open(place);
  await assert.rejects(open(place), { code: 'FolderInUse', message: new RegExp(`process ${process.pid}`) });
  await close();
  const { close: closeAgain } = await open(place);
  await closeAgain();
});

test('openDataFolder() refuses a newer format, naming both', async t => {
  const place = placeFor(t);
  const { close } = await open(place);
  await close();
  const file = join(place, 'data', 'format.json');
  writeFileSync(file, JSON.stringify({ ...JSON.parse(readFileSync(file, 'utf8')), format: 7 }));
  await assert.rejects(open(place), { code: 'FormatUnknown', message: /format 7 is newer than 1/ });
});

test('a full disk refuses the write, keeps what was acknowledged and works again later', async t => {
  const place = placeFor(t);
  const { store, close } = await open(place, { maxPages: 60 });
  const big = 'x'.repeat(20_000);
  let kept = 0;
  await assert.rejects(
    async () => {
      for (;;) {
        await put(store, `a/n${kept}`, big);
        kept++;
      }
    },
    { code: 'ServiceUnavailable', message: /disk is full/ },
  );
  assert.equal(store.get('/things', `a/n${kept}`), undefined, 'a refused write must not be visible');
  await close();
  const again = await open(place);
  assert.equal(again.store.snapshot('/things').size, kept);
  await put(again.store, `a/n${kept}`, big);
  assert.ok((await again.store.audit.verify()).intact);
  await again.close();
});

test('openStore() names a damaged database', async t => {
  const place = placeFor(t);
  const { store, close } = await open(place);
  for (let i = 0; i < 50; i++) await put(store, `a/n${i}`, 'x'.repeat(3000));
  await close();
  const file = databaseFile(join(place, 'data'));
  const bytes = readFileSync(file);
  bytes.fill(0x5a, 4096 * 3, 4096 * 9);
  writeFileSync(file, bytes);
  await assert.rejects(open(place), { code: 'StoreDamaged', message: /restore a backup/ });
});

const tampering = [
  {
    sql: "UPDATE audit SET actor = 'somebody-else' WHERE sequence = 5",
    at: 5,
    because: 'a changed field breaks its hash',
  },
  { sql: 'DELETE FROM audit WHERE sequence = 5', at: 6, because: 'a removed record leaves a gap' },
  {
    sql: "UPDATE audit SET hash = 'aa' WHERE sequence = 5",
    at: 5,
    because: 'a changed hash does not fit its fields',
  },
];
for (const { sql, at, because } of tampering) {
  test(`audit.verify() finds tampering: ${because}`, async t => {
    const place = placeFor(t);
    const { store, close } = await open(place);
    for (let i = 0; i < 10; i++) await put(store, `a/n${i}`, 'x');
    await close();
    const database = new DatabaseSync(databaseFile(join(place, 'data')));
    database.exec(sql);
    database.close();
    const again = await open(place);
    const verdict = await again.store.audit.verify();
    assert.ok(!verdict.intact);
    assert.equal(verdict.sequence, at);
    await again.close();
  });
}

test('audit.append() and search() serve other doors', async t => {
  const { store, close } = await open(placeFor(t));
  await put(store, 'a/one', '1');
  await store.audit.append({ ...audit('push', 'team/shop'), door: 'git', actor: 'ann' });
  const [newest] = await store.audit.search({});
  assert.equal(newest?.door, 'git');
  const found = await store.audit.search({ actor: 'tester', limit: 5 });
  assert.deepEqual(
    found.map(record => [record.verb, record.object, record.resourceVersion]),
    [['update', 'a/one', 1]],
  );
  await close();
});
