import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { Stored } from '@slipway/api';
import type { Pod, ReplicaSet } from '@slipway/kinds';
import { inOrderOfDeletion, planReplicas, replicaSetStatus } from './plan.ts';

const NOW = Date.parse('2026-01-01T12:00:00Z');

interface Look {
  node?: string;
  phase?: 'Pending' | 'Running' | 'Failed';
  ready?: string;
  cost?: string;
  restarts?: number;
  created?: string;
  deleting?: boolean;
}
function pod(name: string, look: Look = {}): Stored<Pod> {
  const {
    node = 'n',
    phase = 'Running',
    ready = '2026-01-01T11:00:00Z',
    cost,
    restarts = 0,
    created = '2026-01-01T10:00:00Z',
    deleting,
  } = look;
  return {
    apiVersion: 'v1',
    kind: 'Pod',
    metadata: {
      name,
      uid: name,
      resourceVersion: '1',
      creationTimestamp: created,
      ...(cost ? { annotations: { 'controller.kubernetes.io/pod-deletion-cost': cost } } : {}),
      ...(deleting ? { deletionTimestamp: '2026-01-01T12:00:00Z' } : {}),
    },
    spec: { containers: [], ...(node ? { nodeName: node } : {}) },
    status: {
      phase,
      conditions: ready ? [{ type: 'Ready', status: 'True', lastTransitionTime: ready }] : [],
      containerStatuses: [{ name: 'c', ready: true, restartCount: restarts, image: '', imageID: '' }],
    },
  };
}
const set = (replicas: number, minReadySeconds = 0): ReplicaSet => ({
  apiVersion: 'apps/v1',
  kind: 'ReplicaSet',
  metadata: { name: 's', generation: 3 },
  spec: { replicas, selector: {}, minReadySeconds },
});

const rankings: { first: Stored<Pod>; second: Stored<Pod>; because: string }[] = [
  { first: pod('b', { node: '' }), second: pod('a'), because: 'a pod without a node is missed least' },
  {
    first: pod('b', { phase: 'Pending', ready: '' }),
    second: pod('a'),
    because: 'a pending one before a running one',
  },
  { first: pod('b', { ready: '' }), second: pod('a'), because: 'one that is not ready before one that is' },
  { first: pod('b', { cost: '-1' }), second: pod('a'), because: 'the cheaper one by its annotation' },
  {
    first: pod('b', { ready: '2026-01-01T11:59:50Z' }),
    second: pod('a'),
    because: 'the one that became ready last',
  },
  { first: pod('b', { restarts: 3 }), second: pod('a'), because: 'the one that restarted more' },
  { first: pod('b', { created: '2026-01-01T11:59:50Z' }), second: pod('a'), because: 'the younger one' },
  { first: pod('a'), second: pod('b'), because: 'the order is total, so that a plan can be repeated' },
];
for (const { first, second, because } of rankings) {
  test(`inOrderOfDeletion() because ${because}`, () => {
    assert.deepEqual(
      inOrderOfDeletion([second, first], [], NOW).map(one => one.metadata.uid),
      [first.metadata.uid, second.metadata.uid],
    );
  });
}

test('inOrderOfDeletion() takes from the node that has most of them', () => {
  const related = [pod('x', { node: 'm' }), pod('y', { node: 'm' }), pod('z', { node: 'n' })];
  assert.deepEqual(
    inOrderOfDeletion([pod('a'), pod('b', { node: 'm' })], related, NOW).map(one => one.metadata.name),
    ['b', 'a'],
  );
});

test('planReplicas() counts neither finished pods nor those on their way out', () => {
  const pods = [pod('a'), pod('b', { phase: 'Failed' }), pod('c', { deleting: true })];
  assert.equal(planReplicas(set(3), pods, pods, NOW).create, 2);
  assert.equal(planReplicas(set(1), pods, pods, NOW).create, 0);
  assert.deepEqual(
    planReplicas(set(0), pods, pods, NOW).remove.map(one => one.metadata.name),
    ['a'],
  );
  assert.equal(planReplicas(set(9_999), [], [], NOW).create, 500);
});

test('replicaSetStatus() counts a pod as available only after minReadySeconds', () => {
  const pods = [pod('a'), pod('b', { ready: '2026-01-01T11:59:58Z' }), pod('c', { ready: '' })];
  const status = replicaSetStatus(set(3, 10), pods, { now: NOW });
  assert.deepEqual(
    [status.replicas, status.readyReplicas, status.availableReplicas, status.observedGeneration],
    [3, 2, 1, 3],
  );
  const failed = replicaSetStatus(set(3), pods, {
    now: NOW,
    failure: { reason: 'FailedCreate', message: 'quota' },
  });
  assert.equal(failed.conditions?.[0]?.type, 'ReplicaFailure');
});
