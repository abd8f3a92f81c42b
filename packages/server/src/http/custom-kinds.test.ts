import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import { startTestServer, type TestServer } from './server.fixture.ts';

const CRDS = '/apis/apiextensions.k8s.io/v1/customresourcedefinitions';
const THINGS = '/apis/test.example/v1/things';
let running: TestServer;

before(async () => {
  running = await startTestServer();
});
after(() => running.stop());

const definition = {
  apiVersion: 'apiextensions.k8s.io/v1',
  kind: 'CustomResourceDefinition',
  metadata: { name: 'things.test.example' },
  spec: {
    group: 'test.example',
    scope: 'Cluster',
    names: { kind: 'Thing', plural: 'things', singular: 'thing', listKind: 'ThingList' },
    versions: ['v1', 'v2'].map(name => ({
      name,
      served: true,
      storage: name === 'v2',
      schema: {
        openAPIV3Schema: {
          type: 'object',
          properties: { spec: { type: 'object', 'x-kubernetes-preserve-unknown-fields': true } },
        },
      },
    })),
  },
};

async function ask(method: 'GET' | 'POST' | 'PUT' | 'DELETE', path: string, body?: object) {
  const answer = await running.send({ method, path, ...(body ? { body: JSON.stringify(body) } : {}) });
  return { status: answer.status, object: answer.body.startsWith('{') ? JSON.parse(answer.body) : {} };
}

/** Asks until the answer has this status; each question gives the server's own work a turn. */
async function settled(path: string, status: number): Promise<void> {
  for (let left = 200; left > 0; left--) {
    if ((await ask('GET', path)).status === status) return;
    await new Promise(resolve => setTimeout(resolve, 5));
  }
  assert.fail(`${path} never answered ${status}`);
}

test('a CRD serves its kind in every version, and takes its objects with it when it goes', async () => {
  assert.equal((await ask('GET', THINGS)).status, 404);
  assert.equal((await ask('POST', CRDS, definition)).status, 201);
  const made = { apiVersion: 'test.example/v1', kind: 'Thing', metadata: { name: 'a' }, spec: { x: 1 } };
  assert.equal((await ask('POST', THINGS, made)).object.apiVersion, 'test.example/v1');
  const other = await ask('GET', '/apis/test.example/v2/things/a');
  assert.deepEqual([other.object.apiVersion, other.object.spec], ['test.example/v2', { x: 1 }]);
  const stored = running.server.store.get('test.example/things', 'a')?.text ?? '';
  assert.match(stored, /^\{"apiVersion":"test\.example\/v2"/, 'stored in the storage version');
  assert.equal((await ask('DELETE', `${CRDS}/things.test.example`)).status, 200);
  await settled(`${CRDS}/things.test.example`, 404);
  assert.equal(running.server.store.get('test.example/things', 'a'), undefined);
  assert.equal((await ask('GET', THINGS)).status, 404);
});

test('objects older than a default of their kind have it when they are read', async () => {
  const schema = (color: object) => ({
    openAPIV3Schema: {
      type: 'object',
      properties: { spec: { type: 'object', properties: { color: { type: 'string', ...color } } } },
    },
  });
  const version = (color: object) => ({ name: 'v1', served: true, storage: true, schema: schema(color) });
  const names = { kind: 'Paint', plural: 'paints', singular: 'paint', listKind: 'PaintList' };
  const spec = { group: 'test.example', scope: 'Cluster', names };
  const metadata = { name: 'paints.test.example' };
  const crd = { apiVersion: 'apiextensions.k8s.io/v1', kind: 'CustomResourceDefinition', metadata };
  const paints = '/apis/test.example/v1/paints';
  await ask('POST', CRDS, { ...crd, spec: { ...spec, versions: [version({})] } });
  await ask('POST', paints, {
    apiVersion: 'test.example/v1',
    kind: 'Paint',
    metadata: { name: 'a' },
    spec: {},
  });
  const live = await ask('GET', `${CRDS}/paints.test.example`);
  live.object.spec.versions = [version({ default: 'red' })];
  await ask('PUT', `${CRDS}/paints.test.example`, live.object);
  assert.equal((await ask('GET', `${paints}/a`)).object.spec.color, 'red');
  assert.equal((await ask('GET', paints)).object.items[0].spec.color, 'red');
});

test('a CRD whose versions a webhook converts is served in the version that is stored, and in no other', async () => {
  const webhook = {
    clientConfig: { service: { name: 'w', namespace: 'w' } },
    conversionReviewVersions: ['v1'],
  };
  const versions = ['v1', 'v1beta1'].map(name => ({
    ...definition.spec.versions[0],
    name,
    storage: name === 'v1',
  }));
  const converted = {
    ...definition,
    metadata: { name: 'parts.test.example' },
    spec: {
      ...definition.spec,
      names: { kind: 'Part', plural: 'parts' },
      versions,
      conversion: { strategy: 'Webhook', webhook },
    },
  };
  const unpreferred = versions.map(version => ({ ...version, storage: version.name === 'v1beta1' }));
  const refused = await ask('POST', CRDS, {
    ...converted,
    spec: { ...converted.spec, versions: unpreferred },
  });
  assert.equal(refused.status, 422);
  assert.match(refused.object.message, /the storage version \(v1beta1\) has to be the preferred one \(v1\)/);
  assert.equal((await ask('POST', CRDS, converted)).status, 201);
  const part = { apiVersion: 'test.example/v1', kind: 'Part', metadata: { name: 'a' } };
  assert.equal((await ask('POST', '/apis/test.example/v1/parts', part)).status, 201);
  for (const path of ['parts', 'parts/a']) {
    const { status, object } = await ask('GET', `/apis/test.example/v1beta1/${path}`);
    assert.equal(status, 500);
    assert.match(object.message, /^conversion webhook for test\.example\/v1, Kind=Part failed: /);
  }
  const { object: live } = await ask('GET', `${CRDS}/parts.test.example`);
  live.spec.versions.push({ ...versions[0], name: 'v2', storage: true });
  live.spec.versions[0].storage = false;
  const moved = await ask('PUT', `${CRDS}/parts.test.example`, live);
  assert.match(moved.object.message, /objects stored in v1 could not be read in v2/);
  await ask('DELETE', `${CRDS}/parts.test.example`);
  await settled(`${CRDS}/parts.test.example`, 404);
});
