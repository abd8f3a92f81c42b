import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { Stored } from '@slipway/api';
import type { Deployment, ReplicaSet, WorkloadCondition } from '@slipway/kinds';
import { pausedConditions, rolloutStatus, untilStuck } from './status.ts';

const NOW = Date.parse('2026-01-01T12:00:00Z');
const progressing = (
  reason: string,
  at: string,
  status: 'True' | 'False' | 'Unknown' = 'True',
): WorkloadCondition => ({
  type: 'Progressing',
  status,
  reason,
  message: '',
  lastUpdateTime: at,
  lastTransitionTime: at,
});

function deployment(status: Deployment['status'], spec: Partial<Deployment['spec']> = {}): Deployment {
  return {
    apiVersion: 'apps/v1',
    kind: 'Deployment',
    metadata: { name: 'd', generation: 2 },
    spec: {
      replicas: 2,
      selector: {},
      template: { spec: { containers: [] } },
      progressDeadlineSeconds: 60,
      ...spec,
    },
    ...(status ? { status } : {}),
  };
}

function set(replicas: number, available: number): Stored<ReplicaSet> {
  return {
    apiVersion: 'apps/v1',
    kind: 'ReplicaSet',
    metadata: { name: 'd-new', uid: 'u', resourceVersion: '1', creationTimestamp: '' },
    spec: { replicas, selector: {} },
    status: { replicas, readyReplicas: available, availableReplicas: available },
  };
}

const reasonOf = (status: Deployment['status'], type = 'Progressing') =>
  status?.conditions?.find(condition => condition.type === type)?.reason;

const rows: { before: Deployment['status']; current: Stored<ReplicaSet>; reason: string; because: string }[] =
  [
    {
      before: {},
      current: set(2, 2),
      reason: 'NewReplicaSetAvailable',
      because: 'all pods are new and available',
    },
    {
      before: {},
      current: set(2, 1),
      reason: 'ReplicaSetUpdated',
      because: 'more are available than before',
    },
    {
      before: {
        replicas: 2,
        updatedReplicas: 2,
        readyReplicas: 1,
        availableReplicas: 1,
        conditions: [progressing('ReplicaSetUpdated', '2026-01-01T11:58:00Z')],
      },
      current: set(2, 1),
      reason: 'ProgressDeadlineExceeded',
      because: 'nothing has moved for longer than the deadline',
    },
    {
      before: {
        replicas: 2,
        updatedReplicas: 2,
        readyReplicas: 1,
        availableReplicas: 1,
        conditions: [progressing('ReplicaSetUpdated', '2026-01-01T11:59:30Z')],
      },
      current: set(2, 1),
      reason: 'ReplicaSetUpdated',
      because: 'the deadline is not over yet',
    },
    {
      before: {
        replicas: 2,
        updatedReplicas: 2,
        readyReplicas: 2,
        availableReplicas: 2,
        conditions: [progressing('NewReplicaSetAvailable', '2026-01-01T10:00:00Z')],
      },
      current: set(2, 0),
      reason: 'NewReplicaSetAvailable',
      because: 'a finished rollout does not become stuck when a pod fails later',
    },
  ];
for (const { before, current, reason, because } of rows) {
  test(`rolloutStatus() says ${reason} because ${because}`, () => {
    const status = rolloutStatus(deployment(before), { current, old: [] }, NOW);
    assert.equal(reasonOf(status), reason);
  });
}

test('rolloutStatus() says whether enough pods are available', () => {
  const status = rolloutStatus(deployment({}), { current: set(2, 1), old: [] }, NOW);
  assert.equal(reasonOf(status, 'Available'), 'MinimumReplicasUnavailable');
  assert.equal(status.unavailableReplicas, 1);
  assert.equal(status.observedGeneration, 2);
});

test('untilStuck() waits for the rest of the deadline and a second', () => {
  const conditions = [progressing('ReplicaSetUpdated', '2026-01-01T11:59:30Z')];
  assert.equal(untilStuck(deployment({}), { conditions }, NOW), 31_000);
  assert.equal(
    untilStuck(deployment({}, { progressDeadlineSeconds: 2 ** 31 - 1 }), { conditions }, NOW),
    undefined,
  );
});

test('pausedConditions() tells a pause and its end once', () => {
  const paused = pausedConditions(deployment({}, { paused: true }), NOW);
  assert.equal(paused?.[0]?.reason, 'DeploymentPaused');
  assert.equal(pausedConditions(deployment({ conditions: paused ?? [] }, { paused: true }), NOW), undefined);
  assert.equal(
    pausedConditions(deployment({ conditions: paused ?? [] }), NOW)?.[0]?.reason,
    'DeploymentResumed',
  );
});
