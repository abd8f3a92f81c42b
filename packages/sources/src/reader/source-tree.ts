import { SlipwayError } from '@slipway/api';
import type { SourceReader } from '@slipway/render';
import { runGit } from '../git/command.ts';
import { type GitObjects, openObjects } from '../git/objects.ts';
import { followLinks, type LinkOptions, type LinkReader } from './follow-links.ts';
import { type GitReader, gitReader } from './git-reader.ts';

/** A revision of a repository together with its submodules. Plain data: it goes to other threads. */
export interface SourceTree {
  /** A bare repository that holds the revision. */
  repository: string;
  revision: string;
  /** Where submodules stand, and what is there; those within submodules follow their own. */
  mounts: { path: string; repository: string; revision: string }[];
}

export interface TreeReader extends LinkReader {
  /** With links followed. */
  followed(options?: LinkOptions): SourceReader;
  /** Equal ids are equal files; undefined when there is no such folder. */
  treeId(path: string): Promise<string | undefined>;
  /** As `treeId`, of files and links, too. */
  objectId(path: string): Promise<string | undefined>;
  close(): void;
}

const LFS_POINTER = 'version https://git-lfs.github.com/spec/';

/**
 * Reads such a tree. `objectsOf` gives open readers that are not closed here.
 * @throws SlipwayError LfsUnsupported when a file that is read is kept in Git LFS
 */
export function treeReader(tree: SourceTree, objectsOf?: (repository: string) => GitObjects): TreeReader {
  const opened: GitObjects[] = [];
  const open = (repository: string): GitObjects => {
    if (objectsOf) return objectsOf(repository);
    const objects = openObjects(repository);
    opened.push(objects);
    return objects;
  };
  const at = ({ repository, revision }: { repository: string; revision: string }) =>
    gitReader(repository, revision, { objects: open(repository), listSubmodules: true });
  const mounts = [{ ...tree, path: '' }, ...tree.mounts].map(mount => ({
    path: mount.path,
    reader: at(mount),
  }));
  const find = (path: string): { reader: GitReader; inner: string } => {
    const clean = cleanPath(path);
    const fits = mounts.filter(each => each.path === '' || `${clean}/`.startsWith(`${each.path}/`));
    const deepest = fits.reduce((best, each) => (each.path.length >= best.path.length ? each : best));
    return { reader: deepest.reader, inner: clean.slice(deepest.path.length).replace(/^\//, '') };
  };
  const raw: LinkReader = {
    read: async path => {
      const { reader, inner } = find(path);
      const data = await reader.read(inner);
      if (data && isPointer(data))
        throw new SlipwayError(
          'LfsUnsupported',
          `${JSON.stringify(path)} is kept in Git LFS, which is not fetched; commit the file itself`,
        );
      return data;
    },
    list: async path => {
      const { reader, inner } = find(path);
      return reader.list(inner);
    },
    readLink: async path => {
      const { reader, inner } = find(path);
      return inner === '' ? undefined : reader.readLink(inner);
    },
  };
  return {
    ...raw,
    followed: options => followLinks(raw, options),
    treeId: async path => {
      const { reader, inner } = find(path);
      return reader.treeId(inner);
    },
    objectId: async path => {
      const { reader, inner } = find(path);
      return reader.objectId(inner);
    },
    close: () => {
      for (const objects of opened) objects.close();
    },
  };
}

function isPointer(data: Uint8Array): boolean {
  return data.length < 1_024 && Buffer.from(data.subarray(0, LFS_POINTER.length)).toString() === LFS_POINTER;
}

export interface Inspected {
  /** Paths of submodules and the commits that stand there. */
  submodules: { path: string; commit: string }[];
  /** The first symbolic link that leads out of the repository. */
  outOfBounds?: string;
}

/** What of a revision is more than files and folders. */
export async function inspectTree(
  repository: string,
  revision: string,
  signal?: AbortSignal,
): Promise<Inspected> {
  const args = ['--git-dir', repository, 'ls-tree', '-r', '-z', '--full-tree', revision];
  const { stdout } = await runGit(args, { maxOutputBytes: 256 * 1024 * 1024, ...(signal ? { signal } : {}) });
  const submodules: Inspected['submodules'] = [];
  const links: { path: string; id: string }[] = [];
  for (const line of stdout.toString('utf8').split('\0')) {
    if (!line.startsWith('16') && !line.startsWith('12')) continue;
    const [, mode, id = '', path = ''] = /^(\d+) \w+ ([0-9a-f]+)\t(.*)$/s.exec(line) ?? [];
    if (mode === '160000') submodules.push({ path, commit: id });
    if (mode === '120000') links.push({ path, id });
  }
  const outOfBounds = await firstOutside(repository, links);
  return { submodules, ...(outOfBounds === undefined ? {} : { outOfBounds }) };
}

async function firstOutside(
  repository: string,
  links: { path: string; id: string }[],
): Promise<string | undefined> {
  if (links.length === 0) return undefined;
  const objects = openObjects(repository);
  try {
    for (const { path, id } of links) {
      const target = (await objects.read(id, 4_096))?.data.toString('utf8') ?? '';
      if (leadsOut(path, target)) return path;
    }
    return undefined;
  } finally {
    objects.close();
  }
}

/** Each step of the way has to stay inside, as in Argo CD (CheckOutOfBoundsSymlinks). */
export function leadsOut(link: string, target: string): boolean {
  if (target.startsWith('/')) return true;
  let depth = link.split('/').length - 1;
  for (const part of target.split('/')) {
    if (part === '' || part === '.') continue;
    depth += part === '..' ? -1 : 1;
    if (depth < 0) return true;
  }
  return false;
}

function cleanPath(path: string): string {
  return path
    .split('/')
    .filter(part => part !== '' && part !== '.')
    .join('/');
}
