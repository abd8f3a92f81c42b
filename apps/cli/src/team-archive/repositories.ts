import { rm } from 'node:fs/promises';
import { join } from 'node:path';
import { type GitRemote, runGit, withRemote } from '@slipway/sources';
import type { Connection } from '../connection.ts';

/** Long enough for a large history over a slow line. */
const TIMEOUT_MS = 3_600_000;

/** References a server takes in a push; those of changes are its own. */
const OURS = ['refs/heads/', 'refs/tags/'];

/** Where a repository is. */
export interface Place {
  remote: GitRemote;
  /** An import had it made, by a server that puts a first commit into it: that commit may go. */
  hasFirstCommit: boolean;
}

/** A repository of a platform on this machine, with the connection's token. */
export function serverRemote({ platform, ca, token }: Connection, path: string): GitRemote {
  const { hostname, port } = new URL(platform.git);
  const address = { host: '127.0.0.1', port: Number(port || 443), serverName: hostname, ca };
  return { url: `${platform.git}/${path}.git`, auth: { password: token }, address };
}

export interface FetchedRepository {
  /** Bundle with all references; undefined when there are none. */
  bundle: string | undefined;
  head: string;
}

/** A repository with every reference one may read, as a bundle. */
export async function fetchRepository(
  connection: Connection,
  { path, folder }: { path: string; folder: string },
): Promise<FetchedRepository> {
  const mirror = join(folder, 'mirror.git');
  const bundle = join(folder, 'repository.bundle');
  await rm(mirror, { recursive: true, force: true });
  await withRemote(serverRemote(connection, path), folder, ({ url, env }) =>
    runGit(['clone', '--quiet', '--mirror', '--', url, mirror], { env, timeoutMs: TIMEOUT_MS }),
  );
  const { stdout } = await runGit(['--git-dir', mirror, 'symbolic-ref', '--short', 'HEAD']);
  const head = stdout.toString().trim();
  if (Object.keys(await refsIn(mirror)).length === 0) return { bundle: undefined, head };
  await runGit(['--git-dir', mirror, 'bundle', 'create', '--quiet', bundle, '--all'], {
    timeoutMs: TIMEOUT_MS,
  });
  await rm(mirror, { recursive: true });
  return { bundle, head };
}

/** Makes a bare repository of a bundle, to be compared and pushed from. */
export async function openBundle(bundle: string, repository: string): Promise<Record<string, string>> {
  await runGit(['init', '--quiet', '--bare', repository]);
  const env = { GIT_ALLOW_PROTOCOL: 'file' };
  await runGit(['--git-dir', repository, 'fetch', '--quiet', bundle, '+refs/*:refs/*'], {
    env,
    timeoutMs: TIMEOUT_MS,
  });
  return refsIn(repository);
}

/** Branches and tags; what the server made for changes it makes again. */
async function refsIn(repository: string): Promise<Record<string, string>> {
  const format = '--format=%(objectname) %(refname)';
  const { stdout } = await runGit(['--git-dir', repository, 'for-each-ref', format]);
  return parsed(stdout.toString());
}

function parsed(text: string): Record<string, string> {
  const lines = text.split('\n').filter(line => line !== '');
  const pairs = lines
    .map(line => line.split(/\s+/))
    .map(([id = '', ref = '']): [string, string] => [ref, id]);
  return Object.fromEntries(
    pairs.filter(([ref]) => OURS.some(prefix => ref.startsWith(prefix)) && !ref.endsWith('^{}')),
  );
}

/**
 * Whether a repository of the server holds every branch and tag of a bundle, or more commits on top of them; another
 * history is a conflict.
 */
export async function repositoryState(
  { remote, hasFirstCommit }: Place,
  { folder, repository, refs }: { folder: string; repository: string; refs: Record<string, string> },
): Promise<'create' | 'unchanged' | 'conflict'> {
  return withRemote(remote, folder, async ({ url, env }) => {
    const { stdout } = await runGit(['ls-remote', '--', url], { env });
    const there = parsed(stdout.toString());
    if (Object.keys(there).length === 0) return Object.keys(refs).length === 0 ? 'unchanged' : 'create';
    if (Object.entries(refs).every(([ref, id]) => there[ref] === id)) return 'unchanged';
    await runGit(['--git-dir', repository, 'fetch', '--quiet', url, '+refs/heads/*:refs/there/*'], {
      env,
      timeoutMs: TIMEOUT_MS,
    });
    if (hasFirstCommit && (await isUntouched(repository, there))) return 'create';
    for (const [ref, id] of Object.entries(refs)) {
      const ahead = there[ref];
      if (ahead === undefined) return 'conflict';
      const args = ['--git-dir', repository, 'merge-base', '--is-ancestor', id, ahead];
      const contained = await runGit(args).then(
        () => true,
        () => false,
      );
      if (!contained) return 'conflict';
    }
    return 'unchanged';
  });
}

/** One branch with one commit that leads to nothing else: what a server puts into a repository that it makes. */
async function isUntouched(repository: string, there: Record<string, string>): Promise<boolean> {
  const [branch, ...more] = Object.values(there);
  if (branch === undefined || more.length > 0) return false;
  const { stdout } = await runGit(['--git-dir', repository, 'rev-list', '--count', branch]);
  return stdout.toString().trim() === '1';
}

/** Pushes branches and tags as they are, over the first commit that the server put there itself. */
export async function pushRepository(
  { remote, hasFirstCommit }: Place,
  { folder, repository }: { folder: string; repository: string },
): Promise<void> {
  await withRemote(remote, folder, ({ url, env }) =>
    runGit(
      [
        '--git-dir',
        repository,
        'push',
        '--quiet',
        ...(hasFirstCommit ? ['--force'] : []),
        '--',
        url,
        'refs/heads/*:refs/heads/*',
        'refs/tags/*:refs/tags/*',
      ],
      { env, timeoutMs: TIMEOUT_MS },
    ),
  );
}
