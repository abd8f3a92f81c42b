import assert from 'node:assert/strict';
import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { test } from 'node:test';
import { fileURLToPath } from 'node:url';
import { facts } from '../facts.fixture.ts';
import { createRegistry } from '../schema/index.ts';
import { openApiDocument } from './open-api-document.ts';

const shared = process.env.SLIPWAY_SHARED ?? fileURLToPath(new URL('../../../../../shared', import.meta.url));
const corpus = `${shared}/corpora/kubernetes`;
const skip = existsSync(corpus)
  ? false
  : 'the corpus is not here: SLIPWAY_SHARED names the folder that holds corpora/';

async function read(path: string, registry = createRegistry()) {
  return JSON.parse(String((await openApiDocument(path, 'application/json', registry))?.body ?? '{}'));
}

test('openApiDocument() publishes each group and version as the real server does', { skip }, async () => {
  const files = readdirSync(`${corpus}/openapi-v3`).filter(file => /^apis?__.*v\d/.test(file));
  assert.equal(files.length, 22);
  for (const file of files) {
    const path = `/openapi/v3/${file.replace('.json', '').replaceAll('__', '/')}`;
    assert.deepEqual(
      withoutProse(await read(path)),
      JSON.parse(readFileSync(`${corpus}/openapi-v3/${file}`, 'utf8')),
      file,
    );
  }
});

/** The corpus holds facts only: descriptions of answers were removed from it. */
function withoutProse(document: { paths: Record<string, Record<string, { responses?: object }>> }): unknown {
  for (const item of Object.values(document.paths)) {
    for (const { responses } of Object.values(item)) {
      for (const answer of Object.values(responses ?? {})) Reflect.deleteProperty(answer, 'description');
    }
  }
  return document;
}

test('openApiDocument() publishes the definitions of v2 as the real server does', { skip }, async () => {
  const published = (await read('/openapi/v2')).definitions;
  const expected = JSON.parse(readFileSync(`${corpus}/openapi-v2.json`, 'utf8')).definitions;
  for (const [name, schema] of Object.entries(published)) {
    // Options and watch events name kinds of groups that this server does not serve.
    if (/\.(DeleteOptions|WatchEvent)$/.test(name)) continue;
    assert.deepEqual(schema, expected[name], name);
  }
  assert.ok(Object.keys(published).length > 570);
});

const { crd } = facts<{ crd: Parameters<ReturnType<typeof createRegistry>['addCustom']>[0] }>('custom');

test('openApiDocument() tells kubectl what it needs of custom kinds', async () => {
  const registry = createRegistry();
  registry.addCustom(crd);
  const document = await read('/openapi/v3/apis/v.example.com/v1', registry);
  const schema = document.components.schemas['com.example.v.v1.Val'];
  const kinds = [{ group: 'v.example.com', version: 'v1', kind: 'Val' }];
  assert.deepEqual(schema['x-kubernetes-group-version-kind'], kinds);
  assert.equal(schema.properties.spec.properties.n.maximum, 10);
  assert.deepEqual(schema.properties.spec.properties.io.anyOf, [{ type: 'integer' }, { type: 'string' }]);
  assert.ok(document.components.schemas['io.k8s.apimachinery.pkg.apis.meta.v1.ObjectMeta']);
  const { patch } = document.paths['/apis/v.example.com/v1/namespaces/{namespace}/vals/{name}'];
  assert.ok(patch.parameters.some((found: { name: string }) => found.name === 'fieldValidation'));
  assert.deepEqual(Object.keys(patch.requestBody.content), [
    'application/apply-patch+yaml',
    'application/json-patch+json',
    'application/merge-patch+json',
  ]);
});

test('openApiDocument() lists every group and version with a hash that follows its content', async () => {
  const registry = createRegistry();
  const before = (await read('/openapi/v3', registry)).paths;
  registry.addCustom(crd);
  const after = (await read('/openapi/v3', registry)).paths;
  assert.ok(after['apis/v.example.com/v1']);
  assert.equal(after['apis/apps/v1'].serverRelativeURL, before['apis/apps/v1'].serverRelativeURL);
  const changed = structuredClone(crd);
  changed.spec.names.shortNames = ['v'];
  const [version] = changed.spec.versions;
  if (version?.schema?.openAPIV3Schema) version.schema.openAPIV3Schema.description = 'more';
  registry.addCustom(changed);
  const again = (await read('/openapi/v3', registry)).paths;
  assert.notDeepEqual(again['apis/v.example.com/v1'], after['apis/v.example.com/v1']);
});

