import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { Stored, UserInfo } from '@slipway/api';
import { Approval, Promotion, type PromotionStatus } from '@slipway/kinds';
import type { PolicyGround } from './contract.ts';

const DEADLINE_MS = 15_000;
/** Persons of the suite; the ground gives all of them the rights to promote and to approve. */
const PERSONS = {
  ann: { username: 'ann', uid: 'u-ann', groups: ['developers', 'releasers'] },
  ben: { username: 'ben', uid: 'u-ben', groups: ['releasers'] },
  cleo: { username: 'cleo', uid: 'u-cleo', groups: ['developers'] },
} satisfies Record<string, UserInfo>;
const WANTED = { wanted: [{ group: 'releasers', count: 1, selfApproval: false, given: 0 }], given: [] };

/** The suite that every policy technology passes, on any engine. Call it once with a ground that stays up. */
export function policyConformance(name: string, ground: () => PolicyGround): void {
  test(`${name}: a decision counts for the groups its giver is in`, async () => {
    const promotion = await promote(ground(), 'counts');
    const { status } = await decide(ground(), promotion, { by: PERSONS.ben });
    assert.equal(status?.phase, 'Accepted');
    assert.equal(status?.by, 'ben');
    assert.deepEqual(status?.groups, ['releasers']);
  });

  test(`${name}: who is not in the group, and who promotes, do not count`, async () => {
    const promotion = await promote(ground(), 'others');
    assert.equal((await decide(ground(), promotion, { by: PERSONS.cleo })).status?.reason, 'NotInGroup');
    assert.equal((await decide(ground(), promotion, { by: PERSONS.ann })).status?.reason, 'SelfApproval');
  });

  test(`${name}: who gave a decision is what the API server saw, whatever the object says`, async () => {
    const promotion = await promote(ground(), 'forged');
    const claimed = JSON.stringify(PERSONS.ben);
    const approval = await decide(ground(), promotion, { by: PERSONS.cleo, claimed });
    assert.equal(approval.status?.by, 'cleo');
    assert.equal(approval.status?.phase, 'Refused');
  });

  test(`${name}: a decision on an outdated generation does not count`, async () => {
    const promotion = await promote(ground(), 'outdated');
    const { client, namespace } = ground();
    const body = { spec: { reason: 'other words' } };
    const changed = await client.patch(Promotion, { namespace, name: 'outdated' }, { type: 'merge', body });
    await observe(ground(), 'outdated', { observedGeneration: changed.metadata.generation ?? 0 });
    const { status } = await decide(ground(), promotion, { by: PERSONS.ben });
    assert.equal(status?.reason, 'OutdatedGeneration');
  });

  test(`${name}: a person has one vote`, async () => {
    const promotion = await promote(ground(), 'votes');
    await decide(ground(), promotion, { by: PERSONS.ben, name: 'votes-1' });
    const second = await decide(ground(), promotion, {
      by: PERSONS.ben,
      name: 'votes-2',
      decision: 'Reject',
    });
    assert.equal(second.status?.reason, 'AlreadyVoted');
  });

  test(`${name}: who comes after the decision is told what was decided, and by whom`, async () => {
    const promotion = await promote(ground(), 'late');
    await decide(ground(), promotion, { by: PERSONS.ben, name: 'late-ben' });
    const given = [
      { approval: 'late-ben', by: 'ben', decision: 'Approve' as const, at: '2026-01-01T00:00:00Z' },
    ];
    await observe(ground(), 'late', {
      phase: 'Promoting',
      decidedAt: '2026-01-01T00:00:00Z',
      approvals: { ...WANTED, given },
    });
    const late = await decide(ground(), promotion, { by: PERSONS.ann, name: 'late-ann', decision: 'Reject' });
    assert.equal(late.status?.reason, 'AlreadyDecided');
    assert.match(late.status?.message ?? '', /Approve by ben/);
    const first = await ground().client.get(Approval, { namespace: ground().namespace, name: 'late-ben' });
    assert.equal(first.status?.phase, 'Accepted');
  });

  test(`${name}: neither a decision nor a decided promotion changes`, async () => {
    const promotion = await promote(ground(), 'final');
    await decide(ground(), promotion, { by: PERSONS.ben, name: 'final-ben' });
    const { client, namespace } = ground();
    const reject = { type: 'merge' as const, body: { spec: { decision: 'Reject' } } };
    await assert.rejects(client.patch(Approval, { namespace, name: 'final-ben' }, reject), /does not change/);
    await observe(ground(), 'final', { phase: 'Promoted', decidedAt: '2026-01-01T00:00:00Z' });
    const other = { type: 'merge' as const, body: { spec: { image: 'registry/other@sha256:1' } } };
    await assert.rejects(client.patch(Promotion, { namespace, name: 'final' }, other), /is decided/);
  });

  test(`${name}: a ServiceAccount approves nothing`, async () => {
    const promotion = await promote(ground(), 'machines');
    const by = { username: 'system:serviceaccount:default:robot', groups: ['releasers'] };
    const vote = { by, name: 'machines-robot' };
    await assert.rejects(decide(ground(), promotion, vote), { reason: 'Forbidden' });
  });
}

/** A promotion by ann, as delivery shows it while it waits. */
async function promote({ as, namespace, client }: PolicyGround, name: string): Promise<Stored<Promotion>> {
  const made = await as(PERSONS.ann).create(Promotion, {
    apiVersion: 'slipway.dev/v1alpha1',
    kind: 'Promotion',
    metadata: { namespace, name },
    spec: { workload: 'shop', to: 'prod' },
  });
  const status = { phase: 'Waiting' as const, observedGeneration: 1, approvals: WANTED };
  await observe({ client, namespace }, name, status);
  return made;
}

async function observe(
  { client, namespace }: Pick<PolicyGround, 'client' | 'namespace'>,
  name: string,
  status: PromotionStatus,
): Promise<void> {
  await client.patch(
    Promotion,
    { namespace, name },
    { type: 'merge', body: { status } },
    { subresource: 'status' },
  );
}

/** Resolves with the Approval when it is judged. */
async function decide(
  { as, client, namespace }: PolicyGround,
  { metadata }: Stored<Promotion>,
  vote: { by: UserInfo; name?: string; decision?: 'Approve' | 'Reject'; claimed?: string },
): Promise<Stored<Approval>> {
  const name = vote.name ?? `${metadata.name}-${vote.by.username}`;
  const object = {
    apiVersion: 'slipway.dev/v1alpha1',
    kind: 'Promotion',
    name: metadata.name,
    uid: metadata.uid,
    generation: metadata.generation ?? 1,
  };
  await as(vote.by).create(Approval, {
    apiVersion: 'slipway.dev/v1alpha1',
    kind: 'Approval',
    metadata: {
      namespace,
      name,
      ...(vote.claimed ? { annotations: { 'slipway.dev/created-by': vote.claimed } } : {}),
    },
    spec: { object, decision: vote.decision ?? 'Approve' },
  });
  const deadline = performance.now() + DEADLINE_MS;
  for (;;) {
    const approval = await client.get(Approval, { namespace, name });
    if (approval.status?.phase) return approval;
    assert.ok(performance.now() < deadline, `never judged: ${name}`);
    await new Promise(resolve => setTimeout(resolve, 10));
  }
}
