import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { Environment, Promotion, PromotionStatus, Workload, WorkloadEnvironment } from '@slipway/kinds';
import { canUndo, matrixOf, openTo, waitsFor, wayTo } from './ways.ts';

const environments: Environment[] = [
  {
    apiVersion: 'slipway.dev/v1alpha1',
    kind: 'Environment',
    metadata: { name: 'prod' },
    spec: { order: 2, promotion: { from: 'dev' } },
  },
  { apiVersion: 'slipway.dev/v1alpha1', kind: 'Environment', metadata: { name: 'dev' }, spec: { order: 1 } },
];

function service(...states: Partial<WorkloadEnvironment>[]): Workload {
  const known = { namespace: '', application: '', url: '', healthy: true, revision: 'r' };
  return {
    apiVersion: 'slipway.dev/v1alpha1',
    kind: 'Workload',
    metadata: { name: 'shop', namespace: 'team-default' },
    spec: { repository: 'shop' },
    status: { environments: states.map(each => ({ name: '', ...known, ...each })) },
  };
}

const ways: { because: string; given: Workload; to: string; image: string | undefined }[] = [
  {
    because: 'another image runs healthy in dev',
    given: service({ name: 'dev', image: 'b' }, { name: 'prod', image: 'a' }),
    to: 'prod',
    image: 'b',
  },
  {
    because: 'nothing runs in prod yet',
    given: service({ name: 'dev', image: 'b' }, { name: 'prod', healthy: false }),
    to: 'prod',
    image: 'b',
  },
  {
    because: 'it runs there already',
    given: service({ name: 'dev', image: 'b' }, { name: 'prod', image: 'b' }),
    to: 'prod',
    image: undefined,
  },
  {
    because: 'dev is not healthy',
    given: service({ name: 'dev', image: 'b', healthy: false }, { name: 'prod' }),
    to: 'prod',
    image: undefined,
  },
  {
    because: 'nothing is promoted to the first environment',
    given: service({ name: 'dev', image: 'b' }),
    to: 'dev',
    image: undefined,
  },
];
for (const { because, given, to, image } of ways) {
  test(`wayTo() gives ${image ?? 'nothing'}: ${because}`, () => {
    assert.equal(wayTo(given, to, environments)?.image, image);
  });
}

function promotion(status: PromotionStatus): Promotion {
  return {
    apiVersion: 'slipway.dev/v1alpha1',
    kind: 'Promotion',
    metadata: { name: 'p' },
    spec: { workload: 'shop', to: 'prod' },
    status,
  };
}
const wanted = [{ group: 'managers', count: 1, selfApproval: false, given: 0 }];
const given = [{ approval: 'x', by: 'ben', decision: 'Approve' as const, at: '' }];

const waits: {
  because: string;
  status: PromotionStatus;
  name?: string;
  groups?: string[];
  expected: boolean;
}[] = [
  {
    because: 'ben is in the group',
    status: { phase: 'Waiting', promotedBy: 'ann', approvals: { wanted, given: [] } },
    expected: true,
  },
  {
    because: 'it is decided',
    status: { phase: 'Promoted', promotedBy: 'ann', approvals: { wanted, given: [] } },
    expected: false,
  },
  {
    because: 'ben promotes it',
    status: { phase: 'Waiting', promotedBy: 'ben', approvals: { wanted, given: [] } },
    expected: false,
  },
  {
    because: 'ben decided',
    status: { phase: 'Waiting', promotedBy: 'ann', approvals: { wanted, given } },
    expected: false,
  },
  {
    because: 'others are wanted',
    status: { phase: 'Waiting', promotedBy: 'ann', approvals: { wanted, given: [] } },
    groups: ['x'],
    expected: false,
  },
];
for (const { because, status, groups = ['managers'], expected } of waits) {
  test(`waitsFor() is ${expected} when ${because}`, () => {
    assert.equal(waitsFor(promotion(status), { name: 'ben', groups }), expected);
  });
}

test('canUndo() holds as long as what was promoted runs and something ran before', () => {
  const difference = {
    before: { image: 'a' },
    after: { image: 'b', revision: 'r' },
    commits: [],
    files: [],
    objects: [],
  };
  const done = promotion({ phase: 'Promoted', image: 'b', difference });
  assert.equal(canUndo(done, service({ name: 'prod', image: 'b' })), true);
  assert.equal(canUndo(done, service({ name: 'prod', image: 'c' })), false);
  const first = promotion({ phase: 'Promoted', image: 'b', difference: { ...difference, before: {} } });
  assert.equal(canUndo(first, service({ name: 'prod', image: 'b' })), false);
});

test('matrixOf() puts environments in their order, and leaves a gap where a service does not run', () => {
  const { names, rows } = matrixOf([service({ name: 'prod' })], environments);
  assert.deepEqual(names, ['dev', 'prod']);
  assert.deepEqual(
    rows[0]?.cells.map(cell => cell?.name),
    [undefined, 'prod'],
  );
});

test('openTo() finds what is on its way to an environment', () => {
  const open = { ...promotion({ phase: 'Waiting' }), metadata: { name: 'p', namespace: 'team-default' } };
  const ended = { ...open, status: { phase: 'Promoted' as const, finishedAt: '2026-01-01T00:00:00Z' } };
  assert.equal(openTo(service(), 'prod', [ended, open]), open);
  assert.equal(openTo(service(), 'dev', [open]), undefined);
});
