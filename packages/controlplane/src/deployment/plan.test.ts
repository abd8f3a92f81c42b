import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { Stored } from '@slipway/api';
import type { Deployment, ReplicaSet } from '@slipway/kinds';
import { scaleAnnotations } from './annotations.ts';
import {
  expiredSets,
  fenceposts,
  isScalingEvent,
  newSetSize,
  rollingStep,
  scaleStep,
  sortSets,
} from './plan.ts';

const template = (image: string) => ({
  metadata: { labels: { app: 'x' } },
  spec: { containers: [{ name: 'c', image }] },
});

function deployment(replicas: number, spec: Partial<Deployment['spec']> = {}): Deployment {
  const selector = { matchLabels: { app: 'x' } };
  return {
    apiVersion: 'apps/v1',
    kind: 'Deployment',
    metadata: { name: 'd' },
    spec: { replicas, selector, template: template('new'), ...spec },
  };
}

/** A set by size and available pods; `age` in minutes makes it older. */
function set(
  name: string,
  replicas: number,
  available = replicas,
  more: { image?: string; age?: number; annotations?: Record<string, string> } = {},
): Stored<ReplicaSet> {
  const { image = name, age = 0, annotations = {} } = more;
  const creationTimestamp = new Date(Date.parse('2026-01-01T12:00:00Z') - age * 60_000).toISOString();
  return {
    apiVersion: 'apps/v1',
    kind: 'ReplicaSet',
    metadata: { name, uid: name, resourceVersion: '1', creationTimestamp, annotations, generation: 1 },
    spec: { replicas, selector: {}, template: template(image) },
    status: { replicas, availableReplicas: available, observedGeneration: 1 },
  };
}

const fences: {
  replicas: number;
  rollingUpdate?: object;
  surge: number;
  unavailable: number;
  because: string;
}[] = [
  { replicas: 10, surge: 3, unavailable: 2, because: '25% rounds up for surge and down for unavailable' },
  { replicas: 1, surge: 1, unavailable: 0, because: 'one replica is never unavailable by default' },
  {
    replicas: 4,
    rollingUpdate: { maxSurge: 0, maxUnavailable: 0 },
    surge: 0,
    unavailable: 1,
    because: 'both at zero would never move',
  },
  {
    replicas: 4,
    rollingUpdate: { maxSurge: 0, maxUnavailable: '10%' },
    surge: 0,
    unavailable: 1,
    because: '10% of 4 is zero, so again one must go',
  },
  {
    replicas: 4,
    rollingUpdate: { maxSurge: '100%', maxUnavailable: 2 },
    surge: 4,
    unavailable: 2,
    because: 'numbers are taken as they are',
  },
];
for (const { replicas, rollingUpdate = {}, surge, unavailable, because } of fences) {
  test(`fenceposts() of ${replicas} because ${because}`, () => {
    assert.deepEqual(
      fenceposts(deployment(replicas, { strategy: { type: 'RollingUpdate', rollingUpdate } })),
      { surge, unavailable },
    );
  });
}

const steps: {
  replicas: number;
  current?: Stored<ReplicaSet>;
  old: Stored<ReplicaSet>[];
  result: [string, number][];
  because: string;
}[] = [
  {
    replicas: 4,
    current: set('new', 0),
    old: [set('old', 4)],
    result: [['new', 1]],
    because: 'the surge of one is used first',
  },
  {
    replicas: 4,
    current: set('new', 1, 1),
    old: [set('old', 4)],
    result: [['old', 2]],
    because: 'five are available and three are needed',
  },
  {
    replicas: 4,
    current: set('new', 1, 0),
    old: [set('old', 4)],
    result: [['old', 3]],
    because: 'the unavailable new pod counts against the budget',
  },
  {
    replicas: 4,
    current: set('new', 2, 0),
    old: [set('old', 3)],
    result: [],
    because: 'three must stay until new ones are available',
  },
  {
    replicas: 4,
    current: set('new', 1, 0),
    old: [set('old', 4, 2)],
    result: [['old', 3]],
    because: 'an unhealthy old pod goes, a healthy one does not',
  },
  {
    replicas: 4,
    current: set('new', 4, 4),
    old: [set('older', 1, 1, { age: 9 }), set('old', 1, 1)],
    result: [
      ['older', 0],
      ['old', 0],
    ],
    because: 'all new ones are available',
  },
  {
    replicas: 3,
    current: set('new', 5),
    old: [],
    result: [['new', 3]],
    because: 'the current set is larger than wanted',
  },
  { replicas: 4, current: set('new', 4), old: [], result: [], because: 'nothing is left to do' },
];
for (const { replicas, current, old, result, because } of steps) {
  test(`rollingStep() gives ${JSON.stringify(result)} because ${because}`, () => {
    const found = rollingStep(deployment(replicas), { current, old });
    assert.deepEqual(
      found.map(step => [step.set.metadata.name, step.to]),
      result,
    );
  });
}