test('openApiDocument() knows no group that is not served', async () => {
  assert.equal(await openApiDocument('/openapi/v3/apis/none/v1', '', createRegistry()), undefined);
});

test('openApiDocument() speaks protobuf to clients that ask for it, by either name', async () => {
  const registry = createRegistry();
  for (const accept of [
    'application/com.github.proto-openapi.spec.v2@v1.0+protobuf',
    'application/com.github.proto-openapi.spec.v2.v1.0+protobuf,application/json;q=0.8',
  ]) {
    const answer = await openApiDocument('/openapi/v2', accept, registry);
    assert.ok(answer?.body instanceof Uint8Array);
    assert.equal(answer.contentType, 'application/com.github.proto-openapi.spec.v2.v1.0+protobuf');
    // Field 1 (swagger) of length 3.
    assert.deepEqual([...answer.body.subarray(0, 5)], [0x0a, 3, ...Buffer.from('2.0')]);
    assert.ok(Buffer.from(answer.body).includes('io.k8s.api.core.v1.PodSpec'));
  }
});

test('openApiDocument() lets others have their turns while it builds, and builds once for all who ask', async () => {
  const registry = createRegistry();
  const turns = await turnsDuring(async () => {
    const [first, second] = await Promise.all([1, 2].map(() => openApiDocument('/openapi/v2', '', registry)));
    assert.equal(first, second);
  });
  assert.ok(turns > 100, `${turns} turns`);
});

/** How often others get their turn while this is done. */
async function turnsDuring(work: () => Promise<unknown>): Promise<number> {
  let turns = 0;
  const count = (): void => {
    turns++;
    timer = setImmediate(count);
  };
  let timer = setImmediate(count);
  await work();
  clearImmediate(timer);
  return turns;
}

test('openApiDocument() lets others have their turns within one large definition, and in hashing many', async () => {
  const registry = createRegistry();
  const objects = 400;
  const nested = Object.fromEntries(
    Array.from({ length: objects }, (_each, index) => [
      `part${index}`,
      { type: 'object', properties: { text: { type: 'string', description: 'x'.repeat(200) } } },
    ]),
  );
  const large = structuredClone(crd);
  const [version] = large.spec.versions;
  if (version) version.schema = { openAPIV3Schema: { type: 'object', properties: nested } };
  registry.addCustom(large);
  const versions = 20;
  const many = structuredClone(crd);
  many.metadata.name = 'manies.v.example.com';
  many.spec.names = { plural: 'manies', kind: 'Many' };
  many.spec.versions = Array.from({ length: versions }, (_each, index) => ({
    ...structuredClone(crd.spec.versions[0]),
    name: `v${index + 2}`,
    served: true,
    storage: index === 0,
  })) as typeof many.spec.versions;
  registry.addCustom(many);
  const rows: [string, number][] = [
    ['/openapi/v3', versions],
    ['/openapi/v3/apis/v.example.com/v1', objects / 8],
  ];
  for (const [path, least] of rows) {
    const turns = await turnsDuring(() => openApiDocument(path, '', registry));
    assert.ok(turns >= least, `${path}: ${turns} turns`);
  }
});

test('openApiDocument() takes more turns for v2, in either form, when one definition is larger', async () => {
  for (const accept of ['application/json', 'application/com.github.proto-openapi.spec.v2.v1.0+protobuf']) {
    const turnsWith = async (objects: number): Promise<number> => {
      const registry = createRegistry();
      const large = structuredClone(crd);
      const part = { type: 'object', properties: { text: { type: 'string' } } };
      const properties = Object.fromEntries(
        Array.from({ length: objects }, (_each, index) => [`part${index}`, part]),
      );
      const [version] = large.spec.versions;
      if (version) version.schema = { openAPIV3Schema: { type: 'object', properties } };
      registry.addCustom(large);
      return turnsDuring(() => openApiDocument('/openapi/v2', accept, registry));
    };
    assert.ok((await turnsWith(801)) - (await turnsWith(1)) >= 90, accept);
  }
});
