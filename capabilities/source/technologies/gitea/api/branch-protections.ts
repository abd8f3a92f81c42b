import { createHash } from 'node:crypto';
import { hasReason, type Stored } from '@slipway/api';
import { mutate } from '@slipway/client';
import { BranchProtection } from '@slipway/kinds';
import { patternOf } from '@slipway/sources';
import { protectionsOf } from '../branch-protection/guard.ts';
import type { Protection } from '../branch-protection/plan.ts';
import { namespaceOf, objectNameOf, type RepositoryName } from '../git/name.ts';
import {
  type ApiCall,
  ApiError,
  created,
  noContent,
  notFound,
  type Operation,
  ok,
  paged,
  refuseFields,
  unprocessable,
} from './call.ts';
import { openRepository } from './repository-access.ts';

/** Gitea's field → ours, by the kind of value. */
const FLAGS = {
  enable_push: 'enablePush',
  enable_push_whitelist: 'enablePushWhitelist',
  enable_force_push: 'enableForcePush',
  enable_force_push_allowlist: 'enableForcePushAllowlist',
  enable_merge_whitelist: 'enableMergeWhitelist',
  enable_status_check: 'enableStatusCheck',
  enable_approvals_whitelist: 'enableApprovalsWhitelist',
  block_on_rejected_reviews: 'blockOnRejectedReviews',
  block_on_official_review_requests: 'blockOnOfficialReviewRequests',
  block_on_outdated_branch: 'blockOnOutdatedBranch',
  dismiss_stale_approvals: 'dismissStaleApprovals',
  ignore_stale_approvals: 'ignoreStaleApprovals',
  block_admin_merge_override: 'blockAdminMergeOverride',
} as const;
const LISTS = {
  push_whitelist_usernames: 'pushUsers',
  push_whitelist_teams: 'pushGroups',
  force_push_allowlist_usernames: 'forcePushUsers',
  force_push_allowlist_teams: 'forcePushGroups',
  merge_whitelist_usernames: 'mergeUsers',
  merge_whitelist_teams: 'mergeGroups',
  status_check_contexts: 'statusCheckContexts',
  approvals_whitelist_username: 'approvalUsers',
  approvals_whitelist_teams: 'approvalGroups',
} as const;
const NUMBERS = { priority: 'priority', required_approvals: 'requiredApprovals' } as const;

type Fields = Record<string, unknown>;

/** Gitea's BranchProtection. */
function protectionJson({ spec, metadata }: Stored<BranchProtection>) {
  const all = (names: Record<string, keyof Protection>, none: unknown) =>
    Object.fromEntries(Object.entries(names).map(([theirs, ours]) => [theirs, spec[ours] ?? none]));
  return {
    branch_name: spec.rule,
    rule_name: spec.rule,
    ...all(NUMBERS, 0),
    ...all(FLAGS, false),
    ...all(LISTS, []),
    push_whitelist_deploy_keys: false,
    force_push_allowlist_deploy_keys: false,
    require_signed_commits: false,
    protected_file_patterns: spec.protectedFilePatterns ?? '',
    unprotected_file_patterns: '',
    created_at: metadata.creationTimestamp,
    updated_at:
      metadata.managedFields
        ?.map(({ time }) => time ?? '')
        .sort()
        .at(-1) ?? metadata.creationTimestamp,
  };
}

/** What of a request's body is there, in our words. @throws ApiError 422 naming a field of the wrong type, or unsupported */
function fieldsOf(body: Fields): Partial<Protection> {
  refuseFields(body, ['require_signed_commits'], 'commits are not signed here; require checks instead');
  refuseFields(body, ['unprotected_file_patterns'], 'let people open changes for such files too');
  const keys = 'there are no deploy keys; name the users that push';
  refuseFields(body, ['push_whitelist_deploy_keys', 'force_push_allowlist_deploy_keys'], keys);
  const isNames = (value: unknown) => Array.isArray(value) && value.every(each => typeof each === 'string');
  const found = {
    ...take(body, FLAGS, value => typeof value === 'boolean', 'true or false'),
    ...take(body, LISTS, isNames, 'a list of names'),
    ...take(body, NUMBERS, value => Number.isInteger(value) && Number(value) >= 0, 'a number from 0'),
    ...take(body, { protected_file_patterns: 'protectedFilePatterns' }, isText, 'patterns divided by ";"'),
  } as Partial<Protection>;
  for (const text of (found.protectedFilePatterns ?? '').split(';'))
    if (!patternOf(text.trim())) throw unprocessable(`[protected_file_patterns]: "${text}" is no pattern`);
  return found;
}

