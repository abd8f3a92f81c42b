import { hasReason, SlipwayError } from '@slipway/api';
import { GIT_HOST, type InternalAnswer, internalRequest, type Ports } from '@slipway/definition';
import { type CheckState, Repository } from '@slipway/kinds';
import type { SourceEntry, SourceReader } from '@slipway/render';

const SERVER = 'https://git.slipway.internal/api/v1';

/** Gitea's names. */
const TYPES: Record<string, SourceEntry['type']> = { dir: 'folder', symlink: 'link' };

/** A file as the server has it; `sha` is its blob's id, which a change has to name. */
export interface GitFile {
  content: string;
  sha: string;
}

export interface GitCommit {
  id: string;
  message: string;
  author: string;
  /** RFC 3339. */
  at: string;
}

/** What delivery needs of the Git server, by Gitea's REST. Every method rejects with code `GitServer`. */
export interface GitServer {
  file(repository: string, path: string, revision: string): Promise<GitFile | undefined>;
  /** Reads one revision of a repository without fetching it. */
  reader(repository: string, revision: string): SourceReader;
  /** Makes a repository with an initial commit unless it is there; on a cluster that takes a moment. */
  ensureRepository(owner: string, name: string): Promise<void>;
  /** The newest commits of a revision, at most 50; those that touch `path`. None where there is no such thing. */
  commits(repository: string, revision: string, path?: string): Promise<GitCommit[]>;
  /**
   * Creates or changes one file on `main` as one commit, and resolves with its id; `sha` of the file it replaces.
   * Another change of the file since it was read is refused.
   */
  commit(repository: string, change: FileChange): Promise<string>;
  /** Says what a machine found out about a revision (Gitea's commit status). */
  report(repository: string, revision: string, status: CheckReport): Promise<void>;
}

export interface CheckReport {
  context: string;
  state: CheckState;
  description: string;
  /** Page of what ran; empty: there is none. */
  url: string;
}

export interface FileChange {
  path: string;
  content: string;
  message: string;
  sha?: string;
  /** Default: delivery itself. */
  author?: { name: string; email: string };
}

const MOST_COMMITS = 50;
/** A repository that is not there or empty, or a path that never was. */
const NOTHING = [404, 409];

export function gitServer(ports: Ports): GitServer {
  const ask = (path: string, method: 'GET' | 'POST' | 'PUT' = 'GET', body?: unknown) =>
    internalRequest(ports, { url: `${SERVER}${path}`, method, ...(body === undefined ? {} : { body }) });
  const contents = (repository: string, path: string) =>
    `/repos/${repository}/contents/${path.split('/').map(encodeURIComponent).join('/')}`;
  const file = async (repository: string, path: string, revision: string): Promise<GitFile | undefined> => {
    const answer = await ask(`${contents(repository, path)}?ref=${revision}`);
    if (answer.status === 404) return undefined;
    const { content, sha } = read(answer, `file ${path} of ${repository}`) as {
      content?: string;
      sha: string;
    };
    return { content: Buffer.from(content ?? '', 'base64').toString(), sha };
  };
  return {
    file,
    reader: (repository, revision) => ({
      read: async path => {
        const found = await file(repository, path, revision);
        return found ? new TextEncoder().encode(found.content) : undefined;
      },
      list: async path => {
        const answer = await ask(`${contents(repository, path)}?ref=${revision}`);
        if (answer.status === 404) return undefined;
        const entries = read(answer, `folder ${path || '/'} of ${repository}`);
        if (!Array.isArray(entries)) return undefined;
        const known = entries as { name: string; type: string }[];
        return known.map(({ name, type }) => ({ name, type: TYPES[type] ?? 'file' }));
      },
    }),
    async ensureRepository(owner, name) {
      if (await ports.enter?.(GIT_HOST)) return askForRepository(ports, owner, name);
      const answer = await ask(`/orgs/${owner}/repos`, 'POST', {
        name,
        private: true,
        auto_init: true,
        default_branch: 'main',
      });
      if (answer.status !== 409) read(answer, `repository ${owner}/${name}`);
    },
    commits: (repository, revision, path = '') => commitsOf(ask, { repository, revision, path }),
    async commit(repository, { path, content, message, sha, author }) {
      const body = {
        content: Buffer.from(content).toString('base64'),
        message,
        branch: 'main',
        ...(sha ? { sha } : {}),
        ...(author ? { author } : {}),
      };
      const answer = await ask(contents(repository, path), sha ? 'PUT' : 'POST', body);
      return (read(answer, `commit to ${repository}`) as { commit: { sha: string } }).commit.sha;
    },
    async report(repository, revision, { url, ...status }) {
      const answer = await ask(`/repos/${repository}/statuses/${revision}`, 'POST', {
        ...status,
        target_url: url,
      });
      read(answer, `status of ${repository} at ${revision}`);
    },
  };
}

/** Where the tool itself runs, its controllers make what Repositories say: our account there may not. */
async function askForRepository({ client }: Ports, owner: string, name: string): Promise<void> {
  const key = { namespace: `team-${owner}`, name };
  if (await client.find(Repository, key)) return;
  const { group, version, kind } = Repository;
  const spec = { owner, name, defaultBranch: 'main', private: true };
  await client
    .create(Repository, { apiVersion: `${group}/${version}`, kind, metadata: key, spec })
    .catch(error => {
      if (!hasReason(error, 'AlreadyExists')) throw error;
    });
}

async function commitsOf(
  ask: (path: string) => Promise<InternalAnswer>,
  { repository, revision, path }: { repository: string; revision: string; path: string },
): Promise<GitCommit[]> {
  const query = new URLSearchParams({ sha: revision, path, limit: String(MOST_COMMITS), page: '1' });
  const answer = await ask(`/repos/${repository}/commits?${query}&stat=false&files=false&verification=false`);
  if (NOTHING.includes(answer.status)) return [];
  const found = read(answer, `commits of ${repository}`) as { sha: string; commit: CommitText }[];
  return found.map(({ sha, commit: { message, author } }) => ({
    id: sha,
    message,
    author: author.name,
    at: author.date,
  }));
}

interface CommitText {
  message: string;
  author: { name: string; date: string };
}

function read(answer: InternalAnswer, what: string): unknown {
  if (answer.status < 300) return answer.json();
  const { message } = (answer.json() ?? {}) as { message?: string };
  throw new SlipwayError(
    'GitServer',
    `${what}: the Git server answered ${answer.status}: ${message ?? 'no message'}`,
  );
}
