import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import type { ChangeReview, Check } from '@slipway/kinds';
import type { Protection } from '../branch-protection/plan.ts';
import { blockers, type ChangeStatus, newestChecks } from './plan.ts';

const NOW = '2026-01-01T00:00:00Z';
const status = (more: Partial<ChangeStatus> = {}): ChangeStatus => ({
  state: 'open',
  author: 'ann',
  openedAt: NOW,
  updatedAt: NOW,
  headRevision: 'new',
  baseRevision: 'base',
  mergeBase: 'base',
  mergeable: true,
  additions: 0,
  deletions: 0,
  changedFiles: 0,
  commits: 1,
  ...more,
});
let count = 0;
const review = (reviewer: string, more: Partial<ChangeReview> = {}): ChangeReview => ({
  id: ++count,
  reviewer,
  groups: [],
  state: 'APPROVED',
  body: '',
  revision: 'new',
  official: true,
  dismissed: false,
  submittedAt: NOW,
  ...more,
});
const check = (context: string, state: Check['state'], id = ++count): Check => ({
  id,
  context,
  state,
  description: '',
  targetUrl: '',
  creator: 'ci',
  createdAt: NOW,
});
const rejected = (reviewer: string) => review(reviewer, { state: 'REQUEST_CHANGES' });

interface Row {
  protection?: Partial<Protection>;
  status?: Partial<ChangeStatus>;
  title?: string;
  files?: string[];
  blocked: string[];
  because: string;
}

const ROWS: Row[] = [
  { blocked: [], because: 'nothing protects the branch' },
  { status: { mergeable: false, conflicts: ['a'] }, blocked: ['Conflicts'], because: 'git cannot merge it' },
  { title: '[WIP] x', blocked: ['Draft'], because: 'its title says that it is not finished' },
  { protection: { requiredApprovals: 1 }, blocked: ['Approvals'], because: 'nobody approved' },
  {
    protection: { requiredApprovals: 1 },
    status: { reviews: [review('ben')] },
    blocked: [],
    because: 'ben approved',
  },
  {
    protection: { requiredApprovals: 1 },
    status: { reviews: [review('ann')] },
    blocked: ['Approvals'],
    because: 'nobody approves what is their own',
  },
  {
    protection: { requiredApprovals: 1, allowAuthorApproval: true },
    status: { reviews: [review('ann')] },
    blocked: [],
    because: 'the rule allows it',
  },
  {
    protection: { requiredApprovals: 2 },
    status: { reviews: [review('ben'), review('ben')] },
    blocked: ['Approvals'],
    because: 'one person is one approval',
  },
  {
    protection: { requiredApprovals: 1 },
    status: { reviews: [review('ben'), rejected('ben')] },
    blocked: ['Approvals'],
    because: 'the newest word counts',
  },
  {
    protection: { requiredApprovals: 1 },
    status: { reviews: [review('ben'), review('ben', { state: 'COMMENT' })] },
    blocked: [],
    because: 'a comment decides nothing',
  },
  {
    protection: { requiredApprovals: 1 },
    status: { reviews: [review('ben', { dismissed: true })] },
    blocked: ['Approvals'],
    because: 'it was dismissed',
  },
  {
    protection: { requiredApprovals: 1 },
    status: { reviews: [review('ben', { official: false })] },
    blocked: ['Approvals'],
    because: 'ben had no right to approve',
  },
  {
    protection: { requiredApprovals: 1 },
    status: { reviews: [review('ben', { revision: 'old' })] },
    blocked: [],
    because: 'stale approvals count unless the rule says otherwise, as in Gitea',
  },
  {
    protection: { requiredApprovals: 1, ignoreStaleApprovals: true },
    status: { reviews: [review('ben', { revision: 'old' })] },
    blocked: ['Approvals'],
    because: 'what was approved is not what would be merged',
  },
  {
    protection: { requiredApprovals: 1, enableApprovalsWhitelist: true, approvalGroups: ['leads'] },
    status: { reviews: [review('ben'), review('cem', { groups: ['leads'] })] },
    blocked: [],
    because: 'cem is one of the leads',
  },
  {
    protection: { requiredApprovals: 1, enableApprovalsWhitelist: true, approvalUsers: ['cem'] },
    status: { reviews: [review('ben')] },
    blocked: ['Approvals'],
    because: 'only cem’s approval counts',
  },
  {
    protection: { blockOnRejectedReviews: true },
    status: { reviews: [rejected('ben')] },
    blocked: ['Rejected'],
    because: 'ben wants changes',
  },
  { status: { reviews: [rejected('ben')] }, protection: {}, blocked: [], because: 'the rule does not ask' },
  {
    protection: { blockOnOfficialReviewRequests: true },
    status: { codeOwners: [{ group: 'leads' }], reviews: [review('ben')] },
    blocked: ['Owners'],
    because: 'the owners have not approved',
  },
  {
    protection: { blockOnOfficialReviewRequests: true },
    status: { codeOwners: [{ group: 'leads' }], reviews: [review('ben', { groups: ['leads'] })] },
    blocked: [],
    because: 'one of the owners approved',
  },
  {
    protection: { blockOnOutdatedBranch: true },
    status: { mergeBase: 'older' },
    blocked: ['Outdated'],
    because: 'base went on',
  },
  {
    protection: { protectedFilePatterns: 'deploy/**' },
    files: ['deploy/x'],
    blocked: ['Files'],
    because: 'a protected file changed',
  },
  {
    protection: { enableStatusCheck: true, statusCheckContexts: ['ci/*'] },
    status: { checks: [check('ci/unit', 'success'), check('ci/e2e', 'pending')] },
    blocked: ['Checks'],
    because: 'one that is required runs still',
  },
  {
    protection: { enableStatusCheck: true, statusCheckContexts: ['ci'] },
    status: { checks: [check('other', 'success')] },
    blocked: ['Checks'],
    because: 'the required one never ran',
  },
  {
    protection: { enableStatusCheck: true, statusCheckContexts: ['ci'] },
    status: { checks: [check('ci', 'success'), check('lint', 'failure')] },
    blocked: [],
    because: 'what is not required may fail',
  },
  { protection: { enableStatusCheck: true }, blocked: ['Checks'], because: 'nothing was checked yet' },
];

describe('blockers()', () => {
  for (const { title = 'x', protection, files = [], because, blocked, ...row } of ROWS)
    it(`finds ${blocked.join(', ') || 'nothing'} because ${because}`, () => {
      const rule = protection ? { repository: 'shop', rule: 'main', ...protection } : undefined;
      const found = blockers(title, status(row.status), rule, files);
      assert.deepEqual(
        found.map(({ reason }) => reason),
        blocked,
      );
    });
});

describe('newestChecks()', () => {
  it('keeps the newest of each context', () => {
    const checks = [check('b', 'pending', 1), check('a', 'failure', 2), check('b', 'success', 3)];
    assert.deepEqual(
      newestChecks(checks).map(({ context, state }) => [context, state]),
      [
        ['a', 'failure'],
        ['b', 'success'],
      ],
    );
  });
});
