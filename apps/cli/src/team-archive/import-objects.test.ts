// Against an API server without controllers: what an import makes, and what it leaves alone.
import assert from 'node:assert/strict';
import { type TestContext, test } from 'node:test';
import type { AnyObject, Kind } from '@slipway/api';
import type { Client } from '@slipway/client';
import {
  Approval,
  approvalDefinition,
  Build,
  buildDefinition,
  CustomResourceDefinition,
  Namespace,
  Promotion,
  promotionDefinition,
  Workload,
  workloadDefinition,
} from '@slipway/kinds';
import { startKube } from '@slipway/kube';
import { createObjects, planObjects } from './import-objects.ts';
import type { ArchivedObject } from './team-format.ts';

const namespace = 'team-shop';
const from = 'the-other-platform';

async function platform(t: TestContext): Promise<Client> {
  const kube = await startKube({ controllers: false });
  t.after(() => kube.stop());
  const client = kube.client();
  for (const definition of [approvalDefinition, buildDefinition, promotionDefinition, workloadDefinition])
    await client.create(CustomResourceDefinition, definition);
  await client.create(Namespace, { apiVersion: 'v1', kind: 'Namespace', metadata: { name: namespace } });
  return client;
}

function archived(
  kind: Kind,
  name: string,
  { spec, status, owner }: { spec: object; status?: object; owner?: string },
): ArchivedObject {
  const ownerReferences = owner
    ? [{ apiVersion: 'slipway.dev/v1alpha1', kind: 'Workload', name: 'web', uid: owner }]
    : [];
  const object = {
    apiVersion: `${kind.group}/${kind.version}`,
    kind: kind.kind,
    metadata: { namespace, name, ...(owner ? { ownerReferences } : {}) },
    spec,
    ...(status ? { status } : {}),
  };
  return {
    object: object as AnyObject,
    uid: `uid-${name}`,
    createdAt: '2026-01-01T00:00:00Z',
    createdBy: 'ann',
  };
}

const workload = archived(Workload as Kind, 'web', { spec: { repository: 'web' } });
const build = archived(Build as Kind, 'web-1', {
  spec: {
    image: 'registry.slipway.internal/shop/web',
    source: { git: { url: 'https://x', revision: 'a'.repeat(40) } },
  },
  status: { phase: 'Succeeded', image: 'registry.slipway.internal/shop/web@sha256:1' },
  owner: 'uid-web',
});
const promotion = archived(Promotion as Kind, 'web-prod', {
  spec: { workload: 'web', to: 'prod' },
  status: { phase: 'Promoted', finishedAt: '2026-01-01T00:00:00Z' },
});
const approval = archived(Approval as Kind, 'yes', {
  spec: {
    object: {
      apiVersion: 'slipway.dev/v1alpha1',
      kind: 'Promotion',
      name: 'web-prod',
      uid: 'uid-web-prod',
      generation: 1,
    },
    decision: 'Approve',
  },
  status: { phase: 'Accepted', by: 'ben' },
});
const all = [workload, build, promotion, approval];

async function importAll(client: Client, objects = all): Promise<string[]> {
  const planned = await planObjects(client, objects, from);
  await createObjects(client, planned, from);
  return planned.map(({ name, state }) => `${name.replace(` ${namespace}/`, ' ')}: ${state}`);
}

test('objects arrive with their past, tied together by their new uids; twice changes nothing', async t => {
  const client = await platform(t);
  const made = await importAll(client);
  assert.deepEqual(made, [
    'Build web-1: create',
    'Promotion web-prod: create',
    'Approval yes: create',
    'Workload web: create',
  ]);
  const owner = await client.get(Workload, { namespace, name: 'web' });
  const there = await client.get(Build, { namespace, name: 'web-1' });
  assert.equal(there.status?.phase, 'Succeeded');
  assert.equal(there.metadata.ownerReferences?.[0]?.uid, owner.metadata.uid);
  const decided = await client.get(Promotion, { namespace, name: 'web-prod' });
  const vote = await client.get(Approval, { namespace, name: 'yes' });
  assert.equal(decided.status?.phase, 'Promoted');
  assert.deepEqual([vote.spec.object.uid, vote.status?.phase], [decided.metadata.uid, 'Accepted']);
  assert.match(vote.metadata.annotations?.['slipway.dev/imported'] ?? '', /"createdBy":"ann"/);
  const again = await importAll(client);
  assert.ok(
    again.every(each => each.endsWith(': unchanged')),
    again.join(', '),
  );
  const { metadata } = await client.get(Build, { namespace, name: 'web-1' });
  assert.equal(metadata.resourceVersion, there.metadata.resourceVersion);
});

test('an import that was interrupted after an object goes on with its status', async t => {
  const client = await platform(t);
  const annotations = { 'slipway.dev/imported': JSON.stringify({ platform: from }) };
  const half = { ...build.object, metadata: { ...build.object.metadata, ownerReferences: [], annotations } };
  await client.create(Build, half as unknown as Build);
  await importAll(client);
  const there = await client.get(Build, { namespace, name: 'web-1' });
  assert.equal(there.status?.phase, 'Succeeded');
  assert.equal(there.metadata.ownerReferences?.length, 1);
});

test('a name that is somebody else’s is a conflict, the same thing is not', async t => {
  const client = await platform(t);
  await client.create(Workload, {
    ...workload.object,
    spec: { repository: 'another' },
  } as unknown as Workload);
  const [, , , last] = (await planObjects(client, all, from)).map(({ name, state }) => [name, state]);
  assert.deepEqual(last, [`Workload ${namespace}/web`, 'conflict']);
});

test('no imported approval is about a promotion that waits here', async t => {
  const client = await platform(t);
  const waiting = await client.create(Promotion, {
    ...promotion.object,
    status: undefined,
  } as unknown as Promotion);
  assert.ok((await importAll(client)).includes('Promotion web-prod: conflict'));
  const vote = await client.get(Approval, { namespace, name: 'yes' });
  assert.notEqual(vote.spec.object.uid, waiting.metadata.uid);
  const still = await client.get(Promotion, { namespace, name: 'web-prod' });
  assert.equal(still.status?.phase, undefined, 'nor does its status come from elsewhere');
});

test('what a controller made meanwhile of what arrived before is what was meant; another thing is not', async t => {
  const client = await platform(t);
  const { spec } = await client.create(Workload, workload.object as unknown as Workload);
  await client.delete(Workload, { namespace, name: 'web' });
  // As a server exports it, with its defaults.
  const whole = archived(Workload as Kind, 'web', { spec });
  const planned = await planObjects(client, [whole], from);
  await client.create(Workload, whole.object as unknown as Workload);
  await createObjects(client, planned, from);
  const again = await planObjects(client, [whole], from);
  assert.deepEqual(
    again.map(({ state }) => state),
    ['unchanged'],
  );
  await client.delete(Workload, { namespace, name: 'web' });
  const other = await planObjects(client, [workload], from);
  await client.create(Workload, {
    ...workload.object,
    spec: { repository: 'another' },
  } as unknown as Workload);
  await assert.rejects(createObjects(client, other, from), /"web" already exists/);
});
