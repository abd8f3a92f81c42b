import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { KubeObject } from '@slipway/api';
import { facts, plain, resource } from '../facts.fixture.ts';
import { createRegistry } from '../schema/index.ts';
import { defaultObject } from './default-object.ts';
import { canonicalQuantity, compareQuantities, isQuantity } from './index.ts';

interface Row {
  resource: string;
  input: KubeObject;
  output: KubeObject & { metadata?: object; rules?: unknown };
}

for (const row of facts<Row[]>('defaults')) {
  const { kind, metadata } = row.input;
  test(`defaultObject() fills in what the real server fills in: ${kind} ${metadata.name}`, () => {
    // What gives a Job its selector is its uid.
    const input = { ...row.input, metadata: { ...metadata, uid: 'UID', name: metadata.name ?? '' } };
    const made = plain(defaultObject(input, resource(row.resource))) as typeof row.output;
    const { uid: _uid, name: _name, namespace: _namespace, ...rest } = made.metadata;
    const { metadata: expectedMetadata = {}, ...expected } = row.output;
    const { name: _n, namespace: _ns, ...wanted } = expectedMetadata as Record<string, unknown>;
    const { status: _status, metadata: _metadata, ...content } = made as unknown as Record<string, unknown>;
    assert.deepEqual(rest, wanted);
    // An empty list that is not optional is written as null by Go.
    if (kind === 'ClusterRole') content.rules = null;
    assert.deepEqual(withoutEmptySpec(content), withoutEmptySpec(expected as Record<string, unknown>));
  });
}

/** Whether an empty spec is written depends on what admission put there. */
function withoutEmptySpec({ spec, ...rest }: Record<string, unknown>): Record<string, unknown> {
  return spec && Object.keys(spec).length > 0 ? { ...rest, spec } : rest;
}

test('defaultObject() is idempotent, so that an update changes nothing', () => {
  for (const { resource: name, input } of facts<Row[]>('defaults')) {
    const once = defaultObject({ ...input, metadata: { ...input.metadata, uid: 'UID' } }, resource(name));
    assert.deepEqual(defaultObject(once, resource(name)), once, `${name} ${input.metadata.name}`);
  }
});

test('defaultObject() leaves what it was given as it was', () => {
  for (const { resource: name, input } of facts<Row[]>('defaults')) {
    const before = structuredClone(input);
    defaultObject(input, resource(name));
    assert.deepEqual(input, before);
  }
});

test('defaultObject() keeps values of a wrong type for validation to name', () => {
  const bad = {
    apiVersion: 'v1',
    kind: 'Pod',
    metadata: { name: 'x' },
    spec: { containers: 'no', volumes: 5 },
  };
  const made = defaultObject(bad, resource('v1/pods')) as typeof bad;
  assert.deepEqual([made.spec.containers, made.spec.volumes], ['no', 5]);
});

const quantities = [
  { given: '1000m', canonical: '1', because: 'a thousand thousandths are one' },
  { given: '0.5', canonical: '500m', because: 'fractions become the next smaller suffix' },
  { given: '1024Mi', canonical: '1Gi', because: 'binary suffixes grow by 1024' },
  { given: '1536Mi', canonical: '1536Mi', because: 'one and a half would be a fraction' },
  { given: '1000Mi', canonical: '1000Mi', because: 'decimal thousands do not fit binary suffixes' },
  { given: '0', canonical: '0', because: 'zero has no suffix' },
  { given: '0.5Gi', canonical: '512Mi', because: 'binary stays binary when it is whole' },
  { given: '12e6', canonical: '12e6', because: 'exponents stay exponents' },
  { given: '1500', canonical: '1500', because: 'decimal suffixes only where nothing is left over' },
  { given: '2000', canonical: '2k', because: 'decimal suffixes grow by 1000' },
  { given: '-5m', canonical: '-5m', because: 'amounts may be negative' },
  { given: 'many', canonical: 'many', because: 'what is no quantity is left for validation' },
];
for (const { given, canonical, because } of quantities) {
  test(`canonicalQuantity() writes ${given} as ${canonical} because ${because}`, () => {
    assert.equal(canonicalQuantity(given), canonical);
  });
}

test('compareQuantities() orders amounts however they are written', () => {
  assert.equal(compareQuantities('1Gi', '1024Mi'), 0);
  assert.ok(compareQuantities('999m', '1') < 0);
  assert.ok(compareQuantities('1Ki', '1k') > 0);
  assert.ok(!isQuantity(''));
});

test('defaultObject() gives custom objects the defaults of their schema, also below other defaults', () => {
  const registry = createRegistry();
  registry.addCustom({
    apiVersion: 'apiextensions.k8s.io/v1',
    kind: 'CustomResourceDefinition',
    metadata: { name: 'foos.example.com' },
    spec: {
      group: 'example.com',
      scope: 'Namespaced',
      names: { kind: 'Foo', plural: 'foos' },
      versions: [
        {
          name: 'v1',
          served: true,
          storage: true,
          schema: {
            openAPIV3Schema: {
              type: 'object',
              properties: {
                spec: {
                  type: 'object',
                  default: {},
                  properties: {
                    size: { type: 'integer', default: 3 },
                    note: { type: 'string', nullable: true, default: 'n' },
                    list: {
                      type: 'array',
                      items: { type: 'object', properties: { on: { type: 'boolean', default: true } } },
                    },
                  },
                },
              },
            },
          },
        },
      ],
    },
  });
  const info = resource('example.com/v1/foos', registry);
  const foo = (spec?: object) => ({
    apiVersion: 'example.com/v1',
    kind: 'Foo',
    metadata: { name: 'x' },
    ...(spec ? { spec } : {}),
  });
  const specOf = (given?: object) => (plain(defaultObject(foo(given), info)) as { spec?: object }).spec;
  assert.deepEqual(specOf(), { size: 3, note: 'n' });
  assert.deepEqual(specOf({ size: null, note: null, list: [{}] }), {
    size: 3,
    note: null,
    list: [{ on: true }],
  });
});
