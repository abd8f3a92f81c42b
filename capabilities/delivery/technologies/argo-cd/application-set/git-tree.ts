import type { Repository } from '@slipway/kinds';
import type { SourceReader } from '@slipway/render';
import type { GitSources } from '../application/source/git-source.ts';
import type { GitTree } from './generators/ground.ts';

export interface GitRequest {
  repoURL: string;
  revision: string;
  /** Whose credentials are used; empty: those for all projects. */
  project: string;
  /** The platform's own repositories. */
  known: Repository[];
  /** Ask the server even if it was asked a moment ago. */
  fresh: boolean;
  signal: AbortSignal;
}

export interface GitTrees {
  open(request: GitRequest): Promise<GitTree>;
}

interface Listing {
  files: string[];
  folders: string[];
}

const KEPT = 200;
const MOST_ENTRIES = 200_000;

/** Reads repositories for generators; what a revision has is listed once. */
export function gitTrees(git: GitSources): GitTrees {
  const listings = new Map<string, Promise<Listing>>();
  return {
    open: async request => {
      const wanted = { ...request, targetRevision: request.revision || 'HEAD' };
      const { reader, revision } = await git.open(wanted, await git.resolve(wanted));
      const listing = () =>
        remember(listings, `${request.project} ${request.repoURL} ${revision}`, () => list(reader));
      return {
        files: async () => (await listing()).files,
        folders: async () => (await listing()).folders,
        read: path => reader.read(path),
      };
    },
  };
}

function remember<T>(cache: Map<string, Promise<T>>, key: string, make: () => Promise<T>): Promise<T> {
  const found = cache.get(key) ?? make();
  cache.delete(key);
  cache.set(key, found);
  found.catch(() => cache.delete(key));
  const [oldest] = cache.keys();
  if (cache.size > KEPT && oldest !== undefined) cache.delete(oldest);
  return found;
}

/** Folders whose names begin with a dot are left out, and what is in them; their files are not. */
async function list(reader: SourceReader): Promise<Listing> {
  const found: Listing = { files: [], folders: [] };
  const visit = async (folder: string, isHidden: boolean): Promise<void> => {
    const entries = [...((await reader.list(folder)) ?? [])].sort((a, b) => (a.name < b.name ? -1 : 1));
    for (const { name, type } of entries) {
      const path = folder === '' ? name : `${folder}/${name}`;
      if (type === 'file') found.files.push(path);
      if (type !== 'folder') continue;
      const hidden = isHidden || name.startsWith('.');
      if (!hidden) found.folders.push(path);
      if (found.files.length + found.folders.length > MOST_ENTRIES)
        throw new Error(`the repository has more than ${MOST_ENTRIES} files and folders`);
      await visit(path, hidden);
    }
  };
  await visit('', false);
  return found;
}
