import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { Stored, UserInfo } from '@slipway/api';
import { type Approval, CREATED_BY, type Promotion, type PromotionStatus } from '@slipway/kinds';
import { judge } from './plan.ts';

const ann: UserInfo = { username: 'ann', uid: 'u-ann', groups: ['managers'] };
const ben: UserInfo = { username: 'ben', uid: 'u-ben', groups: ['managers', 'security'] };
const apiVersion = 'slipway.dev/v1alpha1';
const times = { creationTimestamp: '2026-01-01T00:00:00Z', resourceVersion: '1' };
const wanted = (group: string, selfApproval = false) => ({ group, count: 1, selfApproval, given: 0 });

function promotion(status: PromotionStatus = {}, generation = 1): Stored<Promotion> {
  const annotations = { [CREATED_BY]: JSON.stringify(ann) };
  return {
    apiVersion,
    kind: 'Promotion',
    metadata: { name: 'p', namespace: 'team-a', uid: 'u-p', generation, annotations, ...times },
    spec: { workload: 'shop', to: 'prod' },
    status: {
      observedGeneration: generation,
      approvals: { wanted: [wanted('managers')], given: [] },
      ...status,
    },
  };
}

interface Vote {
  by?: UserInfo | null;
  decision?: 'Approve' | 'Reject';
  object?: Partial<Approval['spec']['object']>;
  name?: string;
  status?: Approval['status'];
}

function vote({ by = ben, decision = 'Approve', object, name = 'v', status }: Vote = {}): Stored<Approval> {
  const annotations = by ? { [CREATED_BY]: JSON.stringify(by) } : {};
  return {
    apiVersion,
    kind: 'Approval',
    metadata: { name, namespace: 'team-a', uid: `u-${name}`, annotations, ...times },
    spec: {
      object: { apiVersion, kind: 'Promotion', name: 'p', uid: 'u-p', generation: 1, ...object },
      decision,
    },
    ...(status ? { status } : {}),
  };
}

interface Row {
  because: string;
  vote?: Vote;
  on?: Stored<Promotion> | null;
  others?: Stored<Approval>[];
  gives: string | undefined;
}
const decided: PromotionStatus = { phase: 'Promoting', decidedAt: '2026-01-01T00:00:00Z' };
const counted = { approval: 'v', by: 'ben', decision: 'Approve' as const, at: '' };
const rows: Row[] = [
  { because: 'ben is in the group', gives: 'Accepted' },
  { because: 'delivery has not looked at it', on: promotion({ observedGeneration: 0 }), gives: undefined },
  {
    because: 'only promotions are judged',
    vote: { object: { kind: 'ChangeRequest' } },
    gives: 'KindUnsupported',
  },
  { because: 'nobody is recorded', vote: { by: null }, gives: 'PersonUnknown' },
  { because: 'the promotion is gone', on: null, gives: 'ObjectGone' },
  { because: 'another has its name now', vote: { object: { uid: 'u-old' } }, gives: 'ObjectGone' },
  { because: 'it was changed since', on: promotion({}, 2), gives: 'OutdatedGeneration' },
  { because: 'it will be so perhaps', vote: { object: { generation: 7 } }, gives: 'OutdatedGeneration' },
  {
    because: 'ben decided before',
    vote: { name: 'w' },
    others: [vote({ decision: 'Reject' })],
    gives: 'AlreadyVoted',
  },
  {
    because: 'a refused vote is none',
    vote: { name: 'w' },
    others: [vote({ status: { phase: 'Refused' } })],
    gives: 'Accepted',
  },
  {
    because: 'a vote on another generation is another',
    vote: { name: 'w' },
    others: [vote({ object: { generation: 9 } })],
    gives: 'Accepted',
  },
  {
    because: 'nothing is wanted',
    on: promotion({ approvals: { wanted: [], given: [] } }),
    gives: 'NotWanted',
  },
  {
    because: 'another group is wanted',
    on: promotion({ approvals: { wanted: [wanted('others')], given: [] } }),
    gives: 'NotInGroup',
  },
  { because: 'ann promotes it', vote: { by: ann }, gives: 'SelfApproval' },
  {
    because: 'a new name does not make another person',
    vote: { by: { ...ann, username: 'anna' } },
    gives: 'SelfApproval',
  },
  { because: 'another person has her name', vote: { by: { ...ann, uid: 'u-new' } }, gives: 'Accepted' },
  {
    because: 'the rule allows it',
    vote: { by: ann },
    on: promotion({ approvals: { wanted: [wanted('managers', true)], given: [] } }),
    gives: 'Accepted',
  },
  {
    because: 'who promotes may take it back',
    vote: { by: { ...ann, groups: [] }, decision: 'Reject' },
    gives: 'Accepted',
  },
  {
    because: 'strangers do not reject',
    vote: { by: { username: 'eve', groups: [] }, decision: 'Reject' },
    gives: 'NotInGroup',
  },
  {
    because: 'it is part of the decision',
    on: promotion({ ...decided, approvals: { wanted: [], given: [counted] } }),
    gives: 'Accepted',
  },
  {
    because: 'it came too late',
    on: promotion({ ...decided, approvals: { wanted: [], given: [] } }),
    gives: 'AlreadyDecided',
  },
  {
    because: 'what was accepted but not counted came too late, too',
    vote: { status: { phase: 'Accepted' } },
    on: promotion({ ...decided, approvals: { wanted: [], given: [] } }),
    gives: 'AlreadyDecided',
  },
  {
    because: 'what was refused stays so',
    vote: { status: { phase: 'Refused', reason: 'NotInGroup' } },
    on: promotion({ ...decided }),
    gives: 'NotInGroup',
  },
];
for (const { because, vote: given, on, others = [], gives } of rows) {
  test(`judge() gives ${gives}: ${because}`, () => {
    const approval = vote(given);
    const about = on === null ? undefined : (on ?? promotion());
    const verdict = judge({ approval, promotion: about, approvals: [...others, approval] });
    assert.equal(verdict?.phase === 'Refused' ? verdict.reason : verdict?.phase, gives);
  });
}

test('judge() counts a person for every wanted group they are in', () => {
  const approvals = { wanted: [wanted('managers'), wanted('security'), wanted('others')], given: [] };
  const verdict = judge({ approval: vote(), promotion: promotion({ approvals }), approvals: [] });
  assert.deepEqual(verdict && 'groups' in verdict && verdict.groups, ['managers', 'security']);
});
