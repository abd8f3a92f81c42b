import { mayRepository } from '../../access.ts';
import { asked, deciding, isDraft } from '../../change-request/plan.ts';
import type { OpenedChange } from '../../change-request/store.ts';
import type { ApiCall } from '../call.ts';
import { urlsOf } from '../content/commit-json.ts';
import { numberOf, userJson } from '../identity.ts';
import { describe } from '../repositories.ts';
import type { OpenRepository } from '../repository-access.ts';

/** Gitea's PullRequests for changes of one repository. */
export async function pullsJson(call: ApiCall, repository: OpenRepository, changes: OpenedChange[]) {
  const repo = await describe(call, repository.object);
  const branches = repository.object.status?.branches ?? {};
  return changes.map(change => pullJson(call, repository, { change, repo, branches }));
}

interface Parts {
  change: OpenedChange;
  repo: Awaited<ReturnType<typeof describe>>;
  branches: Record<string, string>;
}

function pullJson(call: ApiCall, repository: OpenRepository, { change, repo, branches }: Parts) {
  const { spec, status, metadata } = change;
  const { html } = urlsOf(repository, call.base);
  const url = `${html}/pulls/${spec.number}`;
  const merged = status.state === 'merged';
  const decided = deciding(status.reviews ?? []).map(({ reviewer }) => reviewer);
  const waiting = asked(status).filter(({ user }) => user === undefined || !decided.includes(user));
  return {
    id: numberOf(metadata.uid),
    url,
    number: spec.number,
    user: userJson(status.author, call.base),
    title: spec.title,
    body: spec.body ?? '',
    labels: [],
    milestone: null,
    assignee: null,
    assignees: null,
    requested_reviewers: waiting.flatMap(({ user }) => (user ? [userJson(user, call.base)] : [])),
    requested_reviewers_teams: waiting.flatMap(({ group }) => (group ? [teamJson(group)] : [])),
    state: status.state === 'open' ? 'open' : 'closed',
    draft: isDraft(spec.title),
    is_locked: false,
    review_comments: (status.reviews ?? []).reduce((sum, { comments = [] }) => sum + comments.length, 0),
    comments: (status.reviews ?? []).filter(({ body }) => body !== '').length,
    additions: status.additions,
    deletions: status.deletions,
    changed_files: status.changedFiles,
    html_url: url,
    diff_url: `${url}.diff`,
    patch_url: `${url}.patch`,
    mergeable: status.state === 'open' && status.mergeable && !isDraft(spec.title),
    merged,
    merged_at: status.mergedAt ?? null,
    merge_commit_sha: status.mergeCommit ?? null,
    merged_by: status.mergedBy ? userJson(status.mergedBy, call.base) : null,
    allow_maintainer_edit: false,
    base: branchInfo(spec.base, branches[spec.base] ?? '', repo),
    head: {
      ...branchInfo(spec.head, headOf(change, branches), repo),
      ref: branches[spec.head] || status.state === 'open' ? spec.head : `refs/pull/${spec.number}/head`,
    },
    merge_base: status.mergeBase,
    due_date: null,
    created_at: status.openedAt,
    updated_at: status.updatedAt,
    closed_at: status.closedAt ?? null,
    pin_order: 0,
  };
}

/** As the branch is now, also where nobody has looked at the change since it moved. */
function headOf({ spec, status }: OpenedChange, branches: Record<string, string>): string {
  return (status.state === 'open' ? branches[spec.head] : undefined) ?? status.headRevision;
}

function branchInfo(branch: string, sha: string, repo: Parts['repo']) {
  return { label: branch, ref: branch, sha, repo_id: repo.id, repo };
}

/** Gitea's Team: a group of people. */
export function teamJson(name: string) {
  return {
    id: numberOf(`group ${name}`),
    name,
    description: '',
    organization: null,
    includes_all_repositories: false,
    permission: 'write',
    units: ['repo.code', 'repo.pulls'],
    units_map: { 'repo.code': 'write', 'repo.pulls': 'write' },
    can_create_org_repo: false,
  };
}

/** Whether the caller may write to the repository: what Gitea asks for to change somebody else's pull request. */
export function mayWrite(call: ApiCall, { name }: OpenRepository): Promise<boolean> {
  return mayRepository(call.server, call.user, 'update', name);
}
