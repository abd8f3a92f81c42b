import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import type { KubeObject, ListOf } from '@slipway/api';
import { SnapshotShelf } from './paging.ts';
import { startTestServer, type TestServer } from './server.fixture.ts';

const PATH = '/api/v1/namespaces/default/configmaps';
let running: TestServer;

before(async () => {
  running = await startTestServer();
  const namespace = { apiVersion: 'v1', kind: 'Namespace', metadata: { name: 'default' } };
  await running.send({ method: 'POST', path: '/api/v1/namespaces', body: JSON.stringify(namespace) });
  for (const name of ['a', 'b', 'c', 'd', 'e']) await create(name);
});
after(() => running.stop());

async function create(name: string): Promise<void> {
  const body = JSON.stringify({ apiVersion: 'v1', kind: 'ConfigMap', metadata: { name } });
  const answer = await running.send({ method: 'POST', path: PATH, body });
  assert.equal(answer.status, 201, answer.body);
}

async function page(query: Record<string, string>): Promise<ListOf<KubeObject>> {
  const answer = await running.send({ path: PATH, query });
  assert.equal(answer.status, 200, answer.body);
  return JSON.parse(answer.body) as ListOf<KubeObject>;
}

test('pages show the state of the first page, whatever happens meanwhile', async () => {
  const first = await page({ limit: '2' });
  assert.equal(first.metadata.remainingItemCount, 3);
  await running.send({ method: 'DELETE', path: `${PATH}/c` });
  await create('bb');
  const second = await page({ limit: '2', continue: first.metadata.continue ?? '' });
  const third = await page({ limit: '2', continue: second.metadata.continue ?? '' });
  const names = [first, second, third].flatMap(list => list.items.map(item => item.metadata.name));
  assert.deepEqual(names, ['a', 'b', 'c', 'd', 'e']);
  assert.equal(new Set([first, second, third].map(list => list.metadata.resourceVersion)).size, 1);
  assert.equal(third.metadata.continue, undefined);
});

test('a page of a state that is no longer kept is 410 Expired', async () => {
  const token = Buffer.from(JSON.stringify({ v: 1, rv: 1, from: 'default/b' })).toString('base64url');
  const answer = await running.send({ path: PATH, query: { continue: token } });
  assert.equal(answer.status, 410);
  const status = JSON.parse(answer.body);
  assert.equal(status.reason, 'Expired');
  const rest = await page({ continue: status.metadata.continue });
  assert.deepEqual(rest.items[0]?.metadata.name, 'b', 'the rest is that of the newest state');
});

test('SnapshotShelf forgets a state five minutes after its first page, however often it is asked for', () => {
  let now = 0;
  const shelf = new SnapshotShelf({ now: () => now });
  const snapshot = { resourceVersion: 7, size: 0, entries: () => [] };
  const page = { resourceVersion: 7, from: 'a' };
  shelf.keep('/things', snapshot);
  now = 4 * 60_000;
  assert.equal(shelf.take('/things', page), snapshot);
  shelf.keep('/things', snapshot);
  now = 6 * 60_000;
  assert.throws(() => shelf.take('/things', page), { reason: 'Expired' });
});
