import { mkdtemp, rm } from 'node:fs/promises';
import { join } from 'node:path';
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
}

/**
 * Pushes a folder as the first commit of a branch, file modes kept, which the Git server's REST cannot. Gives the commit.
 * @throws GitError
 */
export async function pushFolder(
  ports: Pick<Ports, 'resolve' | 'token' | 'clock'>,
  { owner, repo, branch, folder, cacheFolder, message, author, signal }: PushWork,
): Promise<string> {
  const draft = await mkdtemp(join(cacheFolder, 'publish-'));
  const path = [owner, repo].map(encodeURIComponent).join('/');
  const remote = {
    url: `https://${GIT_HOST}/${path}.git`,
    address: ports.resolve(GIT_HOST),
    auth: { password: await ports.token() },
  };
  const date = `${Math.floor(ports.clock.now() / 1000)} +0000`;
  const person = {
    GIT_AUTHOR_NAME: author.name,
    GIT_AUTHOR_EMAIL: author.email,
    GIT_AUTHOR_DATE: date,
    GIT_COMMITTER_NAME: author.name,
    GIT_COMMITTER_EMAIL: author.email,
    GIT_COMMITTER_DATE: date,
  };
  const inDraft = ['--git-dir', draft, '--work-tree', folder];
  try {
    await runGit(['init', '--quiet', '--bare', draft], { signal });
    await runGit([...inDraft, 'add', '--all', '--force', '.'], { cwd: folder, signal });
    const tree = (await runGit([...inDraft, 'write-tree'], { signal })).stdout.toString().trim();
    const made = await runGit(['--git-dir', draft, 'commit-tree', '-F', '-', tree], {
      env: person,
      input: message,
      signal,
    });
    const commit = made.stdout.toString().trim();
    const { url, env } = await remoteSettings(remote, cacheFolder);
    const args = ['--git-dir', draft, 'push', '--quiet', url, `${commit}:refs/heads/${branch}`];
    await runGit(args, { env, signal });
    return commit;
  } finally {
    await rm(draft, { recursive: true, force: true });
  }
}
