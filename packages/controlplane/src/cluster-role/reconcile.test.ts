import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { ClusterRole } from '@slipway/kinds';
import { aggregate } from './reconcile.ts';

test('aggregate() collects the rules of the selected roles by name, each once', () => {
  const role = (name: string, verbs: string[], label?: string): ClusterRole => ({
    apiVersion: 'rbac.authorization.k8s.io/v1',
    kind: 'ClusterRole',
    metadata: { name, ...(label ? { labels: { [label]: 'true' } } : {}) },
    rules: [{ verbs, apiGroups: [''], resources: ['pods'] }],
  });
  const top: ClusterRole = {
    ...role('top', ['old'], 'up'),
    aggregationRule: { clusterRoleSelectors: [{ matchLabels: { up: 'true' } }] },
  };
  const rules = aggregate(top, [
    role('b', ['list'], 'up'),
    role('a', ['get'], 'up'),
    role('c', ['get'], 'up'),
    role('other', ['delete']),
    top,
  ]);
  assert.deepEqual(
    rules.map(rule => rule.verbs),
    [['get'], ['list']],
  );
});
