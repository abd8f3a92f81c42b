import { SlipwayError } from '@slipway/api';
import type { SourceEntry, SourceReader } from '@slipway/render';
import { type GitObjects, openObjects } from '../git/objects.ts';
import { parseTree, type TreeEntry } from '../git/tree.ts';

/** A SourceReader that holds a process: close it. */
export interface GitReader extends SourceReader {
  /** Id of a folder's tree: equal ids are equal files. Undefined when there is no such folder. */
  treeId(path: string): Promise<string | undefined>;
  /** As `treeId`, of files and links, too. */
  objectId(path: string): Promise<string | undefined>;
  /** Where a symbolic link leads, as it is written; undefined when there is no such link. */
  readLink(path: string): Promise<string | undefined>;
  close(): void;
}

/** Longest path a link may hold (Linux, PATH_MAX). */
const LINK_BYTES = 4_096;

export interface GitReaderOptions {
  /** Submodules are listed as folders, for somebody who reads them elsewhere; default: refused by name. */
  listSubmodules?: boolean;
  /** Default 16 MiB. */
  maxFileBytes?: number;
  /** An open reader of the same repository, which `close` leaves open. */
  objects?: GitObjects;
}

/**
 * Reads one revision straight from a repository's objects: nothing is checked out.
 * Symbolic links are not followed (they are listed, and read as missing); submodules are refused by name.
 */
export function gitReader(
  repository: string,
  revision: string,
  { maxFileBytes = 16 * 1024 * 1024, objects: shared, listSubmodules = false }: GitReaderOptions = {},
): GitReader {
  const objects = shared ?? openObjects(repository);
  const trees = new Map<string, Promise<TreeEntry[] | undefined>>();
  const entriesOf = (path: string): Promise<TreeEntry[] | undefined> => {
    const known = trees.get(path);
    if (known) return known;
    const made = readTree(objects, revision, path);
    trees.set(path, made);
    return made;
  };
  const entryAt = async (path: string): Promise<TreeEntry | undefined> => {
    const clean = cleanPath(path);
    const slash = clean.lastIndexOf('/');
    const entries = await entriesOf(slash < 0 ? '' : clean.slice(0, slash));
    return entries?.find(each => each.name === clean.slice(slash + 1));
  };
  return {
    read: async path => {
      const entry = await entryAt(path);
      if (entry?.type !== 'blob' || entry.mode === '120000') return undefined;
      return (await objects.read(entry.id, maxFileBytes))?.data;
    },
    readLink: async path => {
      const entry = await entryAt(path);
      if (entry?.mode !== '120000') return undefined;
      return (await objects.read(entry.id, LINK_BYTES))?.data.toString('utf8');
    },
    list: async path => {
      const clean = cleanPath(path);
      const entries = await entriesOf(clean);
      const submodule = listSubmodules ? undefined : entries?.find(entry => entry.type === 'commit');
      if (submodule) {
        const name = clean ? `${clean}/${submodule.name}` : submodule.name;
        throw new SlipwayError(
          'SubmodulesUnsupported',
          `"${name}" is a submodule; put its files into the repository`,
        );
      }
      return entries?.map(entry => ({ name: entry.name, type: entryType(entry) }));
    },
    treeId: async path => {
      const clean = cleanPath(path);
      const found = await objects.info(treeName(revision, clean));
      return found?.type === 'tree' ? found.id : undefined;
    },
    objectId: async path => (await objects.info(treeName(revision, cleanPath(path))))?.id,
    close: () => {
      if (!shared) objects.close();
    },
  };
}

function entryType({ type, mode }: TreeEntry): SourceEntry['type'] {
  if (type !== 'blob') return 'folder';
  return mode === '120000' ? 'link' : 'file';
}

async function readTree(
  objects: GitObjects,
  revision: string,
  path: string,
): Promise<TreeEntry[] | undefined> {
  const found = await objects.read(treeName(revision, path));
  return found?.type === 'tree' ? parseTree(found.data, found.id.length / 2) : undefined;
}

/** git refuses relative paths in a bare repository by ending the process: they become a name that nothing has. */
function treeName(revision: string, path: string): string {
  if (path.split('/').includes('..')) return `${revision}:.git`;
  return path === '' ? `${revision}^{tree}` : `${revision}:${path}`;
}

/** Without `.`, doubled and outer slashes. */
function cleanPath(path: string): string {
  return path
    .split('/')
    .filter(part => part !== '' && part !== '.')
    .join('/');
}
