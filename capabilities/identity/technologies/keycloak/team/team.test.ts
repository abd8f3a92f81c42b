import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import { mutate } from '@slipway/client';
import { Environment, Namespace, SubjectAccessReview, Team } from '@slipway/kinds';
import { startIssuer, type TestIssuer, until } from '../testing/issuer.fixture.ts';

let site: TestIssuer;
before(async () => {
  site = await startIssuer({ environments: ['dev'] });
});
after(() => site.stop());

async function addTeam(name: string, spec: Team['spec'] = {}): Promise<void> {
  await site.client.create(Team, {
    apiVersion: 'slipway.dev/v1alpha1',
    kind: 'Team',
    metadata: { name },
    spec,
  });
}

async function reasonOf(name: string): Promise<string | undefined> {
  const team = await site.client.get(Team, { name });
  return team.status?.conditions?.find(condition => condition.type === 'Ready')?.reason;
}

async function may(
  user: string,
  verb: string,
  resource: string,
  namespace: string,
  extra: { name?: string; subresource?: string } = {},
): Promise<boolean> {
  const [plural = '', ...group] = resource.split('.');
  const resourceAttributes = { verb, resource: plural, group: group.join('.'), namespace, ...extra };
  const review = await site.client.create(SubjectAccessReview, {
    apiVersion: 'authorization.k8s.io/v1',
    kind: 'SubjectAccessReview',
    metadata: {},
    spec: { user, groups: ['system:authenticated', 'slipway:people'], resourceAttributes },
  });
  return review.status?.allowed === true;
}

const ACTIONS: [verb: string, resource: string, subresource?: string][] = [
  ['get', 'repositories.source.slipway.dev'],
  ['update', 'repositories.source.slipway.dev'],
  ['create', 'changerequests.source.slipway.dev'],
  ['create', 'approvals.slipway.dev'],
  ['get', 'images.artifacts.slipway.dev'],
  ['update', 'images.artifacts.slipway.dev'],
  ['create', 'templateruns.slipway.dev'],
  ['create', 'workloads.slipway.dev'],
  ['get', 'pods', 'log'],
  ['create', 'pods', 'exec'],
  ['update', 'applications.argoproj.io'],
  ['create', 'promotions.slipway.dev'],
  ['get', 'reports.insights.slipway.dev'],
];

test('a member may do what kinds.md lists in the team’s namespace; a second user may do none of it', async () => {
  await addTeam('shop', { members: ['user:ada'] });
  await until(
    () => may('ada', 'promote', 'environments.slipway.dev', 'team-shop', { name: 'dev' }),
    'everything is bound',
  );
  for (const [verb, resource, subresource] of ACTIONS) {
    const extra = subresource ? { subresource } : {};
    assert.ok(await may('ada', verb, resource, 'team-shop', extra), `ada: ${verb} ${resource}`);
    assert.equal(await may('eve', verb, resource, 'team-shop', extra), false, `eve: ${verb} ${resource}`);
  }
  assert.ok(await may('ada', 'get', 'pods', 'shop-dev'));
  assert.equal(await may('eve', 'get', 'pods', 'shop-dev'), false);
  assert.equal(
    await may('ada', 'create', 'deployments.apps', 'shop-dev'),
    false,
    'what runs is changed through Git',
  );
  assert.equal(await may('ada', 'update', 'platforms.slipway.dev', ''), false);
  const maturity = { name: 'maturity' };
  assert.ok(await may('eve', 'get', 'reports.insights.slipway.dev', 'slipway-system', maturity));
  assert.equal(await may('ada', 'create', 'attestations.insights.slipway.dev', ''), false);
  assert.equal(await may('ada', 'update', 'scorecards.insights.slipway.dev', ''), false);
  assert.ok(await may('ada', 'promote', 'environments.slipway.dev', 'team-shop', { name: 'dev' }));
});

test('a member who is removed is out everywhere, at once', async () => {
  await addTeam('crew', { members: ['user:ada', 'user:bob'] });
  await until(() => may('bob', 'get', 'pods', 'crew-dev'), 'bob is in');
  await mutate(site.client, Team, { name: 'crew' }, draft => {
    draft.spec.members = ['user:ada'];
  });
  await until(async () => !(await may('bob', 'get', 'pods', 'crew-dev')), 'bob is out of the environment');
  await until(
    async () => !(await may('bob', 'get', 'repositories.source.slipway.dev', 'team-crew')),
    'and of the team',
  );
  assert.ok(await may('ada', 'get', 'pods', 'crew-dev'));
});

test('a new environment gets its namespace in every team', async () => {
  await addTeam('later', { members: ['user:ada'] });
  await site.client.create(Environment, {
    apiVersion: 'slipway.dev/v1alpha1',
    kind: 'Environment',
    metadata: { name: 'stage' },
    spec: { order: 2 },
  });
  await until(() => may('ada', 'get', 'pods', 'later-stage'), 'the namespace is there');
  const namespace = await site.client.get(Namespace, { name: 'later-stage' });
  assert.equal(namespace.metadata.labels?.['slipway.dev/environment'], 'stage');
});

test('a namespace that is somebody else’s is never taken', async () => {
  const labels = { 'slipway.dev/team': 'other' };
  await site.client.create(Namespace, {
    apiVersion: 'v1',
    kind: 'Namespace',
    metadata: { name: 'taken-dev', labels },
  });
  await addTeam('taken', { members: ['user:eve'] });
  await until(async () => (await reasonOf('taken')) === 'NamespaceTaken', 'the condition says so');
  assert.equal(await may('eve', 'get', 'pods', 'taken-dev'), false);
  await site.client.create(Namespace, {
    apiVersion: 'v1',
    kind: 'Namespace',
    metadata: { name: 'plain-dev' },
  });
  await addTeam('plain', { members: ['user:eve'] });
  await until(async () => (await reasonOf('plain')) === 'NamespaceTaken', 'nor one without a team');
});

test('a team that goes takes its rights with it', async () => {
  await addTeam('gone', { members: ['user:ada'] });
  await until(() => may('ada', 'get', 'pods', 'gone-dev'), 'ada is in');
  await site.client.delete(Team, { name: 'gone' });
  await until(async () => !(await may('ada', 'get', 'pods', 'gone-dev')), 'ada is out');
});
