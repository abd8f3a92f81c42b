import { SlipwayError } from '@slipway/api';
import type { SeenRepository, WantedRepository } from '../../../repository-at/repository-host.ts';
import type { RepositoryName } from '../../../repository-name.ts';
import type { GiteaApi } from './gitea-api.ts';
import type { GiteaRepository } from './listing.ts';

const PAGE = 50;
/** Of the feed, newest first: what a push is called there. */
const PUSHES = ['commit_repo', 'delete_branch', 'merge_pull_request', 'auto_merge_pull_request'];

/**
 * The organization, and the repository with its branch; what the object says of it.
 * @returns whether it was not there
 * @throws SlipwayError OwnerTaken, BranchMissing, GiteaRefused
 */
export async function ensureRepository(api: GiteaApi, wanted: WantedRepository): Promise<boolean> {
  const { owner, name, description = '', defaultBranch, isPrivate } = wanted;
  const present = await api.get<GiteaRepository>(`/repos/${owner}/${name}`);
  if (present) {
    await align(api, present, wanted);
    return false;
  }
  await ensureOwner(api, owner);
  const body = { name, description, private: isPrivate, auto_init: true, default_branch: defaultBranch };
  const made = await api.create(`/orgs/${owner}/repos`, { ...body, readme: 'Default' });
  return made !== undefined;
}

async function ensureOwner(api: GiteaApi, owner: string): Promise<void> {
  if (await api.get(`/orgs/${owner}`)) return;
  if (await api.get(`/users/${owner}`))
    throw new SlipwayError(
      'OwnerTaken',
      `organization ${owner}: Gitea has a person of that name; rename one of the two`,
    );
  await api.create('/orgs', { username: owner, visibility: 'private', repo_admin_change_team_access: false });
}

async function align(api: GiteaApi, present: GiteaRepository, wanted: WantedRepository): Promise<void> {
  const { owner, name, description, defaultBranch, isPrivate } = wanted;
  const path = `/repos/${owner}/${name}`;
  const change = {
    ...(description === undefined || description === present.description ? {} : { description }),
    ...(isPrivate === present.private ? {} : { private: isPrivate }),
    ...(defaultBranch === present.default_branch ? {} : { default_branch: defaultBranch }),
  };
  if (Object.keys(change).length === 0) return;
  const isOther = 'default_branch' in change && !present.empty;
  if (isOther && !(await api.get(`${path}/branches/${encodeURIComponent(defaultBranch)}`)))
    throw new SlipwayError(
      'BranchMissing',
      `repository ${owner}/${name}: it has no branch ${JSON.stringify(defaultBranch)}, which spec.defaultBranch names; push it, or name another`,
    );
  await api.send('PATCH', path, change);
}

/** Its branches, and who pushed last. */
export async function readRepository(
  api: GiteaApi,
  { owner, name }: RepositoryName,
): Promise<SeenRepository | undefined> {
  const path = `/repos/${owner}/${name}`;
  const branches: Record<string, string> = {};
  for (let page = 1; ; page++) {
    const asked = `${path}/branches?limit=${PAGE}&page=${page}`;
    const answer = await api.get<{ name: string; commit: { id: string } | null }[] | null>(asked);
    if (answer === undefined) return undefined;
    // An empty one has `null`.
    const found = answer ?? [];
    for (const branch of found) if (branch.commit) branches[branch.name] = branch.commit.id;
    if (found.length < PAGE) break;
  }
  const push = await newestPush(api, path);
  return { branches, ...(push ? { push } : {}) };
}

interface Activity {
  op_type: string;
  act_user?: { login?: string };
  ref_name?: string;
  created: string;
}

async function newestPush(api: GiteaApi, path: string): Promise<SeenRepository['push']> {
  const feed = (await api.get<Activity[]>(`${path}/activities/feeds?limit=20`)) ?? [];
  const newest = feed.find(
    ({ op_type, ref_name }) => PUSHES.includes(op_type) && !ref_name?.startsWith('refs/tags/'),
  );
  const by = newest?.act_user?.login;
  return newest && by ? { at: newest.created, by } : undefined;
}

/** Only when it holds nothing but the commit that Gitea made it with. */
export async function removeRepository(
  api: GiteaApi,
  { owner, name }: RepositoryName,
  inAnyCase: boolean,
): Promise<'removed' | 'kept'> {
  const path = `/repos/${owner}/${name}`;
  const present = await api.get<GiteaRepository>(path);
  if (!present) return 'removed';
  if (!inAnyCase && !(await isUntouched(api, path, present))) return 'kept';
  await api.remove(path);
  return 'removed';
}

async function isUntouched(api: GiteaApi, path: string, present: GiteaRepository): Promise<boolean> {
  const { open_issues_count = 0, open_pr_counter = 0, release_counter = 0, empty } = present;
  if (open_issues_count + open_pr_counter + release_counter > 0) return false;
  if (empty) return true;
  const branches = (await api.get<unknown[]>(`${path}/branches?limit=2`)) ?? [];
  const query = 'limit=2&stat=false&files=false&verification=false';
  const commits = (await api.get<{ commit: { message: string } }[]>(`${path}/commits?${query}`)) ?? [];
  // What people push is in the feed; what Gitea made a repository with is not.
  const isPushed = (await newestPush(api, path)) !== undefined;
  return branches.length <= 1 && commits.length <= 1 && !isPushed;
}
