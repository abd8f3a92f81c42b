import assert from 'node:assert/strict';
import { test } from 'node:test';
import { type ApiRequest, type ApiResponse, hasReason, StatusError } from '@slipway/api';
import { ConfigMap, Pod } from '@slipway/kinds';
import { isAllowed, reviewToken } from './access.ts';
import type { WatchEvent } from './client.ts';
import { createClient } from './create-client.ts';
import { impersonate } from './impersonate.ts';
import { mutate } from './mutate.ts';

/** A client whose requests are kept and answered by a function. */
function clientOver(answer: (request: ApiRequest, count: number) => Partial<ApiResponse>) {
  const requests: ApiRequest[] = [];
  const send = async (request: ApiRequest): Promise<ApiResponse> => {
    requests.push(request);
    return { status: 200, body: '', ...answer(request, requests.length) };
  };
  return { client: createClient({ send }), requests, send };
}

const web = { apiVersion: 'v1', kind: 'ConfigMap', metadata: { namespace: 'a', name: 'web' } };

test('list() names the items of a typed list when the server leaves apiVersion and kind out', async () => {
  const { client, requests } = clientOver(() => ({
    body: JSON.stringify({ metadata: { resourceVersion: '5' }, items: [{ metadata: { name: 'x' } }] }),
  }));
  const { items } = await client.list(ConfigMap, {
    namespace: 'a',
    labelSelector: { matchLabels: { app: 'web' } },
  });
  assert.deepEqual(items[0], { apiVersion: 'v1', kind: 'ConfigMap', metadata: { name: 'x' } });
  assert.equal(requests[0]?.path, '/api/v1/namespaces/a/configmaps');
  assert.deepEqual(requests[0]?.query, { labelSelector: 'app=web' });
});

test('watch() joins lines that arrive in pieces and ends with 410 as an Expired error', async () => {
  async function* stream() {
    yield '{"type":"ADDED","object":{"metadata":{"na';
    yield 'me":"x"}}}\n{"type":"ERROR","object":{"kind":"Status","code":410,"reason":"Expired","message":"too old"}}\n';
  }
  const { client, requests } = clientOver(() => ({ stream: stream() }));
  const seen: WatchEvent<Pod>[] = [];
  await assert.rejects(
    async () => {
      const signal = new AbortController().signal;
      for await (const event of client.watch(Pod, { signal, sendInitialEvents: true })) seen.push(event);
    },
    (error: unknown) => hasReason(error, 'Expired'),
  );
  assert.equal(seen[0]?.object.metadata.name, 'x');
  assert.equal(requests[0]?.query?.resourceVersionMatch, 'NotOlderThan');
});

test('a failed answer is thrown with its reason, a page of a proxy by its HTTP status', async () => {
  const rows = [
    { status: 404, body: new StatusError('NotFound', 'no').toStatus(), reason: 'NotFound' },
    { status: 409, body: new StatusError('AlreadyExists', 'is').toStatus(), reason: 'AlreadyExists' },
    { status: 502, body: '<html>bad gateway</html>', reason: 'InternalError' },
  ];
  for (const { status, body, reason } of rows) {
    const { client } = clientOver(() => ({
      status,
      body: typeof body === 'string' ? body : JSON.stringify(body),
    }));
    await assert.rejects(client.get(ConfigMap, { name: 'x' }), { reason });
  }
});

test('mutate() reads again after a conflict and writes nothing when nothing changed', async () => {
  const conflict = JSON.stringify(new StatusError('Conflict', 'changed').toStatus());
  const { client, requests } = clientOver((request, count) =>
    request.method === 'PUT' && count === 2 ? { status: 409, body: conflict } : { body: JSON.stringify(web) },
  );
  await mutate(client, ConfigMap, { namespace: 'a', name: 'web' }, draft => {
    draft.data = { a: '1' };
  });
  assert.deepEqual(
    requests.map(request => request.method),
    ['GET', 'PUT', 'GET', 'PUT'],
  );
  await mutate(client, ConfigMap, { namespace: 'a', name: 'web' }, () => {});
  assert.equal(requests.length, 5);
});

test('discover() asks once for what exists and each time for what does not', async () => {
  const body = JSON.stringify({
    resources: [
      { name: 'pods/log', kind: 'Pod', namespaced: true },
      { name: 'pods', kind: 'Pod', namespaced: true },
    ],
  });
  const { client, requests } = clientOver(() => ({ body }));
  assert.equal((await client.discover('v1', 'Pod'))?.plural, 'pods');
  await client.discover('v1', 'Pod');
  assert.equal(requests.length, 1);
  assert.equal(await client.discover('v1', 'Thing'), undefined);
  assert.equal(requests.length, 2);
});

test('reviewToken() and isAllowed() believe an answer for seconds and never send a refused one from memory', async () => {
  let now = 0;
  const clock = { now: () => now, sleep: async () => {} };
  const status = { authenticated: true, user: { username: 'ada', groups: ['g'] }, allowed: false };
  const { client, requests } = clientOver(() => ({ body: JSON.stringify({ status }) }));
  const user = await reviewToken(client, 't', { clock });
  assert.deepEqual(user, { username: 'ada', groups: ['g'] });
  await reviewToken(client, 't', { clock });
  assert.equal(requests.length, 1);
  now += 10_000;
  await reviewToken(client, 't', { clock });
  assert.equal(requests.length, 2);
  const attributes = { verb: 'get', group: '', resource: 'pods' };
  if (!user) return assert.fail('no user');
  assert.equal(await isAllowed(client, user, attributes, { clock }), false);
  status.allowed = true;
  assert.equal(await isAllowed(client, user, attributes, { clock }), true);
  assert.equal(await isAllowed(client, user, attributes, { clock }), true);
  assert.equal(requests.length, 4);
});

test('impersonate() sends who to act as in headers', async () => {
  const { send, requests } = clientOver(() => ({ body: '{}' }));
  const extra = { 'a/b': ['1'] };
  await impersonate({ send }, { username: 'ada', groups: ['x', 'y'], extra }).send({
    method: 'GET',
    path: '/api',
  });
  assert.deepEqual(requests[0]?.headers, {
    'impersonate-user': 'ada',
    'impersonate-group': ['x', 'y'],
    'impersonate-extra-a%2fb': ['1'],
  });
});
