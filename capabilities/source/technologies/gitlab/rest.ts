import type { HostedApi, HostedServer } from '../../existing/hosted-api.ts';
import type { HostedVerbs } from '../../existing/hosted-repositories.ts';
import type { RepositoryName } from '../../repository-name.ts';

/** The GitLab at this address, whatever group it ends in. */
export function gitlabAt(address: string): HostedServer {
  return {
    title: 'GitLab',
    base: `${new URL(address).origin}/api/v4`,
    headers: token => ({ 'private-token': token }),
  };
}

/** A project as GitLab gives it, as far as it is used here. */
export interface GitlabProject {
  path: string;
  namespace: { full_path: string };
  description: string | null;
  /** Null of an empty one. */
  default_branch: string | null;
  visibility: 'private' | 'internal' | 'public';
  open_issues_count?: number;
  permissions?: Record<'project_access' | 'group_access', { access_level: number } | null>;
}

const at = ({ owner, name }: RepositoryName) => `/projects/${encodeURIComponent(`${owner}/${name}`)}`;

export const repositories: HostedVerbs = {
  list: async (api, _now, mostPages) => {
    const path = '/projects?membership=true&order_by=id';
    const found = (await api.all<GitlabProject>(path, mostPages)) ?? [];
    return found.map(({ path, namespace, default_branch, visibility }) => ({
      owner: namespace.full_path,
      name: path,
      defaultBranch: default_branch ?? 'main',
      isPrivate: visibility === 'private',
      // GitLab writes the time of the last activity once an hour: each has to be looked at.
      stamp: '',
      isFresh: true,
    }));
  },
  find: async (api, name) => {
    const found = await api.get<GitlabProject>(at(name));
    return (
      found && {
        description: found.description ?? '',
        defaultBranch: found.default_branch ?? 'main',
        isPrivate: found.visibility === 'private',
        openIssues: found.open_issues_count ?? 0,
      }
    );
  },
  make: async (api, { owner, name, description = '', defaultBranch, isPrivate }) => {
    const namespace_id = await groupId(api, owner);
    if (namespace_id === undefined) return false;
    return api.tryTo('POST', '/projects', {
      name,
      path: name,
      namespace_id,
      description,
      visibility: visibilityOf(isPrivate),
      initialize_with_readme: true,
      default_branch: defaultBranch,
    });
  },
  change: (api, name, { description, defaultBranch, isPrivate }) =>
    api.tryTo('PUT', at(name), {
      ...(description === undefined ? {} : { description }),
      ...(defaultBranch === undefined ? {} : { default_branch: defaultBranch }),
      ...(isPrivate === undefined ? {} : { visibility: visibilityOf(isPrivate) }),
    }),
  branches: async (api, name) => {
    const found = await api.all<{ name: string; commit: { id: string } }>(`${at(name)}/repository/branches`);
    return found && Object.fromEntries(found.map(branch => [branch.name, branch.commit.id]));
  },
  newestPush: async (api, name) => {
    type Pushed = { created_at: string; author_username?: string };
    const [newest] = (await api.get<Pushed[]>(`${at(name)}/events?action=pushed&per_page=1`)) ?? [];
    return newest?.author_username ? { at: newest.created_at, by: newest.author_username } : undefined;
  },
  commits: async (api, name) => {
    const found = await api.get<unknown[]>(`${at(name)}/repository/commits?per_page=2`);
    return found?.length ?? 0;
  },
  remove: (api, name) => api.tryTo('DELETE', at(name)),
};

function visibilityOf(isPrivate: boolean): GitlabProject['visibility'] {
  return isPrivate ? 'private' : 'internal';
}

/** The group, made where people may make such: on gitlab.com they are made on its pages. */
async function groupId(api: HostedApi, owner: string): Promise<number | undefined> {
  const find = async () => (await api.get<{ id: number }>(`/groups/${encodeURIComponent(owner)}`))?.id;
  const present = await find();
  if (present !== undefined || owner.includes('/')) return present;
  const isMade = await api.tryTo('POST', '/groups', { name: owner, path: owner, visibility: 'private' });
  return isMade ? find() : undefined;
}
