import { mkdir, readdir, rename, rm, stat } from 'node:fs/promises';
import { join } from 'node:path';
import { SlipwayError } from '@slipway/api';
import { runGit } from './command.ts';
import { type MirrorOptions, mirrorGit } from './mirror.ts';
import { openObjects } from './objects.ts';
import { configEnv } from './remote.ts';

export interface FetchGitOptions extends MirrorOptions {
  /** Most bytes of files that are checked out; default 2 GiB. */
  maxBytes?: number;
}

export interface FetchedGit {
  /** Full commit id. */
  revision: string;
  /** The files of that commit, without `.git`. Shared by all who ask for it: never write here. */
  folder: string;
  /** The bare repository they came from. */
  repository: string;
}

const MOST_CHECKOUTS = 8;

/**
 * The files of one revision in a folder. A revision that was fetched before is answered without the network when it
 * is a full commit id. Submodules and Git LFS are refused, naming the path.
 * @example
 * const { revision, folder } = await fetchGit({ url, revision: 'main', cacheFolder });
 */
export async function fetchGit(options: FetchGitOptions): Promise<FetchedGit> {
  const { revision, repository } = await mirrorGit(options);
  const checkouts = repository.replace(/\.git$/, '.files');
  const folder = join(checkouts, revision);
  if (await stat(folder).catch(() => undefined)) return { revision, folder, repository };
  await refuseUnsupported(repository, revision, options);
  await mkdir(checkouts, { recursive: true, mode: 0o700 });
  const draft = join(checkouts, `${revision}.${process.pid}.${counter++}.new`);
  await mkdir(draft, { mode: 0o700 });
  try {
    await checkOut(repository, revision, draft, options.signal);
    await rename(draft, folder).catch(async error => {
      // Somebody else was first with the same files.
      if (!(await stat(folder).catch(() => undefined))) throw error;
    });
  } finally {
    await rm(draft, { recursive: true, force: true });
  }
  await forgetOldest(checkouts, revision);
  return { revision, folder, repository };
}

let counter = 0;

/** `read-tree` into an index of its own and `checkout-index`: no hooks, no worktree entries in the repository. */
async function checkOut(
  repository: string,
  revision: string,
  folder: string,
  signal: AbortSignal | undefined,
): Promise<void> {
  const index = `${folder}.index`;
  // Filters and line-ending rules of a repository would run commands of ours, or change its bytes.
  const env = {
    ...configEnv([
      ['core.autocrlf', 'false'],
      ['core.symlinks', 'true'],
      ['core.hooksPath', '/dev/null'],
    ]),
    GIT_INDEX_FILE: index,
    GIT_ATTR_NOSYSTEM: '1',
  };
  const options = { env, ...(signal ? { signal } : {}) };
  try {
    await runGit(['--git-dir', repository, `--work-tree=${folder}`, 'read-tree', revision], options);
    await runGit(['--git-dir', repository, `--work-tree=${folder}`, 'checkout-index', '--all', '--force'], {
      ...options,
      cwd: folder,
    });
  } finally {
    await rm(index, { force: true });
  }
}

/** @throws SlipwayError SubmodulesUnsupported, LfsUnsupported, SourceTooLarge */
async function refuseUnsupported(
  repository: string,
  revision: string,
  options: FetchGitOptions,
): Promise<void> {
  const args = ['--git-dir', repository, 'ls-tree', '-r', '-z', '--long', revision];
  const { stdout } = await runGit(args, options.signal ? { signal: options.signal } : {});
  const { maxBytes = 2 * 1024 ** 3 } = options;
  let bytes = 0;
  const attributes: { id: string; path: string }[] = [];
  for (const line of stdout.toString().split('\0')) {
    const entry = /^(\d+) (\w+) ([0-9a-f]+) +(\d+|-)\t(.*)$/s.exec(line);
    if (!entry) continue;
    const [, mode, , id = '', size, path = ''] = entry;
    if (mode === '160000')
      throw new SlipwayError(
        'SubmodulesUnsupported',
        `"${options.url}": "${path}" is a submodule; submodules are not fetched, put the files into the repository`,
      );
    if (/(^|\/)\.gitattributes$/.test(path)) attributes.push({ id, path });
    bytes += Number(size) || 0;
  }
  if (bytes > maxBytes)
    throw new SlipwayError(
      'SourceTooLarge',
      `"${options.url}" at ${revision}: ${bytes} bytes, at most ${maxBytes} are checked out`,
    );
  await refuseLfs(repository, attributes, options);
}

const MOST_ATTRIBUTES = 50;

async function refuseLfs(
  repository: string,
  files: { id: string; path: string }[],
  options: FetchGitOptions,
): Promise<void> {
  if (files.length === 0) return;
  const objects = openObjects(repository);
  try {
    for (const { id, path } of files.slice(0, MOST_ATTRIBUTES)) {
      const text = (await objects.read(id))?.data.toString() ?? '';
      const line = text.split('\n').find(each => /^[^#].*\bfilter=lfs\b/.test(each));
      if (!line) continue;
      throw new SlipwayError(
        'LfsUnsupported',
        `"${options.url}": ${path} keeps "${line.split(/\s/)[0]}" in Git LFS, which is not fetched; commit the files themselves`,
      );
    }
  } finally {
    objects.close();
  }
}

/** Keeps a few newest; a folder in use by a build of the same minute is never among the oldest. */
async function forgetOldest(checkouts: string, keep: string): Promise<void> {
  const names = (await readdir(checkouts)).filter(name => /^[0-9a-f]{40}$/.test(name) && name !== keep);
  if (names.length < MOST_CHECKOUTS) return;
  const aged = await Promise.all(
    names.map(async name => ({
      name,
      at: (await stat(join(checkouts, name)).catch(() => undefined))?.mtimeMs ?? 0,
    })),
  );
  aged.sort((a, b) => a.at - b.at);
  for (const { name } of aged.slice(0, names.length - MOST_CHECKOUTS + 1))
    await rm(join(checkouts, name), { recursive: true, force: true });
}
