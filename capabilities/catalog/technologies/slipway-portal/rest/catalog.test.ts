// The catalog's REST as Backstage's own client calls it.
import assert from 'node:assert/strict';
import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { after, before, test } from 'node:test';
import { type BackstageEntity, Entity } from '@slipway/kinds';
import { portalHandler } from '../engine.ts';
import { objectNameOf } from '../entity/names.ts';
import { eventually, type PortalStage, stagePortal } from '../portal.fixture.ts';
import { tokenFor } from './token.fixture.ts';

interface Answered extends BackstageEntity {
  relations: { type: string; targetRef: string }[];
  status?: { items: { type: string; level: string; message: string }[] };
}

interface Page {
  items: Answered[];
  totalItems: number;
  pageInfo: { nextCursor?: string; prevCursor?: string };
}

let stage: PortalStage;
let server: Server;
let url: string;
let token: string;

const spec = (own: object) => ({ type: 'service', lifecycle: 'production', owner: 'payments', ...own });
const component = (name: string, own: object = {}, metadata: object = {}): BackstageEntity => ({
  apiVersion: 'backstage.io/v1alpha1',
  kind: 'Component',
  metadata: { name, namespace: 'default', ...metadata },
  spec: spec(own),
});
const other = (kind: string, name: string, own: object): BackstageEntity => ({
  ...component(name),
  kind,
  spec: { ...own },
});

const ENTITIES = [
  component('alpha', { system: 'shop' }, { tags: ['java'], title: 'Zeta', annotations: { 'a.b/c': 'd' } }),
  component('beta', { system: 'shop', type: 'website', dependsOn: ['component:gone'] }),
  component('gamma', { dependsOn: ['component:delta'] }),
  component('delta', { dependsOn: ['component:gamma'], lifecycle: 'experimental' }),
  other('System', 'shop', { owner: 'payments' }),
  other('Group', 'payments', { type: 'team', children: ['inner'] }),
  other('Group', 'inner', { type: 'team', children: [], parent: 'payments' }),
  other('Domain', 'ring', { owner: 'payments', subdomainOf: 'ring' }),
];

before(async () => {
  stage = await stagePortal();
  const handler = portalHandler(stage.state);
  server = createServer((request, response) => void handler(request, response));
  await new Promise<void>(resolve => server.listen(0, '127.0.0.1', resolve));
  url = `http://127.0.0.1:${(server.address() as AddressInfo).port}/api/catalog`;
  token = await tokenFor(stage, 'reader', [
    { apiGroups: ['catalog.slipway.dev'], resources: ['entities'], verbs: ['list'] },
  ]);
  for (const entity of ENTITIES) await put(entity);
  await eventually('all relations', async () => {
    const { relations } = (await ask<Answered>('/entities/by-name/system/default/shop')).body;
    return relations.length === 3;
  });
});
after(async () => {
  server.closeAllConnections();
  await new Promise(resolve => server.close(resolve));
  await stage.stop();
});

async function put(entity: BackstageEntity, namespace = 'team-default'): Promise<void> {
  await stage.client.create(Entity, {
    apiVersion: 'catalog.slipway.dev/v1alpha1',
    kind: 'Entity',
    metadata: { namespace, name: objectNameOf(entity) },
    spec: { entity },
  });
}

async function ask<T>(path: string, body?: unknown): Promise<{ status: number; headers: Headers; body: T }> {
  const init = body === undefined ? {} : { method: 'POST', body: JSON.stringify(body) };
  const response = await fetch(`${url}${path}`, { ...init, headers: { authorization: `Bearer ${token}` } });
  const text = await response.text();
  return {
    status: response.status,
    headers: response.headers,
    body: text === '' ? undefined : JSON.parse(text),
  };
}

const namesIn = (items: BackstageEntity[]) => items.map(({ metadata }) => metadata.name);

