import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { BackstageEntity } from '@slipway/kinds';
import { checkEntity, parseRef, refText } from './envelope.ts';
import { ingestRepository } from './ingest.ts';
import { objectNameOf } from './names.ts';
import { relationsOf } from './relations.ts';

const component = (change: { metadata?: object; spec?: object; [field: string]: unknown } = {}) => ({
  apiVersion: 'backstage.io/v1alpha1',
  kind: 'Component',
  ...change,
  metadata: { name: 'shop', ...change.metadata },
  spec: { type: 'service', lifecycle: 'production', owner: 'payments', ...change.spec },
});

const wrong: { entity: unknown; message: RegExp; because: string }[] = [
  {
    entity: 'text',
    message: /entity: found "text"; a map is allowed/,
    because: 'a document may be anything',
  },
  {
    entity: component({ kind: 'Nope' }),
    message: /kind: found "Nope"; one of component, api/,
    because: 'kinds are known',
  },
  {
    entity: component({ apiVersion: 'v1' }),
    message: /apiVersion: found "v1"/,
    because: 'versions are known',
  },
  {
    entity: component({ metadata: { name: 'a b' } }),
    message: /metadata\.name: found "a b"/,
    because: 'names have no blanks',
  },
  {
    entity: component({ metadata: { name: 'x'.repeat(64) } }),
    message: /metadata\.name/,
    because: 'names have at most 63 characters',
  },
  {
    entity: component({ metadata: { namespace: 'A' } }),
    message: /metadata\.namespace: found "A"/,
    because: 'namespaces are DNS labels',
  },
  {
    entity: component({ metadata: { tags: ['A B'] } }),
    message: /metadata\.tags\[0\]: found "A B"/,
    because: 'tags are lower case',
  },
  {
    entity: component({ metadata: { labels: { a: 1 } } }),
    message: /metadata\.labels\.a: found 1/,
    because: 'labels hold texts',
  },
  {
    entity: component({ metadata: { links: [{ url: 'javascript:alert(1)' }] } }),
    message: /metadata\.links\[0\]\.url/,
    because: 'links lead to web pages only',
  },
  {
    entity: component({ spec: { owner: undefined } }),
    message: /spec\.owner: found nothing/,
    because: 'an owner is required',
  },
  {
    entity: component({ spec: { dependsOn: 'x' } }),
    message: /spec\.dependsOn: found "x"; a list/,
    because: 'lists are lists',
  },
];
for (const { entity, message, because } of wrong) {
  test(`checkEntity() refuses with ${message}: ${because}`, () =>
    assert.throws(() => checkEntity(entity), { code: 'InvalidEntity', message }));
}

test('checkEntity() takes what Backstage takes', () => {
  assert.ok(
    checkEntity(
      component({
        metadata: { name: 'My_App.v2', tags: ['java', 'c++'], annotations: { 'backstage.io/x': '' } },
      }),
    ),
  );
});

const refs: [string, object, string][] = [
  ['shop', { kind: 'component' }, 'component:default/shop'],
  ['API:other/Shop', {}, 'api:other/shop'],
  ['other/shop', { kind: 'group' }, 'group:other/shop'],
];
for (const [text, defaults, gives] of refs) {
  test(`parseRef() reads ${text} as ${gives}`, () => assert.equal(refText(parseRef(text, defaults)), gives));
}
test('parseRef() refuses a reference without any kind', () =>
  assert.throws(() => parseRef('shop'), { code: 'InvalidEntity' }));

const names: { metadata: object; gives: RegExp; because: string }[] = [
  { metadata: { name: 'shop' }, gives: /^component\.shop$/, because: 'legal names stand as they are' },
  {
    metadata: { name: 'Shop' },
    gives: /^component\.[0-9a-f]{16}$/,
    because: 'names are case-insensitive, objects are lower case',
  },
  { metadata: { name: 'a_b' }, gives: /^component\.[0-9a-f]{16}$/, because: 'objects know no underscore' },
  {
    metadata: { name: 'shop', namespace: 'other' },
    gives: /^component\.[0-9a-f]{16}$/,
    because: 'another namespace is another entity',
  },
];
for (const { metadata, gives, because } of names) {
  test(`objectNameOf() of ${JSON.stringify(metadata)}: ${because}`, () =>
    assert.match(objectNameOf(component({ metadata }) as BackstageEntity), gives));
}

test('relationsOf() gives both sides of what a spec names', () => {
  const { own, reverse } = relationsOf(
    component({ spec: { system: 'billing', dependsOn: ['resource:db'] } }) as BackstageEntity,
  );
  assert.deepEqual(
    own.map(({ type, targetRef }) => `${type} ${targetRef}`),
    ['dependsOn resource:default/db', 'ownedBy group:default/payments', 'partOf system:default/billing'],
  );
  assert.deepEqual(reverse.map(({ source, relation }) => `${source} ${relation.type}`).sort(), [
    'group:default/payments ownerOf',
    'resource:default/db dependencyOf',
    'system:default/billing hasPart',
  ]);
});

const location = (...targets: string[]) =>
  `apiVersion: backstage.io/v1alpha1\nkind: Location\nmetadata: { name: all }\nspec: { targets: ${JSON.stringify(targets)} }\n`;
const yaml = (name: string) =>
  `apiVersion: backstage.io/v1alpha1\nkind: System\nmetadata: { name: ${name} }\nspec: { owner: o }\n`;

const repositories: {
  files: Record<string, string>;
  entities: string[];
  errors: RegExp[];
  because: string;
}[] = [
  { files: {}, entities: [], errors: [], because: 'a repository needs no catalog file' },
  {
    files: {
      'catalog-info.yaml': location('./a/x.yaml', 'b.yaml'),
      'a/x.yaml': location('../b.yaml'),
      'b.yaml': yaml('b'),
    },
    entities: ['all', 'b'],
    errors: [/location:default\/all is defined in/],
    because: 'each file is read once, and each entity is defined once',
  },
  {
    files: { 'catalog-info.yaml': location('../../etc/passwd', 'https://else.where/x.yaml', 'gone.yaml') },
    entities: ['all'],
    errors: [
      /only files of the same repository/,
      /only files of the same repository/,
      /gone\.yaml: no such file/,
    ],
    because: 'targets stay in the repository',
  },
  {
    files: { 'catalog-info.yaml': 'a: [b' },
    entities: [],
    errors: [/catalog-info\.yaml: /],
    because: 'a file may not parse',
  },
];
for (const { files, entities, errors, because } of repositories) {
  test(`ingestRepository() finds ${entities.length} entities and ${errors.length} errors: ${because}`, async () => {
    const ingested = await ingestRepository(async path => files[path]);
    assert.deepEqual(
      ingested.entities.map(({ entity }) => entity.metadata.name),
      entities,
    );
    assert.equal(ingested.errors.length, errors.length, ingested.errors.join('\n'));
    for (const [index, error] of errors.entries()) assert.match(ingested.errors[index] ?? '', error);
  });
}
