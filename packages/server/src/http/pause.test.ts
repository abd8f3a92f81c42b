import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import { startTestServer, type TestServer } from './server.fixture.ts';

const PATH = '/apis/apiextensions.k8s.io/v1/customresourcedefinitions';
let running: TestServer;

before(async () => {
  running = await startTestServer();
});
after(() => running.stop());

function definition(objects: number, description = ''): Record<string, unknown> {
  const part = { type: 'object', properties: { text: { type: 'string', description: 'x'.repeat(100) } } };
  const properties = Object.fromEntries(
    Array.from({ length: objects }, (_each, index) => [`part${index}`, part]),
  );
  const schema = { openAPIV3Schema: { type: 'object', description, properties } };
  return {
    apiVersion: 'apiextensions.k8s.io/v1',
    kind: 'CustomResourceDefinition',
    metadata: { name: `larges${objects}.p.example.com` },
    spec: {
      group: 'p.example.com',
      names: { plural: `larges${objects}`, kind: `Large${objects}` },
      scope: 'Namespaced',
      versions: [{ name: 'v1', served: true, storage: true, schema }],
    },
  };
}

/** How often others get their turn during a write that ends before the writer's thread is asked. */
async function turnsOf(
  method: 'POST' | 'PATCH',
  object: Record<string, unknown>,
  contentType: string,
): Promise<number> {
  const { name } = object.metadata as { name: string };
  const path = method === 'POST' ? PATH : `${PATH}/${name}`;
  const query = { dryRun: 'All', ...(method === 'PATCH' ? { fieldManager: 'test', force: 'true' } : {}) };
  let turns = 0;
  const count = (): void => {
    turns++;
    timer = setImmediate(count);
  };
  let timer = setImmediate(count);
  const answer = await running.send({ method, path, query, contentType, body: JSON.stringify(object) });
  clearImmediate(timer);
  assert.ok(answer.status < 300, answer.body);
  return turns;
}

const JSON_TYPE = 'application/json';
const APPLY = 'application/apply-patch+yaml';

test('writes let others have their turns between stages when the object is large, and only then', async () => {
  for (const [objects, least, most] of [
    // CRDs have one pause of their own.
    [1, 0, 2],
    [1000, 5, Number.POSITIVE_INFINITY],
  ] as const) {
    const created = await turnsOf('POST', definition(objects), JSON_TYPE);
    const stored = JSON.stringify(definition(objects));
    await running.send({ method: 'POST', path: PATH, contentType: JSON_TYPE, body: stored });
    const changed = definition(objects, 'changed');
    const applied = await turnsOf('PATCH', changed, APPLY);
    const merged = await turnsOf('PATCH', changed, 'application/merge-patch+json');
    for (const [verb, turns] of Object.entries({ created, applied, merged })) {
      assert.ok(turns >= least && turns <= most, `${objects} objects ${verb} in ${turns} turns`);
    }
  }
});

test('a small patch of a large object gives turns as well', async () => {
  const { metadata } = definition(1000);
  const body = { metadata: { ...(metadata as object), labels: { a: 'b' } } };
  assert.ok((await turnsOf('PATCH', body, 'application/merge-patch+json')) >= 3);
});
