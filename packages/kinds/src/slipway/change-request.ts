import type { Condition, Kind, KubeObject } from '@slipway/api';
import { definitionOf, integer, listOf, object, text, truth } from '../custom-resource.ts';

const source = { group: 'source.slipway.dev', version: 'v1alpha1', namespaced: true } as const;

/** One word of a commit status (Gitea's CommitStatusState). */
export type CheckState = 'pending' | 'success' | 'error' | 'failure' | 'warning' | 'skipped';

/** What somebody or something found out about a commit; the newest of each context counts. */
export interface Check {
  id: number;
  context: string;
  state: CheckState;
  description: string;
  targetUrl: string;
  creator: string;
  createdAt: string;
}

export type ReviewState = 'APPROVED' | 'REQUEST_CHANGES' | 'COMMENT';

/** What a review says of one line. */
export interface LineComment {
  /** Counted from 1 within the change. */
  id: number;
  path: string;
  /** Of the file as the change makes it, or as it was before. */
  side: 'new' | 'old';
  line: number;
  body: string;
  /** The end of the difference up to that line, as it was when this was written. */
  hunk: string;
}

export interface ChangeReview {
  /** Counted from 1 within the change. */
  id: number;
  reviewer: string;
  /** Groups of the reviewer when the review was written. */
  groups: string[];
  state: ReviewState;
  body: string;
  /** Commit that was looked at. */
  revision: string;
  /** Whether it counts: the reviewer may approve here. */
  official: boolean;
  dismissed: boolean;
  submittedAt: string;
  comments?: LineComment[];
}

/** Whether pipelines may run for the head of a change: they act with the team's rights and secrets. */
export interface ChangeRun {
  revision: string;
  /** The author may push, or somebody who may said so of this very revision. */
  allowed: boolean;
  /** Who said so. */
  by?: string;
  /** Counted from 1: it is run again when this grows. */
  attempt: number;
}

/** Someone asked for a review: a login, or the name of a group. */
export interface RequestedReviewer {
  user?: string;
  group?: string;
}

/** Why a change cannot be merged now. */
export interface Blocker {
  reason: string;
  message: string;
}

/**
 * A proposed change (Gitea's pull request), in the team's namespace. Opened by source's door, which alone knows who
 * asks: source writes the whole status, and what it does not know there is no change. `spec.state` is what people want.
 */
export interface ChangeRequest extends KubeObject {
  spec: {
    /** Name of the Repository object in the same namespace. */
    repository: string;
    /** Counted from 1 in each repository. */
    number: number;
    head: string;
    base: string;
    title: string;
    body?: string;
    state?: 'open' | 'closed';
  };
  status?: {
    conditions?: Condition[];
    state: 'open' | 'merged' | 'closed';
    author: string;
    /** Whether the author might push to the repository when it was opened. */
    authorMayPush?: boolean;
    openedAt: string;
    updatedAt: string;
    /** Full ids of what both branches were when it was looked at last. */
    headRevision: string;
    baseRevision: string;
    mergeBase: string;
    mergeable: boolean;
    /** Paths that both sides changed; the first of them. */
    conflicts?: string[];
    additions: number;
    deletions: number;
    changedFiles: number;
    commits: number;
    checks?: Check[];
    run?: ChangeRun;
    reviews?: ChangeReview[];
    /** People and groups that somebody asked for a review. */
    requestedReviewers?: RequestedReviewer[];
    /** Owners of the changed files, by the base branch's CODEOWNERS; the author is not among them. */
    codeOwners?: RequestedReviewer[];
    blockedBy?: Blocker[];
    /** A merge that has begun: its result, and what base was before. Source ends it at its next start. */
    merging?: { commit: string; before: string; by: string; at: string };
    mergeCommit?: string;
    mergedBy?: string;
    mergedAt?: string;
    closedBy?: string;
    closedAt?: string;
  };
}
export const ChangeRequest: Kind<ChangeRequest> = {
  ...source,
  kind: 'ChangeRequest',
  plural: 'changerequests',
};

const fixed = (field: string) => ({
  rule: `self.${field} == oldSelf.${field}`,
  message: `${field} cannot change; close this change and open another`,
});

export const changeRequestDefinition = definitionOf(ChangeRequest, {
  spec: {
    ...object(
      {
        repository: text,
        number: { ...integer, minimum: 1 },
        head: text,
        base: text,
        title: { ...text, minLength: 1, maxLength: 255 },
        body: { ...text, maxLength: 65_536 },
        state: { ...text, enum: ['open', 'closed'], default: 'open' },
      },
      ['repository', 'number', 'head', 'base', 'title'],
    ),
    'x-kubernetes-validations': ['repository', 'number', 'head'].map(fixed),
  },
  columns: [
    { name: 'Repository', type: 'string', jsonPath: '.spec.repository' },
    { name: 'Number', type: 'integer', jsonPath: '.spec.number' },
    { name: 'State', type: 'string', jsonPath: '.status.state' },
    { name: 'Title', type: 'string', jsonPath: '.spec.title' },
    { name: 'Author', type: 'string', jsonPath: '.status.author' },
  ],
  shortNames: ['change'],
});

