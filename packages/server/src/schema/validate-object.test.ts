import assert from 'node:assert/strict';
import { test } from 'node:test';
import { type Json, type KubeObject, messageOf } from '@slipway/api';
import type { CustomResourceDefinition } from '@slipway/kinds';
import { defaultObject } from '../defaults/index.ts';
import { facts, plain, resource, resourceAt } from '../facts.fixture.ts';
import { applyMergePatch } from '../patch/index.ts';
import { createRegistry, type ResourceInfo, validateObject, validateUpdate } from './index.ts';

interface Case {
  because: string;
  path: string;
  input: KubeObject;
  patch?: Json;
  message?: string;
  output?: { spec?: unknown };
}

/** Where our message says less, and why that is enough. */
const DIFFERENT: Record<string, string> = {
  typeMeta: 'the body is refused before it comes here',
  wrongKind: 'the body is refused before it comes here',
  serviceAccountName: 'admission asked first on the real server',
  privEsc: 'the value is printed as Go structs there',
  jobSelector: 'upstream merges the selectors before it complains',
  hpa: 'two further complaints about the same field',
  quota: 'names and amounts of quotas are not checked',
  'update:svcClusterIP': 'needs the address that an allocator gave',
  'update:svcNone': 'needs the address that an allocator gave',
  'update:jobTemplate': 'the value is printed as Go structs there',
  float: 'a second complaint about the same value',
  excl: 'upstream calls zero no multiple of anything',
  kindWrong: 'the body is refused before it comes here',
};

/** `#a*300` in the facts stands for three hundred letters. */
function expanded(value: Json): Json {
  if (typeof value === 'string') return value.startsWith('#a*') ? 'a'.repeat(Number(value.slice(3))) : value;
  if (Array.isArray(value)) return value.map(expanded);
  if (typeof value !== 'object' || value === null) return value;
  return Object.fromEntries(Object.entries(value).map(([key, part]) => [key, expanded(part)]));
}

/** The complaints of a message, in any order: upstream's order is that of Go's maps. */
function complaints(message: string | undefined): string[] {
  const text = (message ?? '').replace(/^.*? is invalid: /, '').replace(/^\[(.*)\]$/s, '$1');
  return text.split(/, (?=[\w.[\]<>/ -]+: (?:Invalid|Required|Unsupported|Duplicate|Forbidden|Too))/).sort();
}

function created(found: Case, info: ResourceInfo): KubeObject {
  const { metadata } = found.input;
  const generated = /"(A_[^"]+)"/.exec(found.message ?? '')?.[1];
  const name = metadata.name ?? (metadata.generateName ? generated : undefined);
  return {
    ...found.input,
    metadata: {
      uid: 'u-1',
      ...metadata,
      ...(name ? { name } : {}),
      ...(info.kind.namespaced ? { namespace: 'default' } : {}),
    },
  };
}

function check(found: Case, info: ResourceInfo): KubeObject {
  const object = validateObject(defaultObject(created(found, info), info), info, 'Strict').object;
  if (found.patch === undefined) return object;
  const patched = applyMergePatch(object as unknown as Json, found.patch) as unknown as KubeObject;
  const updated = validateObject(defaultObject(patched, info), info, 'Strict').object;
  validateUpdate(object, updated, info);
  return updated;
}

function verify(found: Case, info: ResourceInfo): void {
  if (found.message === undefined) {
    const object = plain(check(found, info)) as KubeObject & { spec?: unknown };
    if (found.output) assert.deepEqual(object.spec, found.output.spec);
    return;
  }
  assert.throws(
    () => check(found, info),
    error => {
      assert.deepEqual(complaints(messageOf(error)), complaints(found.message));
      return true;
    },
  );
}

for (const row of facts<Case[]>('validation')) {
  const { because } = row;
  if (DIFFERENT[because]) continue;
  test(`validateObject() answers as the real server: ${because}`, () => {
    verify(expanded(row as unknown as Json) as unknown as Case, resourceAt(row.path));
  });
}

const custom = facts<{ crd: CustomResourceDefinition; cases: Case[] }>('custom');
const registry = createRegistry();
registry.addCustom(custom.crd);
const info = resource('v.example.com/v1/vals', registry);

