import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import { Entity, Namespace, Team, User } from '@slipway/kinds';
import { eventually, type PortalStage, stagePortal } from '../portal.fixture.ts';

let stage: PortalStage;
before(async () => {
  stage = await stagePortal();
  const metadata = { name: 'slipway-system' };
  await stage.client.create(Namespace, { apiVersion: 'v1', kind: 'Namespace', metadata });
});
after(() => stage.stop());

test('teams and people stand in the catalog, related to each other, as long as they are there', async () => {
  const { client } = stage;
  const group = { namespace: 'team-default', name: 'group.default' };
  await client.create(User, {
    apiVersion: 'identity.slipway.dev/v1alpha1',
    kind: 'User',
    metadata: { name: 'ann' },
    spec: { displayName: 'Ann', email: 'ann@example.com' },
  });
  await client.create(Team, {
    apiVersion: 'slipway.dev/v1alpha1',
    kind: 'Team',
    metadata: { name: 'default' },
    spec: { members: ['user:ann', 'group:others'] },
  });
  const relation = { type: 'hasMember', targetRef: 'user:default/ann' };
  await eventually('the group’s members', async () => {
    const relations = (await client.find(Entity, group))?.status?.relations ?? [];
    return relations.some(each => JSON.stringify(each) === JSON.stringify(relation));
  });
  const ann = await eventually('the person', () =>
    client.find(Entity, { namespace: 'slipway-system', name: 'user.ann' }),
  );
  assert.deepEqual(
    ann.spec.entity.spec,
    { memberOf: [], profile: { displayName: 'Ann' } },
    'no mail address',
  );
  await client.delete(Team, { name: 'default' });
  await eventually('the group is gone', async () => (await client.find(Entity, group)) === undefined);
});

test('a group that a team’s own catalog file describes is left as it is', async () => {
  const { client } = stage;
  const entity = {
    apiVersion: 'backstage.io/v1alpha1',
    kind: 'Group',
    metadata: { name: 'default', namespace: 'default', title: 'Its own' },
    spec: { type: 'team', children: [] },
  };
  const metadata = { namespace: 'team-default', name: 'group.default' };
  const own = { apiVersion: 'catalog.slipway.dev/v1alpha1', kind: 'Entity', metadata, spec: { entity } };
  await client.create(Entity, own);
  const team = { apiVersion: 'slipway.dev/v1alpha1', kind: 'Team', metadata: { name: 'default' }, spec: {} };
  await client.create(Team, team);
  await client.create(User, {
    apiVersion: 'identity.slipway.dev/v1alpha1',
    kind: 'User',
    metadata: { name: 'ben' },
    spec: {},
  });
  await eventually('what came after it', () =>
    client.find(Entity, { namespace: 'slipway-system', name: 'user.ben' }),
  );
  assert.equal((await client.get(Entity, metadata)).spec.entity.metadata.title, 'Its own');
});