/**
 * What it takes to change certain branches of a repository (Gitea's branch protection). Lists of groups stand for
 * Gitea's teams. Whoever may write these decides what review means, so it is a right of its own.
 */
export interface BranchProtection extends KubeObject {
  spec: {
    /** Name of the Repository object in the same namespace. */
    repository: string;
    /** A branch, or a pattern: `*` within a segment, `**` across. */
    rule: string;
    /** The lowest comes first; among equals plain names before patterns. */
    priority?: number;
    enablePush?: boolean;
    enablePushWhitelist?: boolean;
    pushUsers?: string[];
    pushGroups?: string[];
    enableForcePush?: boolean;
    enableForcePushAllowlist?: boolean;
    forcePushUsers?: string[];
    forcePushGroups?: string[];
    enableMergeWhitelist?: boolean;
    mergeUsers?: string[];
    mergeGroups?: string[];
    enableStatusCheck?: boolean;
    /** Contexts or patterns of them, each of which has to succeed. */
    statusCheckContexts?: string[];
    requiredApprovals?: number;
    enableApprovalsWhitelist?: boolean;
    approvalUsers?: string[];
    approvalGroups?: string[];
    blockOnRejectedReviews?: boolean;
    /** Whoever was asked (CODEOWNERS, people) has to approve. */
    blockOnOfficialReviewRequests?: boolean;
    blockOnOutdatedBranch?: boolean;
    dismissStaleApprovals?: boolean;
    ignoreStaleApprovals?: boolean;
    /** Patterns divided by `;`: changes that touch such files cannot be merged. */
    protectedFilePatterns?: string;
    blockAdminMergeOverride?: boolean;
    /** Not Gitea's: the author's own approval counts, for a team of one. */
    allowAuthorApproval?: boolean;
  };
}
export const BranchProtection: Kind<BranchProtection> = {
  ...source,
  kind: 'BranchProtection',
  plural: 'branchprotections',
};
const names = listOf(text);
export const branchProtectionDefinition = definitionOf(BranchProtection, {
  spec: object(
    {
      repository: text,
      rule: { ...text, minLength: 1, maxLength: 200 },
      priority: integer,
      enablePush: truth,
      enablePushWhitelist: truth,
      pushUsers: names,
      pushGroups: names,
      enableForcePush: truth,
      enableForcePushAllowlist: truth,
      forcePushUsers: names,
      forcePushGroups: names,
      enableMergeWhitelist: truth,
      mergeUsers: names,
      mergeGroups: names,
      enableStatusCheck: truth,
      statusCheckContexts: names,
      requiredApprovals: { ...integer, minimum: 0, maximum: 100 },
      enableApprovalsWhitelist: truth,
      approvalUsers: names,
      approvalGroups: names,
      blockOnRejectedReviews: truth,
      blockOnOfficialReviewRequests: truth,
      blockOnOutdatedBranch: truth,
      dismissStaleApprovals: truth,
      ignoreStaleApprovals: truth,
      protectedFilePatterns: { ...text, maxLength: 4096 },
      blockAdminMergeOverride: truth,
      allowAuthorApproval: truth,
    },
    ['repository', 'rule'],
  ),
  columns: [
    { name: 'Repository', type: 'string', jsonPath: '.spec.repository' },
    { name: 'Rule', type: 'string', jsonPath: '.spec.rule' },
    { name: 'Approvals', type: 'integer', jsonPath: '.spec.requiredApprovals' },
  ],
});

/** Checks of one commit of a repository, newest last. Only source writes it. */
export interface CommitStatus extends KubeObject {
  spec: { repository: string; revision: string; checks: Check[] };
}
export const CommitStatus: Kind<CommitStatus> = { ...source, kind: 'CommitStatus', plural: 'commitstatuses' };
export const commitStatusDefinition = definitionOf(CommitStatus, {
  spec: object(
    {
      repository: text,
      revision: text,
      checks: listOf({ type: 'object', 'x-kubernetes-preserve-unknown-fields': true }),
    },
    ['repository', 'revision'],
  ),
  columns: [
    { name: 'Repository', type: 'string', jsonPath: '.spec.repository' },
    { name: 'Revision', type: 'string', jsonPath: '.spec.revision' },
  ],
});
