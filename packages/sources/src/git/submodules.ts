import { SlipwayError } from '@slipway/api';
import { inspectTree, type SourceTree } from '../reader/source-tree.ts';
import { type Mirrored, type MirrorOptions, mirrorGit } from './mirror.ts';
import { openObjects } from './objects.ts';
import type { GitRemote } from './remote.ts';

export interface TreeOptions extends MirrorOptions {
  /** How another repository, a submodule's, is reached. */
  remoteOf: (url: string) => Promise<GitRemote>;
  /** Default true. */
  submodules?: boolean;
}

export interface FetchedTree extends SourceTree {
  /** The first symbolic link that leads out of the repository. */
  outOfBounds?: string;
}

const MOST_SUBMODULES = 50;
const MOST_DEPTH = 5;

/**
 * Brings one revision with its submodules into the cache.
 * @throws SlipwayError SubmoduleInvalid, and what `mirrorGit` throws
 */
export async function fetchTree(options: TreeOptions): Promise<FetchedTree> {
  const mirrored = await mirrorGit(options);
  const mounts: SourceTree['mounts'] = [];
  const outOfBounds = await addMounts(options, { ...mirrored, url: options.url, path: '' }, mounts, 0);
  return { ...mirrored, mounts, ...(outOfBounds === undefined ? {} : { outOfBounds }) };
}

type Place = Mirrored & { url: string; path: string };

async function addMounts(
  options: TreeOptions,
  place: Place,
  mounts: SourceTree['mounts'],
  depth: number,
): Promise<string | undefined> {
  const { submodules, outOfBounds } = await inspectTree(place.repository, place.revision, options.signal);
  if (options.submodules === false || submodules.length === 0)
    return outOfBounds && join(place.path, outOfBounds);
  const urls = await submoduleUrls(place);
  for (const { path, commit } of submodules) {
    const url = urls.get(path);
    // An entry without a line in .gitmodules is an empty folder after `git submodule update`, too.
    if (url === undefined) continue;
    if (mounts.length >= MOST_SUBMODULES || depth >= MOST_DEPTH)
      throw new SlipwayError(
        'SubmoduleInvalid',
        `${options.url}: more than ${MOST_SUBMODULES} submodules, or ${MOST_DEPTH} within another`,
      );
    const absolute = submoduleUrl(place.url, url);
    const remote = await options.remoteOf(absolute);
    const { cacheFolder, signal } = options;
    const mirrored = await mirrorGit({
      ...remote,
      revision: commit,
      cacheFolder,
      ...(signal ? { signal } : {}),
    });
    const mount = { ...mirrored, path: join(place.path, path) };
    mounts.push(mount);
    const inner = await addMounts(options, { ...mount, url: absolute }, mounts, depth + 1);
    if (inner !== undefined) return inner;
  }
  return outOfBounds && join(place.path, outOfBounds);
}

/** `path` → `url` of `.gitmodules`. */
async function submoduleUrls({ repository, revision }: Mirrored): Promise<Map<string, string>> {
  const objects = openObjects(repository);
  try {
    const text = (await objects.read(`${revision}:.gitmodules`, 1024 * 1024))?.data.toString('utf8') ?? '';
    return parseModules(text);
  } finally {
    objects.close();
  }
}

/** Git's configuration format, as far as `.gitmodules` uses it (gitmodules(5)). */
export function parseModules(text: string): Map<string, string> {
  const urls = new Map<string, string>();
  for (const section of text.split('[submodule ').slice(1)) {
    const values = new Map<string, string>();
    for (const line of section.split('\n')) {
      const equals = line.indexOf('=');
      const value = line.slice(equals + 1).trim();
      if (equals > 0) values.set(line.slice(0, equals).trim(), value.replace(/^"|"$/g, ''));
    }
    const [path, url] = [values.get('path'), values.get('url')];
    if (path && url) urls.set(path, url);
  }
  return urls;
}

/** Relative addresses are meant from the repository's own (gitmodules(5)). */
export function submoduleUrl(parent: string, url: string): string {
  if (!/^\.\.?\//.test(url)) return url;
  let base = parent.replace(/\/+$/, '');
  let rest = url;
  for (;;) {
    if (rest.startsWith('./')) {
      rest = rest.slice(2);
      continue;
    }
    if (!rest.startsWith('../')) return `${base}/${rest}`;
    rest = rest.slice(3);
    const slash = Math.max(base.lastIndexOf('/'), base.includes('://') ? -1 : base.lastIndexOf(':'));
    if (slash < 0 || base.slice(0, slash + 1).endsWith('//'))
      throw new SlipwayError(
        'SubmoduleInvalid',
        `submodule ${JSON.stringify(url)}: leads out of ${JSON.stringify(parent)}`,
      );
    base = base.slice(0, slash);
  }
}

function join(folder: string, name: string): string {
  return folder === '' ? name : `${folder}/${name}`;
}
