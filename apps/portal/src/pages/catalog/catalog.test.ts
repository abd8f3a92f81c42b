import assert from 'node:assert/strict';
import { test } from 'node:test';
import { entityCommand } from './entity-command.ts';
import { catalogCommand, filtersOf, searchOf } from './filter.ts';
import { readOpenApi } from './openapi.ts';
import { referenceOf } from './reference.ts';
import { relationGraph } from './relation-graph.ts';
import { docsFiles, resolved, sourceOf } from './source.ts';

test('searchOf() takes filters from an address and leaves out what is none', () => {
  const search = searchOf({ kind: 'api', q: 'pay', owner: '', nonsense: 'x' });
  assert.deepEqual(search, { kind: 'api', q: 'pay' });
  assert.deepEqual(filtersOf(search), ['kind=api']);
  assert.match(catalogCommand('https://p', search), /by-query\?filter=kind%3Dapi&fullTextFilterTerm=pay/);
});

const named = (name: string, annotations: Record<string, string> = {}, namespace?: string) => ({
  kind: 'Component',
  metadata: { name, annotations, ...(namespace ? { namespace } : {}) },
});

test('entityCommand() names the object where it can, else looks for the reference', () => {
  assert.match(entityCommand(named('shop')), /metadata\.name=component\.shop /);
  assert.match(entityCommand(named('My_Shop')), /reference: component:default\/my_shop/);
  assert.match(entityCommand(named('shop', {}, 'other')), /reference: component:other\/shop/);
});

const AT = 'url:https://git.slipway.internal/default/shop/src/branch/main';
const sources: { annotations: Record<string, string>; files: string[] | undefined; because: string }[] = [
  { annotations: {}, files: undefined, because: 'it may come from nowhere' },
  {
    annotations: { 'backstage.io/source-location': `${AT}/` },
    files: ['README.md', 'readme.md', 'docs/index.md', 'docs/README.md'],
    because: 'without a word of its own it is the README',
  },
  {
    annotations: {
      'backstage.io/managed-by-location': `${AT}/parts/a/catalog-info.yaml`,
      'backstage.io/techdocs-ref': 'dir:..',
    },
    files: ['parts/docs/index.md', 'parts/docs/README.md', 'parts/a/README.md', 'parts/a/readme.md'],
    because: 'techdocs-ref is seen from the entity’s own folder',
  },
  {
    annotations: {
      'backstage.io/source-location': `${AT}/`,
      'backstage.io/techdocs-ref': 'dir:../../etc',
    },
    files: ['README.md', 'readme.md'],
    because: 'nothing leads out of the repository',
  },
];
for (const { annotations, files, because } of sources) {
  test(`docsFiles(): ${because}`, () => {
    const entity = named('shop', annotations);
    const source = sourceOf(entity);
    assert.deepEqual(source && docsFiles(entity, source).slice(0, files?.length), files);
  });
}

test('resolved() stays in the repository', () => {
  assert.equal(resolved('docs/a', '../b.md'), 'docs/b.md');
  assert.equal(resolved('docs', '/README.md'), 'README.md');
  assert.equal(resolved('docs', '../../x'), undefined);
});

test('referenceOf() reads references as Backstage does, and nothing else', () => {
  assert.deepEqual(referenceOf('API:other/x'), { kind: 'api', namespace: 'other', name: 'x' });
  assert.deepEqual(referenceOf('x', { kind: 'group' }), { kind: 'group', namespace: 'default', name: 'x' });
  assert.equal(referenceOf('a:b:c'), undefined);
  assert.equal(referenceOf('x'), undefined);
});

test('relationGraph() has what needs an entity left of it, and what it needs right; itself once', () => {
  const graph = relationGraph({
    apiVersion: 'backstage.io/v1alpha1',
    ...named('shop'),
    relations: [
      { type: 'ownedBy', targetRef: 'group:default/payments' },
      { type: 'dependencyOf', targetRef: 'component:default/web' },
      { type: 'dependsOn', targetRef: 'component:default/shop' },
    ],
  });
  const places = graph.places.map(({ ref, column }) => `${column} ${ref}`);
  assert.deepEqual(places, [
    '0 component:default/web',
    '1 component:default/shop',
    '2 group:default/payments',
  ]);
  assert.equal(graph.lines.length, 2);
});

test('readOpenApi() reads operations with shared parameters, and ends at a schema within itself', () => {
  const document = readOpenApi(`openapi: 3.0.0
info: { title: Tree, version: 1 }
paths:
  /nodes/{id}:
    parameters: [{ $ref: '#/components/parameters/id' }]
    get:
      tags: [nodes]
      responses: { '200': { description: ok, content: { application/json: { schema: { $ref: '#/components/schemas/Node' } } } } }
components:
  parameters: { id: { name: id, in: path, required: true, schema: { type: integer, format: int64 } } }
  schemas:
    Node: { type: object, required: [name], properties: { name: { type: string }, children: { type: array, items: { $ref: '#/components/schemas/Node' } } } }
`);
  const [group] = document.groups;
  const [operation] = group?.operations ?? [];
  assert.equal(group?.tag, 'nodes');
  assert.deepEqual(operation?.parameters, [
    { name: 'id', in: 'path', required: true, type: 'integer (int64)', description: '' },
  ]);
  const inside = operation?.responses[0]?.content[0]?.schema.inside ?? [];
  assert.deepEqual(
    inside.map(({ name, type, required }) => [name, type, required]),
    [
      ['name', 'string', true],
      ['children', 'array of Node', false],
    ],
  );
  assert.throws(() => readOpenApi('a: 1'), /no OpenAPI document/);
});