const isText = (value: unknown) => typeof value === 'string';

function take(
  body: Fields,
  names: Record<string, string>,
  fits: (value: unknown) => boolean,
  wanted: string,
): Fields {
  const given = Object.entries(names).filter(
    ([theirs]) => body[theirs] !== undefined && body[theirs] !== null,
  );
  for (const [theirs] of given)
    if (!fits(body[theirs])) throw unprocessable(`[${theirs}]: must be ${wanted}`);
  return Object.fromEntries(given.map(([theirs, ours]) => [ours, body[theirs]]));
}

/** Pushed files are not looked at before they are in, so both together would promise what nobody keeps. */
function refuseTogether({ enablePush, protectedFilePatterns }: Partial<Protection>): void {
  if (enablePush && protectedFilePatterns)
    throw unprocessable(
      '[protected_file_patterns]: not supported with enable_push: pushes are not searched; let changes come as pull requests',
    );
}

export const listProtections: Operation = async call => {
  const { name } = await openRepository(call);
  const found = (await protectionsOf(call.server, name)).sort((a, b) => (a.spec.rule < b.spec.rule ? -1 : 1));
  return paged(call, found.map(protectionJson));
};

export const getProtection: Operation = async call => {
  const { name } = await openRepository(call);
  return ok(protectionJson(await findProtection(call, name)));
};

async function findProtection({ server, params }: ApiCall, name: RepositoryName) {
  const found = (await protectionsOf(server, name)).find(({ spec }) => spec.rule === params.name);
  if (!found) throw notFound();
  return found;
}

/** `POST …/branch_protections`: as the person, who needs the right to create them. */
export const createProtection: Operation = async call => {
  const { name, object } = await openRepository(call);
  const body = await call.body<Fields>();
  const rule = String(body.rule_name || body.branch_name || '');
  if (rule === '' || rule.length > 200) throw unprocessable('[rule_name]: Required, at most 200 characters');
  if (!patternOf(rule)) throw unprocessable(`[rule_name]: ${JSON.stringify(rule)} is no pattern`);
  const fields = fieldsOf(body);
  refuseTogether(fields);
  const { uid } = object.metadata;
  const owner = {
    apiVersion: 'source.slipway.dev/v1alpha1',
    kind: 'Repository',
    name: object.metadata.name,
    uid,
  };
  const made = await call.server
    .as(call.user)
    .create(BranchProtection, {
      apiVersion: 'source.slipway.dev/v1alpha1',
      kind: 'BranchProtection',
      metadata: { ...keyOf(name, rule), ownerReferences: [owner] },
      spec: { repository: objectNameOf(name.name), rule, ...fields },
    })
    .catch(error => {
      if (hasReason(error, 'AlreadyExists')) throw new ApiError(403, 'Branch protection already exist');
      throw error;
    });
  return created(protectionJson(made));
};

/** A rule has characters that a name may not have. */
function keyOf({ owner, name }: RepositoryName, rule: string) {
  const hash = createHash('sha256').update(rule).digest('hex').slice(0, 12);
  return { namespace: namespaceOf(owner), name: `${objectNameOf(name)}.${hash}` };
}

export const editProtection: Operation = async call => {
  const { name } = await openRepository(call);
  const { metadata } = await findProtection(call, name);
  const fields = fieldsOf(await call.body<Fields>());
  const key = { namespace: namespaceOf(name.owner), name: metadata.name };
  const edited = await mutate(call.server.as(call.user), BranchProtection, key, draft => {
    Object.assign(draft.spec, fields);
    refuseTogether(draft.spec);
  });
  return ok(protectionJson(edited));
};

export const deleteProtection: Operation = async call => {
  const { name } = await openRepository(call);
  const { metadata } = await findProtection(call, name);
  await call.server
    .as(call.user)
    .delete(BranchProtection, { namespace: namespaceOf(name.owner), name: metadata.name });
  return noContent;
};