const queries: { query: string; names: string[]; because: string }[] = [
  { query: 'filter=kind=component', names: ['alpha', 'beta', 'delta', 'gamma'], because: 'by reference' },
  {
    query: 'filter=KIND=Component,Spec.Type=WEBSITE',
    names: ['beta'],
    because: 'neither keys nor values know case',
  },
  {
    query: 'filter=kind=component,kind=system&filter=metadata.name=nothing',
    names: ['alpha', 'beta', 'delta', 'gamma', 'shop'],
    because: 'values of one key are alternatives, so are filters',
  },
  {
    query: 'filter=metadata.annotations.a.b/c=d',
    names: ['alpha'],
    because: 'names of annotations hold dots',
  },
  { query: 'filter=metadata.tags.java=true', names: ['alpha'], because: 'a list’s item is a key as well' },
  {
    query: 'filter=kind=component,spec.system',
    names: ['alpha', 'beta'],
    because: 'a key alone asks for any value',
  },
  {
    query: 'filter=relations.partOf=system:default/shop',
    names: ['alpha', 'beta'],
    because: 'relations are keys',
  },
  {
    query: 'filter=kind=component&orderField=metadata.name,desc',
    names: ['gamma', 'delta', 'beta', 'alpha'],
    because: 'an order may go down',
  },
  {
    query: 'filter=kind=component&orderField=spec.system,desc&orderField=metadata.name',
    names: ['alpha', 'beta', 'delta', 'gamma'],
    because: 'what has no value comes last, whichever way',
  },
  {
    query: 'filter=kind=component&orderField=metadata.title',
    names: ['alpha', 'beta', 'delta', 'gamma'],
    because: 'one title of four',
  },
  {
    query: 'fullTextFilterTerm=LPH&fullTextFilterFields=metadata.name,metadata.title',
    names: ['alpha'],
    because: 'a term is looked for within values',
  },
  {
    query: 'fullTextFilterTerm=alpha&filter=kind=component',
    names: [],
    because: 'without fields only the order’s field is looked at, else the uid',
  },
  {
    query: 'fullTextFilterTerm=alp&orderField=metadata.name',
    names: ['alpha'],
    because: 'the order’s field',
  },
  { query: 'filter=kind=component&limit=1&offset=2', names: ['delta'], because: 'a page begins anywhere' },
  { query: 'filter=kind=component&limit=0', names: [], because: 'only the total is wanted' },
];
for (const { query, names, because } of queries) {
  test(`GET /entities/by-query?${query} finds ${names.join(' ') || 'nothing'}: ${because}`, async () => {
    const { status, body } = await ask<Page>(`/entities/by-query?${query}`);
    assert.equal(status, 200);
    assert.deepEqual(namesIn(body.items), names);
  });
}

test('cursors lead through all pages and back, whatever is removed in between', async () => {
  const first = (await ask<Page>('/entities/by-query?filter=kind=component&limit=2&orderField=metadata.name'))
    .body;
  assert.deepEqual(namesIn(first.items), ['alpha', 'beta']);
  assert.equal(first.totalItems, 4);
  assert.equal(first.pageInfo.prevCursor, undefined);
  const second = (await ask<Page>(`/entities/by-query?limit=2&cursor=${first.pageInfo.nextCursor}`)).body;
  assert.deepEqual(namesIn(second.items), ['delta', 'gamma']);
  assert.equal(second.pageInfo.nextCursor, undefined);
  const back = (await ask<Page>(`/entities/by-query?limit=2&cursor=${second.pageInfo.prevCursor}`)).body;
  assert.deepEqual(namesIn(back.items), ['alpha', 'beta']);
});

const refused: { path: string; body?: unknown; status: number; message: RegExp; because: string }[] = [
  {
    path: '/entities/by-query?cursor=bm9uc2Vuc2U',
    status: 400,
    message: /cursor/,
    because: 'a cursor is ours or none',
  },
  { path: '/entities?limit=-1', status: 400, message: /Invalid limit/, because: 'a page is not negative' },
  {
    path: '/entities/by-query?orderField=metadata.name,up',
    status: 400,
    message: /asc or desc/,
    because: 'there are two ways',
  },
  { path: '/entities?filter==x', status: 400, message: /a key is missing/, because: 'a value needs a key' },
  { path: '/entity-facets', status: 400, message: /Missing facet/, because: 'there is nothing to count' },
  {
    path: '/entities/by-refs',
    body: { entityRefs: 'x' },
    status: 400,
    message: /entityRefs/,
    because: 'a list is wanted',
  },
  {
    path: '/entities/by-refs',
    body: { entityRefs: ['a:b:c'] },
    status: 400,
    message: /entity reference/,
    because: 'this is no reference',
  },
  { path: '/refresh', body: {}, status: 400, message: /entityRef/, because: 'nothing is named' },
  {
    path: '/refresh',
    body: { entityRef: 'component:default/none' },
    status: 404,
    message: /none/,
    because: 'it is not there',
  },
  {
    path: '/analyze-location',
    body: {},
    status: 501,
    message: /not served/,
    because: 'what is missing is said',
  },
];
for (const { path, body, status, message, because } of refused) {
  test(`${path} is refused with ${status}: ${because}`, async () => {
    const answer = await ask<{ error: { name: string; message: string } }>(path, body);
    assert.equal(answer.status, status);
    assert.match(answer.body.error.message, message);
  });
}

