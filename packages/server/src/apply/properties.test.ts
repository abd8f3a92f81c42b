import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { Json, KubeObject } from '@slipway/api';
import { applyMergePatch } from '../patch/index.ts';
import { createRegistry, type ResourceInfo } from '../schema/index.ts';
import { serverSideApply } from './server-side-apply.ts';
import { trackUpdate } from './track-update.ts';

/** The same numbers in every run, so that a failure can be repeated. */
function generator(seed: number): (below: number) => number {
  let state = seed;
  return below => {
    state = (state * 1103515245 + 12345) % 2147483648;
    return Math.floor((state / 2147483648) * below);
  };
}

function builtIn(group: string, kind: string): ResourceInfo {
  const found = createRegistry().byKind(group, 'v1', kind);
  assert.ok(found);
  return found;
}

const info = builtIn('apps', 'Deployment');
const NAMES = ['a', 'b', 'c', 'd'];

/** A deployment with a random choice of fields, keyed lists, sets and maps. */
function configuration(random: (below: number) => number): KubeObject {
  const some = <T>(list: T[]): T[] => list.filter(() => random(2) === 0);
  const containers = ['main', ...some(NAMES)].map(name => ({
    name,
    image: `image:${random(3)}`,
    ...(random(2) ? { env: some(NAMES).map(key => ({ name: key, value: String(random(3)) })) } : {}),
    ...(random(3) ? {} : { command: some(NAMES) }),
  }));
  return {
    apiVersion: 'apps/v1',
    kind: 'Deployment',
    metadata: {
      name: 'x',
      namespace: 'default',
      labels: Object.fromEntries(some(NAMES).map(key => [key, String(random(2))])),
      ...(random(2) ? { finalizers: some(NAMES).map(key => `example.com/${key}`) } : {}),
    },
    spec: {
      ...(random(2) ? { replicas: random(5) } : {}),
      selector: { matchLabels: { app: 'x' } },
      template: { metadata: { labels: { app: 'x' } }, spec: { containers } },
    },
  } as unknown as KubeObject;
}

interface Apply {
  live?: KubeObject | undefined;
  applied: KubeObject;
  manager: string;
}

function apply({ live, applied, manager }: Apply) {
  return serverSideApply({ live, applied, manager, force: true, info, now: 0 });
}

test('serverSideApply() of the same configuration twice changes nothing', () => {
  const random = generator(1);
  for (let round = 0; round < 100; round++) {
    const applied = configuration(random);
    const first = apply({ applied, manager: 'm' }).object;
    const second = apply({ live: first, applied, manager: 'm' });
    assert.equal(second.changed, false, JSON.stringify(applied));
    assert.deepEqual(second.object, first);
  }
});

test('serverSideApply() removes what a manager gave up and nobody else owns', () => {
  const random = generator(2);
  for (let round = 0; round < 100; round++) {
    const before = apply({ applied: configuration(random), manager: 'm' }).object;
    const applied = configuration(random);
    const after = apply({ live: before, applied, manager: 'm' }).object;
    const fresh = apply({ applied, manager: 'm' }).object;
    // An applier that is alone ends where it would have begun, whatever it applied before.
    assert.deepEqual(sortedItems(content(after)), sortedItems(content(fresh)), JSON.stringify(applied));
  }
});

test('serverSideApply() keeps what a second manager owns when the first gives it up', () => {
  const random = generator(3);
  for (let round = 0; round < 60; round++) {
    const shared = configuration(random);
    const one = apply({ applied: shared, manager: 'one' }).object;
    const two = apply({ live: one, applied: shared, manager: 'two' }).object;
    const small = apply({ live: two, applied: configuration(generator(4)), manager: 'one' }).object;
    const again = apply({ live: small, applied: shared, manager: 'two' }).object;
    for (const [key, value] of Object.entries(shared.metadata.labels ?? {})) {
      assert.equal(again.metadata.labels?.[key], value);
    }
  }
});

test('trackUpdate() of an unchanged object leaves every owner as it was', () => {
  const random = generator(5);
  for (let round = 0; round < 60; round++) {
    const live = apply({ applied: configuration(random), manager: 'm' }).object;
    const updated = trackUpdate({ live, updated: structuredClone(live), manager: 'other', info, now: 5 });
    assert.deepEqual(updated, live);
  }
});

test('applyMergePatch() is idempotent and leaves its arguments alone', () => {
  const random = generator(6);
  for (let round = 0; round < 100; round++) {
    const document = configuration(random) as unknown as Json;
    const patch = withNulls(configuration(random) as unknown as Json, random);
    const before = JSON.stringify([document, patch]);
    const once = applyMergePatch(document, patch);
    assert.deepEqual(applyMergePatch(once, patch), once);
    assert.equal(JSON.stringify([document, patch]), before);
  }
});

function withNulls(value: Json, random: (below: number) => number): Json {
  if (typeof value !== 'object' || value === null || Array.isArray(value)) return value;
  return Object.fromEntries(
    Object.entries(value).map(([key, part]) => [key, random(4) === 0 ? null : withNulls(part, random)]),
  );
}

function content(object: KubeObject): unknown {
  const { managedFields: _fields, ...metadata } = object.metadata;
  return {
    ...object,
    metadata: { ...metadata, labels: metadata.labels ?? {}, finalizers: metadata.finalizers ?? [] },
  };
}

/** Live items keep their places; what is compared is which there are. */
function sortedItems(value: unknown): unknown {
  if (Array.isArray(value)) {
    return value.map(sortedItems).sort((a, b) => (JSON.stringify(a) < JSON.stringify(b) ? -1 : 1));
  }
  if (typeof value !== 'object' || value === null) return value;
  const kept = Object.entries(value).filter(([, part]) => !Array.isArray(part) || part.length > 0);
  return Object.fromEntries(kept.map(([key, part]) => [key, sortedItems(part)]));
}
