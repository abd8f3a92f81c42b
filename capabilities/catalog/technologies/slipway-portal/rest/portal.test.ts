import assert from 'node:assert/strict';
import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, before, test } from 'node:test';
import { portalHandler } from '../engine.ts';
import { eventually, type PortalStage, stagePortal } from '../portal.fixture.ts';
import { tokenFor } from './token.fixture.ts';

/** Fields of the answers that these tests look at. */
interface Answer {
  metadata: { name: string };
  relations: unknown[];
  items: { metadata: { name: string } }[];
  title: string;
  status: string;
}

let stage: PortalStage;
let server: Server;
let site: string;
let url: string;

before(async () => {
  stage = await stagePortal();
  site = await mkdtemp(join(tmpdir(), 'slipway-site-'));
  await mkdir(join(site, 'assets'));
  await writeFile(join(site, 'index.html'), '<!doctype html><title>portal</title>');
  await writeFile(join(site, 'assets/app-4f3a9c21.js'), 'export {}');
  await writeFile(join(site, '../slipway-secret.txt'), 'secret');
  const settings = { ...stage.state.settings, parameters: { site } };
  const handler = portalHandler({ ...stage.state, settings });
  server = createServer((request, response) => void handler(request, response));
  await new Promise<void>(resolve => server.listen(0, '127.0.0.1', resolve));
  url = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
});
after(async () => {
  server.closeAllConnections();
  await new Promise(resolve => server.close(resolve));
  await rm(site, { recursive: true, force: true });
  await rm(join(site, '../slipway-secret.txt'), { force: true });
  await stage.stop();
});

test('Backstage’s catalog REST answers those who may read it, and nobody else', async () => {
  const yaml =
    'apiVersion: backstage.io/v1alpha1\nkind: Component\nmetadata: { name: shop, tags: [node] }\nspec: { type: service, lifecycle: production, owner: payments }\n';
  await stage.git.push('default', 'shop', { 'catalog-info.yaml': yaml });
  const token = await tokenFor(stage, 'reader', [
    { apiGroups: ['catalog.slipway.dev'], resources: ['entities'], verbs: ['list'] },
  ]);
  const ask = async (path: string, as = token) => {
    const response = await fetch(`${url}/api/catalog${path}`, { headers: { authorization: `Bearer ${as}` } });
    return { status: response.status, body: (await response.json()) as Answer };
  };
  assert.equal((await fetch(`${url}/api/catalog/entities`)).status, 401);
  await eventually(
    'the entity',
    async () => (await ask('/entities/by-name/component/default/shop')).status === 200,
  );
  const one = await ask('/entities/by-name/Component/default/SHOP');
  assert.equal(one.body.metadata.name, 'shop', 'references know no case');
  await eventually(
    'its relations',
    async () => (await ask('/entities/by-name/component/default/shop')).body.relations.length > 0,
  );
  const queries: [string, string[]][] = [
    ['filter=kind=component', ['shop']],
    ['filter=kind=component,spec.type=website', []],
    ['filter=kind=api&filter=metadata.tags=node', ['shop', 'node-service']],
    ['filter=relations.ownedBy=group:default/payments,kind=component', ['shop']],
    ['filter=metadata.annotations.backstage.io/managed-by-location,kind=component', ['shop']],
    ['filter=kind=component&fullTextFilterTerm=nothing', []],
  ];
  for (const [query, names] of queries) {
    const { body } = await ask(`/entities/by-query?${query}`);
    assert.deepEqual(
      body.items.map(item => item.metadata.name),
      names,
      query,
    );
  }
  assert.equal((await ask('/entities/by-name/component/default/nothing')).status, 404);
  assert.equal((await ask('/refresh')).status, 501);
  const stranger = await tokenFor(stage, 'stranger', []);
  assert.deepEqual((await ask('/entities', stranger)).body, []);
});

test('the scaffolder’s REST starts a run with the caller’s rights and streams its events', async () => {
  const rights = [
    { apiGroups: ['slipway.dev'], resources: ['templateruns'], verbs: ['create', 'get', 'patch'] },
  ];
  const token = await tokenFor(stage, 'creator', rights);
  const headers = { authorization: `Bearer ${token}` };
  const api = `${url}/api/scaffolder/v2`;
  const schema = (await (
    await fetch(`${api}/templates/default/template/node-service/parameter-schema`, { headers })
  ).json()) as Answer;
  assert.equal(schema.title, 'Node.js service');
  const body = JSON.stringify({ templateRef: 'template:default/node-service', values: { name: 'viarest' } });
  const created = await fetch(`${api}/tasks`, { method: 'POST', headers, body });
  assert.equal(created.status, 201);
  const { id } = (await created.json()) as { id: string };
  const events = await (await fetch(`${api}/tasks/${id}/eventstream`, { headers })).text();
  assert.match(events, /event: log\ndata: .*Beginning step Write the files/);
  assert.match(
    events,
    /event: completion\ndata: .*may not create repositories/,
    'this account may start runs and nothing else',
  );
  const task = (await (await fetch(`${api}/tasks/${id}`, { headers })).json()) as Answer;
  assert.equal(task.status, 'failed');
  const stranger = await tokenFor(stage, 'nobody', []);
  const refused = await fetch(`${api}/tasks`, {
    method: 'POST',
    headers: { authorization: `Bearer ${stranger}` },
    body,
  });
  assert.equal(refused.status, 403);
});

const pages: { path: string; status: number; type: RegExp; cache: RegExp; because: string }[] = [
  {
    path: '/',
    status: 200,
    type: /html/,
    cache: /no-cache/,
    because: 'the page itself is asked for each time',
  },
  {
    path: '/catalog/component/default/shop',
    status: 200,
    type: /html/,
    cache: /no-cache/,
    because: 'every view has a URL',
  },
  {
    path: '/assets/app-4f3a9c21.js',
    status: 200,
    type: /javascript/,
    cache: /immutable/,
    because: 'a name with a hash never changes its content',
  },
  {
    path: '/assets/gone-00000000.js',
    status: 404,
    type: /plain/,
    cache: /no-store/,
    because: 'a missing script is no page',
  },
  {
    path: '/..%2fslipway-secret.txt',
    status: 404,
    type: /plain/,
    cache: /no-store/,
    because: 'nothing outside the site is served',
  },
];
for (const { path, status, type, cache, because } of pages) {
  test(`the site answers ${path} with ${status}: ${because}`, async () => {
    const response = await fetch(`${url}${path}`);
    assert.equal(response.status, status);
    assert.match(response.headers.get('content-type') ?? '', type);
    assert.match(response.headers.get('cache-control') ?? '', cache);
    assert.match(response.headers.get('content-security-policy') ?? '', /script-src 'self'/);
    assert.doesNotMatch(await response.text(), /secret/);
  });
}
