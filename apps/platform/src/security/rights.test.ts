import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import { ClusterRoleBinding } from '@slipway/kinds';
import { type Kube, startKube } from '@slipway/kube';
import { wideRights } from './rights.ts';

let kube: Kube;

before(async () => {
  kube = await startKube({ controllers: false });
});
after(() => kube.stop());

const group = 'rbac.authorization.k8s.io';

test('wideRights() finds nothing wide in a cluster as it comes', async () => {
  const [strangers, everybody, administrators] = await look();
  assert.deepEqual([strangers?.result, everybody?.result], ['ok', 'ok']);
  assert.deepEqual(administrators, { result: 'ok', found: 'Group system:masters' });
});

const bindings: { subject: { kind: 'User' | 'Group'; name: string }; role: string; expected: string[] }[] = [
  { subject: { kind: 'User', name: 'system:anonymous' }, role: 'view', expected: ['bad', 'ok', 'ok'] },
  { subject: { kind: 'Group', name: 'system:unauthenticated' }, role: 'view', expected: ['bad', 'ok', 'ok'] },
  { subject: { kind: 'Group', name: 'system:authenticated' }, role: 'view', expected: ['ok', 'warn', 'ok'] },
  { subject: { kind: 'User', name: 'ann' }, role: 'cluster-admin', expected: ['ok', 'ok', 'warn'] },
  { subject: { kind: 'User', name: 'ann' }, role: 'view', expected: ['ok', 'ok', 'ok'] },
];
for (const { subject, role, expected } of bindings) {
  test(`wideRights() says ${expected.join(', ')} when ${subject.name} is bound to ${role}`, async () => {
    const client = kube.client();
    await client.create(ClusterRoleBinding, {
      apiVersion: `${group}/v1`,
      kind: 'ClusterRoleBinding',
      metadata: { name: 'wide' },
      subjects: [{ ...subject, apiGroup: group }],
      roleRef: { apiGroup: group, kind: 'ClusterRole', name: role },
    });
    const seen = await look();
    await client.delete(ClusterRoleBinding, { name: 'wide' });
    assert.deepEqual(
      seen.map(({ result }) => result),
      expected,
    );
    for (const { result, found } of seen) if (result !== 'ok') assert.match(found, /wide|ann/);
  });
}

function look() {
  return Promise.all(wideRights(kube.client()).map(check => check.look(new AbortController().signal)));
}
