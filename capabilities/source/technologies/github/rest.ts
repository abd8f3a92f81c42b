import type { HostedServer } from '../../existing/hosted-api.ts';
import type { HostedVerbs } from '../../existing/hosted-repositories.ts';
import type { RepositoryName } from '../../repository-name.ts';

/** Of GitHub's REST (docs.github.com, "API versions"). */
const VERSION = '2022-11-28';
/** Pushes may have the same second. */
const FRESH_MS = 5_000;
/** What moves branches, of "List repository activities". */
const PUSHES = ['push', 'force_push', 'branch_creation', 'branch_deletion', 'pr_merge', 'merge_queue_merge'];

/** GitHub, or the GitHub Enterprise at this address, whatever organization it ends in. */
export function githubAt(address: string): HostedServer {
  const { host, origin } = new URL(address);
  return {
    title: 'GitHub',
    base: host === 'github.com' ? 'https://api.github.com' : `${origin}/api/v3`,
    headers: token => ({
      accept: 'application/vnd.github+json',
      authorization: `Bearer ${token}`,
      'user-agent': 'slipway',
      'x-github-api-version': VERSION,
    }),
  };
}

/** As GitHub gives it, as far as it is used here. */
export interface GithubRepository {
  name: string;
  owner: { login: string };
  description: string | null;
  default_branch: string;
  private: boolean;
  /** RFC 3339; null: never. */
  pushed_at: string | null;
  open_issues_count: number;
  permissions?: { pull?: boolean; push?: boolean };
}

const at = ({ owner, name }: RepositoryName) => `/repos/${owner}/${name}`;

export const repositories: HostedVerbs = {
  list: async (api, now, mostPages) => {
    const path = '/user/repos?sort=pushed&direction=desc';
    const found = (await api.all<GithubRepository>(path, mostPages)) ?? [];
    return found.map(({ name, owner, default_branch, private: isPrivate, pushed_at }) => ({
      owner: owner.login,
      name,
      defaultBranch: default_branch,
      isPrivate,
      stamp: pushed_at ?? '',
      isFresh: Date.parse(pushed_at ?? '') > now - FRESH_MS,
    }));
  },
  find: async (api, name) => {
    const found = await api.get<GithubRepository>(at(name));
    return (
      found && {
        description: found.description ?? '',
        defaultBranch: found.default_branch,
        isPrivate: found.private,
        openIssues: found.open_issues_count,
      }
    );
  },
  make: async (api, { owner, name, description = '', defaultBranch, isPrivate }) => {
    const body = { name, description, private: isPrivate, auto_init: true };
    if (!(await api.tryTo('POST', `/orgs/${owner}/repos`, body))) return false;
    // The first branch has the name that the organization gives.
    const made = await api.get<GithubRepository>(at({ owner, name }));
    if (made && made.default_branch !== defaultBranch)
      await api.tryTo('POST', `${at({ owner, name })}/branches/${made.default_branch}/rename`, {
        new_name: defaultBranch,
      });
    return true;
  },
  change: (api, name, { description, defaultBranch, isPrivate }) =>
    api.tryTo('PATCH', at(name), {
      ...(description === undefined ? {} : { description }),
      ...(defaultBranch === undefined ? {} : { default_branch: defaultBranch }),
      ...(isPrivate === undefined ? {} : { private: isPrivate }),
    }),
  branches: async (api, name) => {
    const found = await api.all<{ name: string; commit: { sha: string } }>(`${at(name)}/branches`);
    return found && Object.fromEntries(found.map(branch => [branch.name, branch.commit.sha]));
  },
  newestPush: async (api, name) => {
    type Activity = { activity_type: string; timestamp: string; actor: { login: string } | null };
    const found = (await api.get<Activity[]>(`${at(name)}/activity?per_page=10`)) ?? [];
    const newest = found.find(({ activity_type }) => PUSHES.includes(activity_type));
    return newest?.actor ? { at: newest.timestamp, by: newest.actor.login } : undefined;
  },
  commits: async (api, name) => {
    const found = await api.get<unknown[]>(`${at(name)}/commits?per_page=2`);
    return found?.length ?? 0;
  },
  remove: (api, name) => api.tryTo('DELETE', at(name)),
};
