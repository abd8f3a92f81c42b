import assert from 'node:assert/strict';
import { test } from 'node:test';
import { systemClock } from '@slipway/api';
import {
  ClusterRole,
  CustomResourceDefinition,
  Namespace,
  Repository,
  RoleBinding,
  repositoryDefinition,
  Workload,
  workloadDefinition,
} from '@slipway/kinds';
import { startKube } from '@slipway/kube';
import type { PlannedItem } from './plan.ts';
import { missingRights } from './rights.ts';

const namespace = 'team-payments';
const apiGroup = 'rbac.authorization.k8s.io';

function item(more: Partial<PlannedItem>): PlannedItem {
  const apiVersion = 'source.slipway.dev/v1alpha1';
  return {
    part: 'repository',
    kind: Repository.kind,
    apiVersion,
    namespace,
    name: 'shop',
    action: 'Remove',
    because: 'it is',
    state: 'Planned',
    by: 'person',
    ...more,
  };
}

test('missingRights() names what somebody may not do, and asks only for what is removed in their name', async () => {
  const kube = await startKube({ controllers: false });
  try {
    const client = kube.client();
    for (const definition of [workloadDefinition, repositoryDefinition])
      await client.create(CustomResourceDefinition, definition);
    await client.create(Namespace, { apiVersion: 'v1', kind: 'Namespace', metadata: { name: namespace } });
    const workload = await client.create(Workload, {
      apiVersion: 'slipway.dev/v1alpha1',
      kind: 'Workload',
      metadata: { namespace, name: 'shop' },
      spec: { repository: 'shop' },
    });
    const rules = [{ apiGroups: ['slipway.dev'], resources: ['workloads'], verbs: ['delete'] }];
    const role = { apiVersion: `${apiGroup}/v1`, kind: 'ClusterRole', metadata: { name: 'closer' } };
    await client.create(ClusterRole, { ...role, rules });
    await client.create(RoleBinding, {
      apiVersion: `${apiGroup}/v1`,
      kind: 'RoleBinding',
      metadata: { namespace, name: 'closer' },
      subjects: [{ kind: 'User', name: 'ann', apiGroup }],
      roleRef: { apiGroup, kind: 'ClusterRole', name: 'closer' },
    });
    const missing = (username: string, planned: PlannedItem[]) =>
      missingRights({ client, clock: systemClock }, { username, groups: [] }, workload, planned);
    assert.deepEqual(await missing('ann', []), []);
    assert.deepEqual(
      await missing('ann', [item({}), item({ part: 'images', kind: 'Image', by: 'engine' })]),
      ['delete images.artifacts.slipway.dev shop', 'delete repositories.source.slipway.dev shop'],
    );
    assert.deepEqual(await missing('ann', [item({ action: 'Keep' })]), [], 'what stays needs no right');
    assert.deepEqual(await missing('ann', [item({ by: 'owner' })]), [], 'what its owner takes needs none');
    assert.deepEqual(await missing('ben', []), ['delete workloads.slipway.dev shop']);
  } finally {
    await kube.stop();
  }
});
