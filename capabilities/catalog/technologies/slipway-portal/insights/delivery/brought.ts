import { Promotion, Repository, type Workload } from '@slipway/kinds';
import type { Context } from '@slipway/runtime';
import type { GitServer } from '../../git-server/call.ts';
import type { Brought, HistoryEntry } from './observe.ts';

/** Commits of one deployment that are looked at; more of them add nothing to a median. */
const MOST_COMMITS = 50;
/** Most deployments bring no more; each commit costs the Git server a look. */
const FEW_COMMITS = 5;
/** Characters of a commit's message that are looked at; ours are short. */
const MOST_MESSAGE = 4000;
const INTERNAL = /^https:\/\/git\.slipway\.internal\/([^/]+)\/([^/]+?)(?:\.git)?$/;

/** Where an environment's manifests of a service lie. */
export interface EnvironmentSource {
  repoURL?: string;
  path?: string;
}

interface Commit {
  sha?: string;
  commit?: { message?: string; committer?: { date?: string } };
}

/** What an entry of an Application's history brought: asked of the repositories, which remain. */
export async function broughtBy(
  git: GitServer,
  { client, cache }: Pick<Context, 'client' | 'cache'>,
  about: {
    workload: Workload;
    entry: HistoryEntry;
    source: EnvironmentSource;
    /** Revision that ran before; absent: nothing did, or nobody knows. */
    previous?: string;
  },
): Promise<Brought> {
  const { workload, entry, source, previous } = about;
  const namespace = workload.metadata.namespace ?? '';
  const promotion = cache(Promotion)
    .list({ namespace })
    .find(({ status }) => status?.commit !== undefined && status.commit === entry.revision);
  const revision = promotion?.status?.revision ?? (await revisionIn(git, source, entry));
  if (!revision) return {};
  const rollback = promotion?.status?.rollback === true ? { rollback: true } : {};
  const repository = await client.find(Repository, { namespace, name: workload.spec.repository });
  if (!repository) return { revision, ...rollback };
  const commits = await commitTimes(git, repository, { revision, ...(previous ? { previous } : {}) });
  return { revision, ...(commits ? { commits } : {}), ...rollback };
}

/** The commit of the environment's repository that last touched the service's folder names the service's commit. */
async function revisionIn(
  git: GitServer,
  { repoURL = '', path = '' }: EnvironmentSource,
  { revision = '' }: HistoryEntry,
): Promise<string | undefined> {
  const [, owner = '', name = ''] = INTERNAL.exec(repoURL) ?? [];
  if (!owner || !revision) return undefined;
  const query = new URLSearchParams({ sha: revision, path, limit: '1', stat: 'false', files: 'false' });
  const [commit] = await commitsOf(git, { owner, name }, query);
  return /^Source: .*@([0-9a-f]{40})$/m.exec((commit?.commit?.message ?? '').slice(0, MOST_MESSAGE))?.[1];
}

/**
 * Of the first deployment only its newest commit counts: what is older was there before the service. Where the revision
 * before is not among the newest, because history was written anew or too much came at once, nobody can tell.
 */
async function commitTimes(
  git: GitServer,
  { spec }: Repository,
  { revision, previous }: { revision: string; previous?: string },
): Promise<string[] | undefined> {
  if (!previous) return timesOf(await commitsOf(git, spec, newest(revision, 1)));
  const few = await commitsOf(git, spec, newest(revision, FEW_COMMITS));
  const reached = few.length < FEW_COMMITS || few.some(({ sha }) => sha === previous);
  const commits = reached ? few : await commitsOf(git, spec, newest(revision, MOST_COMMITS));
  const end = commits.findIndex(({ sha }) => sha === previous);
  return end < 0 ? undefined : timesOf(commits.slice(0, end));
}

function newest(sha: string, limit: number): URLSearchParams {
  return new URLSearchParams({ sha, limit: String(limit), stat: 'false', files: 'false' });
}

function timesOf(commits: Commit[]): string[] {
  return commits.flatMap(({ commit }) => {
    const time = Date.parse(commit?.committer?.date ?? '');
    return Number.isNaN(time) ? [] : [new Date(time).toISOString()];
  });
}

async function commitsOf(
  git: GitServer,
  { owner, name }: { owner: string; name: string },
  query: URLSearchParams,
): Promise<Commit[]> {
  const path = `/repos/${encodeURIComponent(owner)}/${encodeURIComponent(name)}/commits?${query}`;
  const { status, body } = await git({ method: 'GET', path });
  return status === 200 ? (JSON.parse(body.toString()) as Commit[]) : [];
}
