import assert from 'node:assert/strict';
import { test } from 'node:test';
import { ConfigMap } from '@slipway/kinds';
import { deletionConditions } from './plan.ts';

test('deletionConditions() says what is left and whose finalizers hold it', () => {
  const held = {
    apiVersion: 'v1',
    kind: 'ConfigMap',
    metadata: { name: 'x', finalizers: ['example.com/hold'] },
  };
  const round = { failures: [], remaining: [{ kind: ConfigMap, objects: [held] }] };
  const conditions = deletionConditions(round, undefined, Date.parse('2026-01-01T00:00:00Z'));
  const told = conditions
    .filter(condition => condition.status === 'True')
    .map(condition => condition.message);
  assert.deepEqual(told, [
    'Some resources are remaining: configmaps. has 1 resource instances',
    'Some content in the namespace has finalizers remaining: example.com/hold in 1 resource instances',
  ]);
  const later = deletionConditions(round, conditions, Date.parse('2026-01-02T00:00:00Z'));
  assert.equal(later[3]?.lastTransitionTime, '2026-01-01T00:00:00Z');
});
