// Which releases components go to, what could break by it, and what a new CRD takes away.
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { emptyLock, type Release, type SelectedComponent, type Technology } from '@slipway/definition';
import type { CustomResourceDefinition } from '@slipway/kinds';
import { lockEntryOf } from '../release-lock.ts';
import { chooseUpgrades, withUpgrade } from './choose-upgrades.ts';
import { definitionLosses, type Shape, usesField } from './definition-losses.ts';

function release(version: string, ...breaking: string[]): Release {
  return {
    version,
    form: 'manifests',
    parts: [{ at: '', files: {} }],
    digest: `sha256:${version.replaceAll('.', '').padEnd(64, '0')}`,
    ...(breaking.length > 0 ? { breaking } : {}),
  };
}

function component(id: string, first: Release, ...more: Release[]): SelectedComponent {
  const upstream = { namespace: id, releases: [first, ...more] as [Release, ...Release[]] };
  return {
    technology: { id, upstream } as unknown as Technology,
    capabilities: [],
    engine: 'upstream',
    parameters: {},
  };
}

const three = release('3.0.0', 'the API is another one');
const two = release('2.0.0', 'the port is 8080', 'the flag -x is gone');
const one = release('1.0.0');
const components = [component('tool', three, two, one), component('idle', one)];
const locked = { tool: lockEntryOf(one), idle: lockEntryOf(one) };

for (const { ids = [], to, has = locked, expected, because } of [
  {
    expected: [
      'tool 1.0.0 → 3.0.0: 2.0.0 the port is 8080, 2.0.0 the flag -x is gone, 3.0.0 the API is another one',
    ],
    because: 'everything goes to its newest, and all that lies between is told',
  },
  {
    ids: ['tool'],
    to: '2.0.0',
    expected: ['tool 1.0.0 → 2.0.0: 2.0.0 the port is 8080, 2.0.0 the flag -x is gone'],
    because: 'a version is named',
  },
  {
    ids: ['tool'],
    to: '2.0.0',
    has: { ...locked, tool: lockEntryOf(three) },
    expected: ['tool 3.0.0 ← 2.0.0: 3.0.0 the API is another one'],
    because: 'what broke on the way there breaks on the way back',
  },
  { ids: ['idle'], expected: [], because: 'it has its newest already' },
  {
    ids: ['idle'],
    has: { ...locked, idle: { ...lockEntryOf(one), digest: `sha256:${'f'.repeat(64)}` } },
    expected: ['idle 1.0.0 → 1.0.0: '],
    because: 'the same version has other files',
  },
  { has: { idle: lockEntryOf(one) }, expected: [], because: 'what is not locked is not installed yet' },
])
  test(`chooseUpgrades(): ${because}`, () => {
    const lock = { ...emptyLock(), components: has };
    const found = chooseUpgrades({ components }, lock, { ids, ...(to ? { to } : {}) });
    const texts = found.map(
      each =>
        `${each.id} ${each.from} ${each.isBack ? '←' : '→'} ${each.release.version}: ${each.breaking.map(({ version, text }) => `${version} ${text}`).join(', ')}`,
    );
    assert.deepEqual(texts, expected);
  });

for (const { ids = [], to, message } of [
  {
    ids: ['tol'],
    message: 'upgrade: tol: the definition installs no component by this name; it has tool, idle',
  },
  {
    ids: ['tool'],
    to: '9.0.0',
    message: 'upgrade: tool: version 9.0.0 is not in this catalogue; it has 3.0.0, 2.0.0, 1.0.0',
  },
  {
    to: '2.0.0',
    message:
      'upgrade: --to 2.0.0: it is not said of which component; name one: slipway upgrade COMPONENT --to 2.0.0',
  },
])
  test(`chooseUpgrades() refuses: ${message}`, () => {
    const lock = { ...emptyLock(), components: locked };
    assert.throws(() => chooseUpgrades({ components }, lock, { ids, ...(to ? { to } : {}) }), { message });
  });

test('withUpgrade() changes one entry of a lock', () => {
  const lock = { ...emptyLock(), components: locked };
  const changed = withUpgrade(lock, { id: 'tool', release: two });
  assert.deepEqual(changed, { ...lock, components: { idle: locked.idle, tool: lockEntryOf(two) } });
});

type Spec = CustomResourceDefinition['spec'];

function specOf(versions: Record<string, Shape>): Spec {
  const listed = Object.entries(versions).map(([name, openAPIV3Schema], index) => ({
    name,
    served: true,
    storage: index === 0,
    schema: { openAPIV3Schema },
  }));
  return { group: 'example.org', scope: 'Namespaced', names: {}, versions: listed } as unknown as Spec;
}

const withSize: Shape = {
  properties: { spec: { properties: { size: {}, parts: { items: { properties: { a: {}, b: {} } } } } } },
};
for (const { after, expected, because } of [
  { after: { v1: withSize, v1beta1: withSize }, expected: '', because: 'nothing changed' },
  { after: { v1: withSize }, expected: 'v1beta1', because: 'a version is not served any more' },
  {
    after: {
      v1: { properties: { spec: { properties: { parts: { items: { properties: { a: {} } } } } } } },
      v1beta1: withSize,
    },
    expected: 'v1 spec.size, v1 spec.parts.*.b',
    because: 'fields are gone, in lists too',
  },
  {
    after: {
      v1: { properties: { spec: { 'x-kubernetes-preserve-unknown-fields': true } } },
      v1beta1: withSize,
    },
    expected: '',
    because: 'what is kept unknown is not lost',
  },
])
  test(`definitionLosses(): ${because}`, () => {
    const found = definitionLosses(
      specOf({ v1: withSize, v1beta1: withSize }),
      specOf(after as Record<string, Shape>),
    );
    const texts = [
      ...found.versions,
      ...found.fields.map(({ version, path }) => `${version} ${path.join('.')}`),
    ];
    assert.equal(texts.join(', '), expected);
  });

for (const { path, expected } of [
  { path: ['spec', 'size'], expected: true },
  { path: ['spec', 'parts', '*', 'b'], expected: true },
  { path: ['spec', 'parts', '*', 'c'], expected: false },
  { path: ['spec', 'size', 'x'], expected: false },
])
  test(`usesField(${path.join('.')}) is ${expected}`, () => {
    assert.equal(usesField({ spec: { size: '1', parts: [{ a: 1 }, { b: 2 }] } }, path), expected);
  });
