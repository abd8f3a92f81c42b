import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { Pod } from '@slipway/kinds';
import type { PodDisruptionBudget } from './budget-kind.ts';
import { budgetStatus } from './plan.ts';

const NOW = Date.parse('2026-01-01T12:00:00Z');
const pod = (name: string, ready = true, deleting = false): Pod => ({
  apiVersion: 'v1',
  kind: 'Pod',
  metadata: { name, ...(deleting ? { deletionTimestamp: '2026-01-01T11:00:00Z' } : {}) },
  spec: { containers: [] },
  status: { conditions: [{ type: 'Ready', status: ready ? 'True' : 'False' }] },
});
const three = [pod('a'), pod('b'), pod('c')];

const rows: {
  spec: PodDisruptionBudget['spec'];
  pods?: Pod[];
  wanted?: number;
  disruptedPods?: Record<string, string>;
  expected: [allowed: number, healthy: number, desired: number, expectedPods: number];
  because: string;
}[] = [
  { spec: { minAvailable: 2 }, expected: [1, 3, 2, 3], because: 'one of three is spare' },
  {
    spec: { minAvailable: 2 },
    wanted: 9,
    expected: [1, 3, 2, 3],
    because: 'a number counts pods, not wishes',
  },
  { spec: { minAvailable: '50%' }, expected: [1, 3, 2, 3], because: 'half of three is two, rounded up' },
  { spec: { maxUnavailable: 1 }, wanted: 4, expected: [0, 3, 3, 4], because: 'one is missing already' },
  { spec: { maxUnavailable: '34%' }, expected: [2, 3, 1, 3], because: 'what may go is rounded up too' },
  { spec: { maxUnavailable: 5 }, expected: [3, 3, 0, 3], because: 'all may go, not more' },
  { spec: { minAvailable: 1 }, pods: [], expected: [0, 0, 1, 0], because: 'nothing is there to go' },
  {
    spec: { minAvailable: 1 },
    pods: [pod('a'), pod('b', false), pod('c', true, true)],
    expected: [0, 1, 1, 3],
    because: 'what is not ready or is going is not healthy',
  },
  {
    spec: { minAvailable: 1 },
    disruptedPods: { a: '2026-01-01T11:59:00Z', b: '2026-01-01T11:50:00Z', gone: '2026-01-01T11:59:00Z' },
    expected: [1, 2, 1, 3],
    because: 'a granted eviction counts for two minutes, while its pod is there',
  },
];
for (const { spec, pods = three, wanted = 3, disruptedPods, expected, because } of rows) {
  test(`budgetStatus() allows ${expected[0]} because ${because}`, () => {
    const metadata = { name: 'b', generation: 2 };
    const budget = { apiVersion: 'policy/v1', kind: 'PodDisruptionBudget', metadata, spec };
    const before = { disruptionsAllowed: 0, currentHealthy: 0, desiredHealthy: 0, expectedPods: 0 };
    const live = { ...budget, ...(disruptedPods ? { status: { ...before, disruptedPods } } : {}) };
    const status = budgetStatus({ budget: live, pods, wanted, now: NOW });
    const { disruptionsAllowed, currentHealthy, desiredHealthy, expectedPods } = status;
    assert.deepEqual([disruptionsAllowed, currentHealthy, desiredHealthy, expectedPods], expected);
    assert.equal(status.conditions?.[0]?.status, expected[0] > 0 ? 'True' : 'False');
    assert.deepEqual(Object.keys(status.disruptedPods ?? {}), disruptedPods ? ['a'] : []);
  });
}
