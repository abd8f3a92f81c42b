import { SlipwayError } from '@slipway/api';
import { internalRequest, type Ports } from '@slipway/definition';
import type { KnownFolder } from './plan.ts';

const SERVER = 'https://git.slipway.internal/api/v1';
const BRANCH = 'main';
/** Entries of a page, and how many pages of a folder are read at most. */
const PAGE = 1000;
const MOST_PAGES = 50;

interface TreeEntry {
  path: string;
  type: string;
  sha: string;
}

/** A service's folder in the repositories of environments, by Gitea's REST. Every method rejects with `GitServer`. */
export interface Folders {
  find(repository: string, path: string): Promise<KnownFolder | undefined>;
  /** Removes the folder with everything in it as one commit; nothing happens when it is gone. */
  remove(folder: KnownFolder, commit: { message: string; author: string }): Promise<void>;
}

export function foldersIn(ports: Pick<Ports, 'resolve' | 'token'>): Folders {
  const tree = async (repository: string, sha: string, recursive: boolean) => {
    const entries: TreeEntry[] = [];
    for (let page = 1; page <= MOST_PAGES; page++) {
      const query = `per_page=${PAGE}&page=${page}${recursive ? '&recursive=1' : ''}`;
      const url = `${SERVER}/repos/${repository}/git/trees/${sha}?${query}`;
      const { status, json } = await internalRequest(ports, { url });
      if (status === 404 || status === 409) return entries;
      const answer = json() as { tree: TreeEntry[]; truncated: boolean };
      if (status !== 200) throw refused(`files of ${repository}`, status, answer);
      entries.push(...answer.tree);
      if (!answer.truncated) return entries;
    }
    throw new SlipwayError('GitServer', `files of ${repository}: more than ${PAGE * MOST_PAGES}`);
  };
  const folderSha = async (repository: string, path: string) => {
    const entries = await tree(repository, BRANCH, false);
    return entries.find(each => each.path === path && each.type === 'tree')?.sha;
  };
  return {
    find: async (repository, path) =>
      (await folderSha(repository, path)) ? { repository, path } : undefined,
    remove: async ({ repository, path }, { message, author }) => {
      const sha = await folderSha(repository, path);
      if (!sha) return;
      const entries = await tree(repository, sha, true);
      const files = entries
        .filter(({ type }) => type === 'blob')
        .map(each => ({ operation: 'delete', path: `${path}/${each.path}`, sha: each.sha }));
      const email = `${author.replace(/[^A-Za-z0-9._-]/g, '-')}@users.slipway.internal`;
      const body = { branch: BRANCH, message, author: { name: author, email }, files };
      const url = `${SERVER}/repos/${repository}/contents`;
      const answer = await internalRequest(ports, { url, method: 'POST', body });
      if (answer.status !== 201)
        throw refused(`folder ${path} of ${repository}`, answer.status, answer.json());
    },
  };
}

function refused(what: string, status: number, answer: unknown): SlipwayError {
  const { message = 'no message' } = (answer ?? {}) as { message?: string };
  return new SlipwayError('GitServer', `${what}: the Git server answered ${status}: ${message}`);
}
