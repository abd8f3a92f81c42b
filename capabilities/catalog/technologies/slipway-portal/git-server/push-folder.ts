import { mkdtemp, rm } from 'node:fs/promises';
import { join } from 'node:path';
import { SlipwayError, type UserInfo } from '@slipway/api';
import { actingHeaders } from '@slipway/client';
import type { Ports } from '@slipway/definition';
import { remoteSettings, runGit } from '@slipway/sources';
import { GIT_HOST } from './call.ts';

export interface PushWork {
  owner: string;
  repo: string;
  branch: string;
  /** Everything in it becomes the commit. */
  folder: string;
  /** Where drafts of repositories may lie; ours alone. */
  cacheFolder: string;
  message: string;
  author: { name: string; email: string };
  signal: AbortSignal;
  /** A branch that the commit follows; absent: it is the first one. */
  onto?: string;
  /** With `onto`: where the folder's files go; everything else stays as it is. */
  targetPath?: string;
  /** In whose name it is pushed; default: this engine's own. */
  as?: UserInfo;
}

type Reach = Awaited<ReturnType<typeof remoteSettings>>;

/**
 * Pushes a folder as one commit of a branch, file modes kept, which the Git server's REST cannot. Gives the commit.
 * @throws GitError; SlipwayError NothingToPublish when it would change nothing
 */
export async function pushFolder(
  ports: Pick<Ports, 'resolve' | 'token' | 'clock'>,
  work: PushWork,
): Promise<string> {
  const { owner, repo, branch, cacheFolder, as, signal } = work;
  const draft = await mkdtemp(join(cacheFolder, 'publish-'));
  const path = [owner, repo].map(encodeURIComponent).join('/');
  const remote = {
    url: `https://${GIT_HOST}/${path}.git`,
    address: ports.resolve(GIT_HOST),
    auth: { password: await ports.token() },
  };
  try {
    await runGit(['init', '--quiet', '--bare', draft], { signal });
    const { url, env } = await remoteSettings(remote, cacheFolder);
    const reach = as ? withHeaders({ url, env }, actingHeaders(as)) : { url, env };
    const commit = await commitIn(draft, reach, work, ports.clock.now());
    const args = ['--git-dir', draft, 'push', '--quiet', url, `${commit}:refs/heads/${branch}`];
    await runGit(args, { env: reach.env, signal });
    return commit;
  } finally {
    await rm(draft, { recursive: true, force: true });
  }
}

async function commitIn(
  draft: string,
  reach: Reach,
  { folder, message, author, signal, onto, targetPath = '' }: PushWork,
  now: number,
): Promise<string> {
  const git = async (args: string[], more: { env?: Record<string, string>; input?: string } = {}) =>
    (await runGit(['--git-dir', draft, ...args], { signal, ...more })).stdout.toString().trim();
  const inFolder = ['--git-dir', draft, '--work-tree', folder];
  await runGit([...inFolder, 'add', '--all', '--force', '.'], { cwd: folder, signal });
  const own = await git(['write-tree']);
  const person = personOf(author, now);
  if (onto === undefined) return git(['commit-tree', '-F', '-', own], { env: person, input: message });
  await git(['fetch', '--quiet', '--depth=1', reach.url, `refs/heads/${onto}`], { env: reach.env });
  const files = await git(['ls-tree', '-r', '-z', own]);
  await git(['read-tree', 'FETCH_HEAD']);
  await git(['update-index', '-z', '--index-info'], { input: below(files, targetPath) });
  const tree = await git(['write-tree']);
  if (tree === (await git(['rev-parse', 'FETCH_HEAD^{tree}'])))
    throw new SlipwayError('NothingToPublish', `the files are the same as on ${onto} already`);
  return git(['commit-tree', '-p', 'FETCH_HEAD', '-F', '-', tree], { env: person, input: message });
}

/** Lines of `ls-tree -z`, their paths below a folder, as `update-index --index-info` takes them. */
function below(listed: string, folder: string): string {
  const prefix = folder === '' ? '' : `${folder}/`;
  const lines = listed.split('\0').filter(Boolean);
  return lines.map(line => `${line.replace('\t', `\t${prefix}`)}\0`).join('');
}

function personOf({ name, email }: PushWork['author'], now: number): Record<string, string> {
  const date = `${Math.floor(now / 1000)} +0000`;
  return {
    GIT_AUTHOR_NAME: name,
    GIT_AUTHOR_EMAIL: email,
    GIT_AUTHOR_DATE: date,
    GIT_COMMITTER_NAME: name,
    GIT_COMMITTER_EMAIL: email,
    GIT_COMMITTER_DATE: date,
  };
}

/** git adds each `extraHeader` of the most specific address to what it sends (git-config). */
function withHeaders({ url, env }: Reach, headers: Record<string, string | string[]>): Reach {
  const lines = Object.entries(headers).flatMap(([name, values]) =>
    [values].flat().map(value => `${name}: ${value}`),
  );
  const before = Number(env.GIT_CONFIG_COUNT ?? 0);
  const added = lines.flatMap((line, at) => [
    [`GIT_CONFIG_KEY_${before + at}`, `http.${new URL(url).origin}/.extraHeader`],
    [`GIT_CONFIG_VALUE_${before + at}`, line],
  ]);
  const count = String(before + lines.length);
  return { url, env: { ...env, ...Object.fromEntries(added), GIT_CONFIG_COUNT: count } };
}