test('newSetSize() fills the surge and no more', () => {
  assert.equal(newSetSize(deployment(10), [set('old', 10)], 0), 3);
  assert.equal(newSetSize(deployment(10), [set('old', 13)], 0), 0);
  assert.equal(newSetSize(deployment(10, { strategy: { type: 'Recreate' } }), [set('old', 10)], 0), 10);
});

test('sortSets() takes the oldest equal template and ignores the hash label and the order of keys', () => {
  const equal = set('a', 1, 1, { image: 'new', age: 1 });
  const labels = { 'pod-template-hash': 'h', app: 'x' };
  const hashed = {
    ...equal,
    spec: { ...equal.spec, template: { spec: template('new').spec, metadata: { labels } } },
  };
  const { current, old } = sortSets(deployment(1), [set('b', 1, 1, { image: 'new' }), hashed, set('c', 1)]);
  assert.equal(current?.metadata.name, 'a');
  assert.deepEqual(
    old.map(one => one.metadata.name),
    ['b', 'c'],
  );
});

test('scaleStep() shares a change of size out in proportion while a rollout is under way', () => {
  const annotations = scaleAnnotations(10, 13);
  const sets = {
    current: set('new', 5, 2, { annotations }),
    old: [set('old', 8, 8, { annotations, age: 5 })],
  };
  assert.equal(isScalingEvent(deployment(20), sets), true);
  const strategy = { type: 'RollingUpdate' as const, rollingUpdate: { maxSurge: 3, maxUnavailable: 2 } };
  const larger = scaleStep(deployment(20, { strategy }), sets);
  assert.deepEqual(
    larger.map(step => [step.set.metadata.name, step.to]),
    [
      ['old', 14],
      ['new', 9],
    ],
  );
  const none = scaleStep(deployment(0, { strategy }), sets);
  assert.deepEqual(
    none.map(step => step.to),
    [0, 0],
  );
});

test('scaleStep() scales the only active set, and clears old ones once the current one is saturated', () => {
  const old = set('old', 2, 2, { age: 1 });
  assert.deepEqual(
    scaleStep(deployment(5), { current: set('new', 0), old: [old] }).map(step => [
      step.set.metadata.name,
      step.to,
    ]),
    [['old', 5]],
  );
  const current = set('new', 5, 5, { annotations: scaleAnnotations(5, 7) });
  assert.deepEqual(
    scaleStep(deployment(5), { current, old: [old] }).map(step => [step.set.metadata.name, step.to]),
    [['old', 0]],
  );
});

test('expiredSets() keeps the newest revisions and every set that still has pods', () => {
  const revision = (number: number) => ({
    annotations: { 'deployment.kubernetes.io/revision': String(number) },
  });
  const old = [set('r3', 0, 0, revision(3)), set('r1', 0, 0, revision(1)), set('r2', 1, 1, revision(2))];
  const names = expiredSets(deployment(1, { revisionHistoryLimit: 1 }), old).map(one => one.metadata.name);
  assert.deepEqual(names, ['r1']);
});
