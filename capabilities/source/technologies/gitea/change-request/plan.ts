import type { Blocker, ChangeRequest, ChangeReview, Check, RequestedReviewer } from '@slipway/kinds';
import { patternOf } from '@slipway/sources';
import { isListed, type Protection, protectedFiles } from '../branch-protection/plan.ts';

export type ChangeStatus = NonNullable<ChangeRequest['status']>;

/** What git says of a change. */
export interface Facts {
  headRevision: string;
  baseRevision: string;
  mergeBase: string;
  mergeable: boolean;
  conflicts: string[];
  additions: number;
  deletions: number;
  changedFiles: number;
  commits: number;
}

/** The newest check of each context, in the order of contexts. */
export function newestChecks(checks: Check[]): Check[] {
  const newest = new Map<string, Check>();
  for (const check of checks)
    if ((newest.get(check.context)?.id ?? 0) < check.id) newest.set(check.context, check);
  return [...newest.values()].sort((a, b) => (a.context < b.context ? -1 : 1));
}

/** The newest deciding review of each reviewer; comments decide nothing. */
export function deciding(reviews: ChangeReview[]): ChangeReview[] {
  const newest = new Map<string, ChangeReview>();
  for (const review of reviews)
    if (review.state !== 'COMMENT' && !review.dismissed) newest.set(review.reviewer, review);
  return [...newest.values()];
}

/** A title that says that the change is not finished (Gitea's WORK_IN_PROGRESS_PREFIXES). */
export function isDraft(title: string): boolean {
  return /^(wip:|\[wip\])/i.test(title);
}

/** Reviews that count as approvals under a rule. */
export function approvals(status: ChangeStatus, protection: Protection | undefined): ChangeReview[] {
  return deciding(status.reviews ?? []).filter(review => {
    if (review.state !== 'APPROVED' || !review.official) return false;
    if (review.reviewer === status.author && !protection?.allowAuthorApproval) return false;
    if (protection?.ignoreStaleApprovals && review.revision !== status.headRevision) return false;
    return isWanted(review, protection);
  });
}

function isWanted({ reviewer, groups }: ChangeReview, protection: Protection | undefined): boolean {
  if (!protection?.enableApprovalsWhitelist) return true;
  const { approvalUsers, approvalGroups } = protection;
  return isListed({ username: reviewer, groups }, approvalUsers, approvalGroups);
}

/** Everybody who was asked, by people or by CODEOWNERS, each once. */
export function asked({ requestedReviewers = [], codeOwners = [] }: ChangeStatus): RequestedReviewer[] {
  const each = [...requestedReviewers, ...codeOwners].map(one => [JSON.stringify(one), one] as const);
  return [...new Map(each).values()];
}

/** Whether a review was written by whom it was asked of. */
export function answers({ reviewer, groups }: ChangeReview, { user, group }: RequestedReviewer): boolean {
  return user !== undefined ? reviewer === user : groups.includes(group ?? '');
}

export function nameOf({ user, group }: RequestedReviewer): string {
  return user ?? `group ${group}`;
}

/**
 * Everything that stands in the way of a merge, in the order in which Gitea looks; the sentences begin with Gitea's own.
 * `files` are needed only under a rule that protects files.
 */
export function blockers(
  title: string,
  status: ChangeStatus,
  protection: Protection | undefined,
  files: string[],
): Blocker[] {
  const found: Blocker[] = [];
  const block = (reason: string, message: string) => found.push({ reason, message });
  if (isDraft(title)) block('Draft', 'Work in progress PRs cannot be merged: take "WIP:" from the title');
  if (!status.mergeable) {
    const paths = (status.conflicts ?? []).slice(0, 5).join(', ');
    block('Conflicts', `The change conflicts with the base branch${paths ? ` in ${paths}` : ''}`);
  }
  if (protection) found.push(...ruleBlockers(status, protection, files));
  return found;
}

function ruleBlockers(status: ChangeStatus, protection: Protection, files: string[]): Blocker[] {
  const found: Blocker[] = [];
  const block = (reason: string, message: string) => found.push({ reason, message });
  const unmet = unmetChecks(status.checks ?? [], protection);
  if (unmet.length > 0) block('Checks', `Not all required status checks successful: ${unmet.join(', ')}`);
  const given = approvals(status, protection);
  const { requiredApprovals: required = 0 } = protection;
  if (given.length < required)
    block('Approvals', `Does not have enough approvals: ${given.length} of ${required}`);
  const rejecting = deciding(status.reviews ?? []).filter(
    review => review.state === 'REQUEST_CHANGES' && review.official,
  );
  if (protection.blockOnRejectedReviews && rejecting.length > 0)
    block('Rejected', `There are requested changes: by ${rejecting.map(each => each.reviewer).join(', ')}`);
  const waiting = asked(status).filter(one => !given.some(review => answers(review, one)));
  if (protection.blockOnOfficialReviewRequests && waiting.length > 0)
    block('Owners', `There are official review requests: of ${waiting.map(nameOf).join(', ')}`);
  if (protection.blockOnOutdatedBranch && status.mergeBase !== status.baseRevision)
    block('Outdated', 'The head branch is behind the base branch');
  const touched = protectedFiles(protection, files);
  if (touched.length > 0) block('Files', `Changed protected files: ${touched.slice(0, 5).join(', ')}`);
  return found;
}

/** Required contexts (or patterns) that no successful check meets, each with what is known of it. */
function unmetChecks(checks: Check[], { enableStatusCheck, statusCheckContexts = [] }: Protection): string[] {
  if (!enableStatusCheck) return [];
  if (statusCheckContexts.length === 0 && checks.length === 0) return ['no check yet'];
  if (statusCheckContexts.length === 0)
    return checks.filter(check => !isGood(check)).map(({ context, state }) => `${context} (${state})`);
  return statusCheckContexts.flatMap(wanted => {
    const pattern = patternOf(wanted);
    const fitting = checks.filter(({ context }) => context === wanted || pattern?.test(context));
    if (fitting.length === 0) return [`${wanted} (missing)`];
    return fitting.filter(check => !isGood(check)).map(({ context, state }) => `${context} (${state})`);
  });
}

function isGood({ state }: Check): boolean {
  return state === 'success' || state === 'skipped' || state === 'warning';
}
