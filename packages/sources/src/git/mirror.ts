import { createHash } from 'node:crypto';
import { mkdir, rename, rm, stat, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { SlipwayError } from '@slipway/api';
import { GitError, runGit } from './command.ts';
import { openObjects } from './objects.ts';
import { type GitRemote, withRemote } from './remote.ts';
import { resolveRevision } from './resolve-revision.ts';

export interface MirrorOptions extends GitRemote {
  /** Branch, tag, full reference, commit id or `HEAD`; default `HEAD`. */
  revision?: string;
  /** Ours alone; may be removed at any time. */
  cacheFolder: string;
  /** How many commits of history to fetch; default 1. */
  depth?: number;
  /** Default 300,000. */
  timeoutMs?: number;
  signal?: AbortSignal;
}

export interface Mirrored {
  /** Full commit id. */
  revision: string;
  /** A bare repository that holds it (and its files); read it with `gitReader`. */
  repository: string;
}

/** Two fetches into one bare repository would wait for each other's locks. */
const busy = new Map<string, Promise<unknown>>();

/**
 * Brings one revision of a remote into a bare repository of the cache; nothing is fetched that is there already.
 * Credentials are not kept.
 * @throws SlipwayError RevisionUnknown, UrlRefused; GitError with the server's own message
 */
export async function mirrorGit(options: MirrorOptions): Promise<Mirrored> {
  const repository = mirrorPath(options);
  const { revision = '' } = options;
  if (held.has(`${repository} ${revision}`) && (await holds(repository, revision)))
    return { revision, repository };
  const before = busy.get(repository) ?? Promise.resolve();
  const mine = before.catch(() => {}).then(() => mirror(options, repository));
  busy.set(repository, mine);
  try {
    return await mine;
  } finally {
    if (busy.get(repository) === mine) busy.delete(repository);
  }
}

/** Removes what the cache has of a remote: its bare repository and every checkout. A fetch that runs comes first. */
export async function forgetGit(where: { cacheFolder: string; url: string; scope?: string }): Promise<void> {
  const repository = mirrorPath(where);
  await busy.get(repository)?.catch(() => {});
  for (const key of held) if (key.startsWith(`${repository} `)) held.delete(key);
  await rm(repository, { recursive: true, force: true });
  await rm(repository.replace(/\.git$/, '.files'), { recursive: true, force: true });
}

async function mirror(options: MirrorOptions, repository: string): Promise<Mirrored> {
  options.signal?.throwIfAborted();
  await prepare(repository);
  const wanted = options.revision || 'HEAD';
  const short = /^[0-9a-f]{4,39}$/.test(wanted);
  const revision = await resolveRevision(options).catch(error => {
    if (short) return undefined;
    throw error;
  });
  if (!revision) return fetchShort(options, repository, wanted);
  if (!(await holds(repository, revision))) await fetchCommit(options, repository, revision);
  return { revision, repository };
}

async function fetchCommit(options: MirrorOptions, repository: string, revision: string): Promise<void> {
  const spec = `+${revision}:refs/slipway/${revision}`;
  await fetchInto(options, repository, [`--depth=${options.depth ?? 1}`, '--', spec]).catch(async error => {
    // Servers may refuse a commit that no reference names (uploadpack.allowAnySHA1InWant): then fetch all.
    if (!(error instanceof GitError) || error.code !== 'GitFailed') throw error;
    if (!/not our ref|unadvertised object|not allow request|no such remote ref/i.test(error.stderr))
      throw error;
    await fetchInto(options, repository, [
      '--',
      '+refs/heads/*:refs/slipway/heads/*',
      '+refs/tags/*:refs/slipway/tags/*',
    ]);
  });
  if (await holds(repository, revision)) return;
  throw new SlipwayError('RevisionUnknown', `revision "${revision}": no such commit in "${options.url}"`);
}

/** An abbreviated id means what it means in the whole history. */
async function fetchShort(options: MirrorOptions, repository: string, wanted: string): Promise<Mirrored> {
  await fetchInto(options, repository, [
    '--',
    '+refs/heads/*:refs/slipway/heads/*',
    '+refs/tags/*:refs/slipway/tags/*',
  ]);
  const { stdout } = await runGit([
    '--git-dir',
    repository,
    'rev-parse',
    '--verify',
    `${wanted}^{commit}`,
  ]).catch(() => {
    throw new SlipwayError('RevisionUnknown', `revision "${wanted}": no such commit in "${options.url}"`);
  });
  return { revision: stdout.toString().trim(), repository };
}

async function fetchInto(options: MirrorOptions, repository: string, rest: string[]): Promise<void> {
  const [flags, specs] = [rest.slice(0, rest.indexOf('--')), rest.slice(rest.indexOf('--') + 1)];
  const args = [
    'fetch',
    '--quiet',
    '--no-tags',
    '--no-write-fetch-head',
    '--no-auto-maintenance',
    '--no-recurse-submodules',
  ];
  await withRemote(options, options.cacheFolder, ({ url, env }) =>
    runGit(['--git-dir', repository, ...args, ...flags, '--', url, ...specs], {
      env,
      timeoutMs: options.timeoutMs ?? 300_000,
      ...(options.signal ? { signal: options.signal } : {}),
    }),
  );
}

/** An empty bare repository, made as `git init` does, without its 5 ms and its templates' hooks. */
async function prepare(repository: string): Promise<void> {
  if (await stat(join(repository, 'HEAD')).catch(() => undefined)) return;
  const draft = `${repository}.${process.pid}.new`;
  await rm(draft, { recursive: true, force: true });
  for (const folder of ['objects/info', 'objects/pack', 'refs/heads', 'refs/tags'])
    await mkdir(join(draft, folder), { recursive: true, mode: 0o700 });
  await writeFile(join(draft, 'config'), '[core]\n\trepositoryformatversion = 0\n\tbare = true\n');
  await writeFile(join(draft, 'HEAD'), 'ref: refs/heads/main\n');
  await rm(repository, { recursive: true, force: true });
  await rename(draft, repository);
}

/** What was found once is not looked for again; who removes a cache folder while it is in use fetches with another. */
const held = new Set<string>();
const MOST_HELD = 20_000;

/** True when the commit and its tree are here: fetches end with both or neither. */
async function holds(repository: string, revision: string): Promise<boolean> {
  const key = `${repository} ${revision}`;
  if (held.has(key) && (await stat(join(repository, 'HEAD')).catch(() => undefined))) return true;
  const found = await look(repository, revision);
  if (held.size >= MOST_HELD) held.clear();
  if (found) held.add(key);
  return found;
}

async function look(repository: string, revision: string): Promise<boolean> {
  const objects = openObjects(repository);
  try {
    return (await objects.info(`${revision}^{tree}`)) !== undefined;
  } finally {
    objects.close();
  }
}

function mirrorPath({
  cacheFolder,
  url,
  scope,
}: {
  cacheFolder: string;
  url: string;
  scope?: string;
}): string {
  return join(cacheFolder, `${hashOf(scope ? `${scope}\n${url}` : url)}.git`);
}

function hashOf(text: string): string {
  return createHash('sha256').update(text).digest('hex').slice(0, 24);
}