for (const row of custom.cases) {
  if (DIFFERENT[row.because]) continue;
  test(`validateObject() of custom objects answers as the real server: ${row.because}`, () =>
    verify(row, info));
}

test('validateObject() drops unknown fields, and says so unless told to be quiet', () => {
  const object = {
    apiVersion: 'v1',
    kind: 'ConfigMap',
    metadata: { name: 'x', odd: 1 },
    data: { a: 'b' },
    odder: {},
  } as unknown as KubeObject;
  const configMaps = resource('v1/configmaps');
  const warned = validateObject(object, configMaps, 'Warn');
  assert.deepEqual(warned.warnings, ['unknown field "metadata.odd"', 'unknown field "odder"']);
  assert.deepEqual(warned.object, {
    apiVersion: 'v1',
    kind: 'ConfigMap',
    metadata: { name: 'x' },
    data: { a: 'b' },
  });
  assert.deepEqual(validateObject(object, configMaps, 'Ignore').warnings, []);
});

test('validateObject() gives each problem a cause with its field', () => {
  const object = {
    apiVersion: 'v1',
    kind: 'Pod',
    metadata: { name: 'A' },
    spec: { containers: [{}] },
  } as unknown;
  assert.throws(
    () => validateObject(object as KubeObject, resource('v1/pods'), 'Strict'),
    (error: { details?: { kind?: string; causes?: { field?: string; reason: string }[] } }) => {
      const causes = error.details?.causes?.map(({ field, reason }) => `${field} ${reason}`);
      assert.deepEqual(causes, [
        'metadata.name FieldValueInvalid',
        'spec.containers[0].name FieldValueRequired',
        'spec.containers[0].image FieldValueRequired',
      ]);
      return true;
    },
  );
});

test('a pattern of somebody else’s cannot make the server hang', () => {
  const evil = structuredClone(custom.crd);
  const [version] = evil.spec.versions;
  const schema = version?.schema?.openAPIV3Schema?.properties?.spec?.properties?.p;
  assert.ok(schema);
  schema.pattern = '^(a+)+$';
  const other = createRegistry();
  other.addCustom(evil);
  const object = {
    apiVersion: 'v.example.com/v1',
    kind: 'Val',
    metadata: { name: 'x' },
    spec: { a: 'q', p: `${'a'.repeat(50_000)}!` },
  } as unknown as KubeObject;
  assert.throws(
    () => validateObject(object, resource('v.example.com/v1/vals', other), 'Strict'),
    /should match/,
  );
});

const mounts: [mount: string, volumes: object[], message: string | undefined, because: string][] = [
  ['data', [], undefined, 'a claim is a volume of each pod'],
  ['data', [{ name: 'data', emptyDir: {} }], undefined, 'in place of one of that name'],
  [
    'gone',
    [],
    'StatefulSet.apps "a" is invalid: spec.template.spec.containers[0].volumeMounts[0].name: Not found: "gone"',
    'what is neither is not there',
  ],
];
for (const [mount, volumes, message, because] of mounts) {
  test(`validateObject() of a StatefulSet that mounts "${mount}": ${because}`, () => {
    const info = resource('apps/v1/statefulsets');
    const container = { name: 'a', image: 'x', volumeMounts: [{ name: mount, mountPath: '/d' }] };
    const claim = {
      metadata: { name: 'data' },
      spec: { accessModes: ['ReadWriteOnce'], resources: { requests: { storage: '1Gi' } } },
    };
    const template = { metadata: { labels: { a: 'b' } }, spec: { containers: [container], volumes } };
    const spec = { selector: { matchLabels: { a: 'b' } }, template, volumeClaimTemplates: [claim] };
    const metadata = { name: 'a', namespace: 'default', uid: 'u-1' };
    const given = { apiVersion: 'apps/v1', kind: 'StatefulSet', metadata, spec } as KubeObject;
    const object = defaultObject(given, info);
    const validate = () => validateObject(object, info, 'Strict');
    if (message === undefined) assert.doesNotThrow(validate);
    if (message !== undefined) assert.throws(validate, { message });
  });
}
