import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { KubeObject, UserInfo } from '@slipway/api';
import type { PolicyRule } from '@slipway/kinds';
import { memoryStore } from '../authn/memory-store.ts';
import type { Attributes, Decision } from '../http/seams.ts';
import { rbacAuthorizer } from './authorizer.ts';
import { createRbacIndex } from './rbac-index.ts';

const RBAC = 'rbac.authorization.k8s.io';
const ada: UserInfo = { username: 'ada', groups: ['dev', 'system:authenticated'] };
const robot: UserInfo = { username: 'system:serviceaccount:a:robot', groups: ['system:serviceaccounts'] };

function setup() {
  const store = memoryStore();
  const index = createRbacIndex(store);
  const authorize = rbacAuthorizer(index);
  const put = (plural: string, object: object) => store.put(`${RBAC}/${plural}`, object as KubeObject);
  return {
    store,
    role: (name: string, rules: PolicyRule[], more: object = {}) =>
      put('clusterroles', { kind: 'ClusterRole', metadata: { name, ...more }, rules }),
    aggregated: (name: string, label: string, labels: object = {}) =>
      put('clusterroles', {
        kind: 'ClusterRole',
        metadata: { name, labels },
        aggregationRule: { clusterRoleSelectors: [{ matchLabels: { [label]: 'true' } }] },
      }),
    bind: (name: string, roleName: string, subject: object, namespace?: string) =>
      put(namespace ? 'rolebindings' : 'clusterrolebindings', {
        metadata: { name, ...(namespace ? { namespace } : {}) },
        subjects: [subject],
        roleRef: { apiGroup: RBAC, kind: 'ClusterRole', name: roleName },
      }),
    may: async (user: UserInfo, namespace: string | undefined): Promise<Decision> => {
      const attributes: Attributes = {
        verb: 'get',
        group: '',
        version: 'v1',
        resource: 'pods',
        ...(namespace ? { namespace } : {}),
      };
      return await authorize(user, attributes);
    },
  };
}
const readPods: PolicyRule[] = [{ verbs: ['get'], apiGroups: [''], resources: ['pods'] }];

test('a ClusterRoleBinding holds everywhere, a RoleBinding in its namespace', async () => {
  const { role, bind, may } = setup();
  role('reader', readPods);
  bind('here', 'reader', { kind: 'Group', name: 'dev' }, 'a');
  assert.deepEqual(await may(ada, 'a'), {
    allowed: true,
    reason: 'RBAC: allowed by RoleBinding "here/a" of ClusterRole "reader" to Group "dev"',
  });
  assert.equal((await may(ada, 'b')).allowed, false);
  assert.equal((await may(ada, undefined)).allowed, false);
  bind('everywhere', 'reader', { kind: 'User', name: 'ada' });
  assert.equal((await may(ada, 'b')).allowed, true);
  assert.equal((await may(ada, undefined)).allowed, true);
});

test('a ServiceAccount subject without a namespace means the binding’s own', async () => {
  const { role, bind, may } = setup();
  role('reader', readPods);
  bind('x', 'reader', { kind: 'ServiceAccount', name: 'robot' }, 'a');
  assert.equal((await may(robot, 'a')).allowed, true);
  bind('y', 'reader', { kind: 'ServiceAccount', name: 'robot', namespace: 'other' }, 'b');
  assert.equal((await may(robot, 'b')).allowed, false);
});

test('what is taken away is gone with the next question', async () => {
  const { store, role, bind, may } = setup();
  role('reader', readPods);
  bind('x', 'reader', { kind: 'User', name: 'ada' }, 'a');
  assert.equal((await may(ada, 'a')).allowed, true);
  bind('x', 'reader', { kind: 'User', name: 'bob' }, 'a');
  assert.equal((await may(ada, 'a')).allowed, false);
  bind('x', 'reader', { kind: 'User', name: 'ada' }, 'a');
  store.remove(`${RBAC}/clusterroles`, 'reader');
  assert.equal((await may(ada, 'a')).allowed, false);
});

test('an aggregated role has what it selects, through levels and without end in a circle', async () => {
  const { role, aggregated, bind, may } = setup();
  aggregated('admin', 'to-admin');
  aggregated('edit', 'to-edit', { 'to-admin': 'true' });
  bind('x', 'admin', { kind: 'User', name: 'ada' });
  assert.equal((await may(ada, 'a')).allowed, false);
  role('pods', readPods, { labels: { 'to-edit': 'true' } });
  assert.equal((await may(ada, 'a')).allowed, true);
  aggregated('circle', 'to-circle', { 'to-circle': 'true', 'to-admin': 'true' });
  assert.equal((await may(ada, 'a')).allowed, true);
});

test('system:masters may do everything', async () => {
  const { may } = setup();
  assert.equal((await may({ username: 'root', groups: ['system:masters'] }, 'a')).allowed, true);
});

test('a limit leaves of what groups give only what its role allows, and gives nothing itself', async () => {
  const { role, bind, may } = setup();
  const limited = (...names: string[]): UserInfo => ({
    ...ada,
    groups: [...ada.groups, ...names.map(name => `system:limited-to:${name}`)],
  });
  role('reader', readPods);
  role('other', [{ verbs: ['get'], apiGroups: [''], resources: ['secrets'] }]);
  assert.equal((await may(limited('reader'), 'a')).allowed, false, 'a limit is no right');
  bind('here', 'reader', { kind: 'Group', name: 'dev' }, 'a');
  assert.equal((await may(ada, 'a')).allowed, true);
  assert.equal((await may(limited('reader'), 'a')).allowed, true);
  assert.equal((await may(limited('other'), 'a')).allowed, false, 'it is limited to something else');
  assert.equal((await may(limited('other', 'reader'), 'a')).allowed, true, 'limits add up');
  assert.equal((await may(limited('gone'), 'a')).allowed, false, 'a role that is gone allows nothing');
  const master = { ...limited('other'), groups: [...limited('other').groups, 'system:masters'] };
  assert.equal((await may(master, 'a')).allowed, false, 'masters are limited, too');
});
