// Against the real API server: what a plan changes, leaves and takes away, and how revisions are kept.
import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import {
  CustomResourceDefinition,
  componentDefinition,
  environmentDefinition,
  Platform,
  platformDefinition,
  Team,
  teamDefinition,
} from '@slipway/kinds';
import { type Kube, startKube } from '@slipway/kube';
import { applyObjects } from './apply.ts';
import { diffPlan } from './diff.ts';
import type { PlatformDocument } from './document.ts';
import { type Plan, plan } from './plan.ts';
import { probeOutcome, probeRequests, requestProbe } from './probe-request.ts';
import { listRevisions, recordRevision } from './revision.ts';
import type { Selection } from './selection.ts';
import { prune, staleObjects } from './stale.ts';

let kube: Kube;
/** What the probes of this test's platform say. */
let failed: string[] = [];
const by = { actor: 'ann', cause: 'test' };

function documentOf(spec: PlatformDocument['spec'] = {}): PlatformDocument {
  return { apiVersion: 'slipway.dev/v1alpha1', kind: 'Platform', metadata: { name: 'acme' }, spec };
}

function planOf(teams: string[]): Plan {
  const selection = {
    name: 'acme',
    components: [],
    environments: [{ name: 'dev', order: 1 }],
    teams: teams.map(name => ({ name, members: [], may: [] })),
    document: documentOf({ teams: teams.map(name => ({ name })) }),
  };
  return plan(selection as unknown as Selection);
}

before(async () => {
  kube = await startKube();
  const client = kube.client();
  for (const definition of [platformDefinition, componentDefinition, environmentDefinition, teamDefinition])
    await client.create(CustomResourceDefinition, definition);
  await applyObjects(client, planOf(['default', 'payments']).objects);
  kube.runtime.add([probeRequests(async () => failed)], client);
  await kube.runtime.start();
});
after(() => kube.stop());

test('diffPlan() of what was applied is empty, and of a hand edit names the field', async () => {
  const client = kube.client();
  const wanted = planOf(['default', 'payments']);
  assert.deepEqual(await diffPlan(client, wanted), []);
  const body = { spec: { members: ['user:eve'] } };
  await client.patch(Team, { name: 'payments' }, { type: 'merge', body });
  const [drift, ...others] = await diffPlan(client, wanted);
  assert.equal(others.length, 0);
  assert.deepEqual(drift?.fields, [{ field: 'spec.members.0', old: 'user:eve', new: undefined }]);
  await applyObjects(client, wanted.objects);
  assert.deepEqual(await diffPlan(client, wanted), [], 'applying undoes it');
});

test('staleObjects() names what an earlier definition made, never what somebody made by hand', async () => {
  const client = kube.client();
  const metadata = { name: 'guests' };
  await client.create(Team, { apiVersion: 'slipway.dev/v1alpha1', kind: 'Team', metadata, spec: {} });
  const wanted = planOf(['default']);
  const stale = await staleObjects(client, wanted);
  assert.deepEqual(await prune(client, stale), ['Team payments']);
  const { items } = await client.list(Team);
  assert.deepEqual(items.map(item => item.metadata.name).toSorted(), ['default', 'guests']);
  assert.deepEqual(await prune(client, stale), ['Team payments'], 'gone already is fine');
});

test('recordRevision() numbers definitions and keeps the same one once', async () => {
  const client = kube.client();
  assert.deepEqual(await listRevisions(client), []);
  assert.equal((await recordRevision(client, documentOf({ domain: 'a.localhost' }), by)).revision, 1);
  assert.equal((await recordRevision(client, documentOf({ domain: 'a.localhost' }), by)).revision, 1);
  assert.equal((await recordRevision(client, documentOf({ domain: 'b.localhost' }), by)).revision, 2);
  assert.equal((await recordRevision(client, documentOf({ domain: 'a.localhost' }), by)).revision, 3);
  const kept = await listRevisions(client);
  assert.deepEqual(
    kept.map(each => [each.revision, each.actor, each.cause, each.document.spec?.domain]),
    [
      [1, 'ann', 'test', 'a.localhost'],
      [2, 'ann', 'test', 'b.localhost'],
      [3, 'ann', 'test', 'a.localhost'],
    ],
  );
});

test('recordRevision() of two people at the same moment keeps one, and tells the other', async () => {
  const client = kube.client();
  const both = await Promise.allSettled(
    ['x.localhost', 'y.localhost'].map(domain => recordRevision(client, documentOf({ domain }), by)),
  );
  assert.deepEqual(both.map(each => each.status).toSorted(), ['fulfilled', 'rejected']);
  const refused = both.find(each => each.status === 'rejected');
  assert.match(String(refused?.reason), /somebody else applied one at the same moment/);
});

test('a requested probe says what does not answer, and asks until it does', async () => {
  const client = kube.client();
  failed = ['ingress: refused'];
  await requestProbe(client, 'acme', 'first');
  assert.deepEqual(await answered('first', outcome => outcome.length > 0), ['ingress: refused']);
  failed = [];
  assert.deepEqual(await answered('first', outcome => outcome.length === 0), []);
  await requestProbe(client, 'acme', 'second');
  assert.deepEqual(await answered('second', () => true), []);
  assert.equal((await client.get(Platform, { name: 'acme' })).status?.probe?.mark, 'second');
});

async function answered(mark: string, isIt: (outcome: string[]) => boolean): Promise<string[]> {
  for (;;) {
    const outcome = await probeOutcome(kube.client(), 'acme', mark);
    if (outcome && isIt(outcome)) return outcome;
    await new Promise(resolve => setTimeout(resolve, 20));
  }
}
