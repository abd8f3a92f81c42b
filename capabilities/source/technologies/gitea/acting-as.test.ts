import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import { ClusterRole, ClusterRoleBinding } from '@slipway/kinds';
import { startTestPlatform, type TestPlatform } from './platform.fixture.ts';
import { type RestClient, restClient } from './rest-client.fixture.ts';

const [BEN, ROBOT] = ['ben', 'robot'].map(name => `system:serviceaccount:team-default:${name}`);
const AS_BEN = { 'impersonate-user': BEN ?? '', 'impersonate-group': 'system:serviceaccounts' };
const PROPOSAL = { head: 'topic', base: 'main', title: 'For Ben' };

let platform: TestPlatform;
let robot: string;
const clients: RestClient[] = [];

const client = (token: string, headers: Record<string, string> = {}) => {
  const made = restClient(platform, token, { headers });
  clients.push(made);
  return made;
};

before(async () => {
  platform = await startTestPlatform();
  robot = await platform.token('robot', ['get']);
});
after(async () => {
  for (const each of clients) each.close();
  await platform.stop();
});

async function mayImpersonate(): Promise<void> {
  const apiVersion = 'rbac.authorization.k8s.io/v1';
  const resources = ['users', 'groups', 'serviceaccounts'];
  await platform.client.create(ClusterRole, {
    apiVersion,
    kind: 'ClusterRole',
    metadata: { name: 'acts' },
    rules: [{ apiGroups: [''], resources, verbs: ['impersonate'] }],
  });
  await platform.client.create(ClusterRoleBinding, {
    apiVersion,
    kind: 'ClusterRoleBinding',
    metadata: { name: 'robot-acts' },
    roleRef: { apiGroup: 'rbac.authorization.k8s.io', kind: 'ClusterRole', name: 'acts' },
    subjects: [{ kind: 'ServiceAccount', name: 'robot', namespace: 'team-default' }],
  });
}

test('who may impersonate acts at the Git door in the name of others, with their rights and no more', async () => {
  const ben = client(await platform.token('ben', ['get', 'create', 'update'], ['open', 'approve']));
  assert.equal((await ben.post('/orgs/default/repos', { name: 'acting', auto_init: true })).status, 201);
  const content = Buffer.from('hello').toString('base64');
  const file = { branch: 'main', new_branch: 'topic', message: 'more', content };
  assert.equal((await ben.post('/repos/default/acting/contents/a.txt', file)).status, 201);
  assert.equal((await client(robot, AS_BEN).get('/user')).status, 401, 'the right is missing');
  await mayImpersonate();
  assert.equal((await client(robot, AS_BEN).get('/user')).body.login, BEN);
  assert.equal((await client(robot, { 'impersonate-group': 'leads' }).get('/user')).status, 401, 'of nobody');
  assert.equal((await client(robot).get('/user')).body.login, ROBOT);
  const pulls = '/repos/default/acting/pulls';
  assert.equal((await client(robot).post(pulls, PROPOSAL)).status, 403, 'alone it may not');
  const eve = { 'impersonate-user': 'eve' };
  assert.equal((await client(robot, eve).post(pulls, PROPOSAL)).status, 404, 'eve may not even read it');
  const opened = await client(robot, AS_BEN).post(pulls, PROPOSAL);
  assert.equal(opened.body.user?.login, BEN, opened.text);
  const approval = await ben.post(`${pulls}/1/reviews`, { event: 'APPROVED' });
  assert.equal(approval.status, 422, 'it is his own change');
  const [record] = await platform.kube.server.audit.search({ door: 'git', actor: BEN ?? '' });
  assert.match(record?.source ?? '', new RegExp(` via ${ROBOT}`));
});