test('the plain list gives fields, an order and the way to the next page, as Backstage does', async () => {
  const query =
    'filter=kind=component&fields=kind,metadata.name,metadata.annotations.a.b/c&order=desc:metadata.name&limit=1';
  const first = await ask<object[]>(`/entities?${query}`);
  assert.deepEqual(first.body, [{ kind: 'Component', metadata: { name: 'gamma' } }]);
  const next = /<\/api\/catalog(.*)>; rel="next"/.exec(first.headers.get('link') ?? '')?.[1] ?? '';
  assert.deepEqual((await ask<object[]>(next)).body, [{ kind: 'Component', metadata: { name: 'delta' } }]);
});

test('by-refs answers in the order asked, with null for what is not there, and facets count values', async () => {
  const refs = ['component:gone', 'Component:default/BETA', 'system:default/shop'];
  const { body } = await ask<{ items: (Answered | null)[] }>('/entities/by-refs', {
    entityRefs: refs,
    fields: ['metadata.name'],
  });
  assert.deepEqual(body.items, [null, { metadata: { name: 'beta' } }, { metadata: { name: 'shop' } }]);
  const { facets } = (await ask<{ facets: object }>('/entity-facets?facet=spec.type&filter=kind=component'))
    .body;
  assert.deepEqual(facets, {
    'spec.type': [
      { value: 'service', count: 3 },
      { value: 'website', count: 1 },
    ],
  });
});

test('ancestry and validation answer as Backstage’s client expects', async () => {
  const ancestry = await ask<{ rootEntityRef: string; items: unknown[] }>(
    '/entities/by-name/component/default/alpha/ancestry',
  );
  assert.equal(ancestry.body.rootEntityRef, 'component:default/alpha');
  assert.equal(ancestry.body.items.length, 1);
  const location = 'url:https://example.com/catalog-info.yaml';
  assert.equal((await ask('/validate-entity', { entity: component('x'), location })).status, 200);
  const bad = await ask<{ errors: { message: string }[] }>('/validate-entity', { entity: {}, location });
  assert.equal(bad.status, 400);
  assert.match(bad.body.errors[0]?.message ?? '', /kind/);
});

const wrong: { ref: string; message: RegExp; because: string }[] = [
  {
    ref: 'component/default/beta',
    message: /dependsOn component:default\/gone: there is no such entity/,
    because: 'a reference may lead nowhere',
  },
  {
    ref: 'component/default/gamma',
    message: /circle: component:default\/gamma → component:default\/delta → component:default\/gamma/,
    because: 'two may need each other',
  },
  {
    ref: 'domain/default/ring',
    message: /partOf leads in a circle: domain:default\/ring → domain:default\/ring/,
    because: 'one may be within itself',
  },
];
for (const { ref, message, because } of wrong) {
  test(`an entity says what is wrong with it: ${because}`, async () => {
    const items = await eventually('what is wrong', async () => {
      const { body } = await ask<Answered>(`/entities/by-name/${ref}`);
      return body.status?.items.some(item => message.test(item.message)) && body.status.items;
    });
    assert.ok(items.every(({ level }) => level === 'warning'));
  });
}

test('a name that another has already, but for its case, is an error of the younger one', async () => {
  await stage.client.create(Entity, {
    apiVersion: 'catalog.slipway.dev/v1alpha1',
    kind: 'Entity',
    metadata: { namespace: 'team-default', name: 'component.taken' },
    spec: { entity: component('ALPHA') },
  });
  const { body } = await ask<Answered>('/entities/by-name/component/default/alpha');
  assert.equal(body.metadata.name, 'alpha');
  const younger = await eventually('the younger one', async () => {
    const page = await ask<Page>('/entities/by-query?filter=metadata.name=alpha');
    return page.body.items.find(({ metadata }) => metadata.name === 'ALPHA');
  });
  assert.match(
    younger.status?.items[0]?.message ?? '',
    /is the name of an entity from team-default\/component\.alpha/,
  );
});
