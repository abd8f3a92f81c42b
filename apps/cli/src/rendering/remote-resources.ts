import { execFile } from 'node:child_process';
import { mkdtemp, realpath, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';
import type { KustomizeFetch, RemoteRepository } from '@slipway/render';
import { CommandError } from '../output.ts';
import { linkedSource } from './linked-source.ts';

const run = promisify(execFile);

/** What a kustomization names elsewhere, brought with this machine's git and credentials; `close` removes it again. */
export function remoteResources(): KustomizeFetch & { close(): Promise<void> } {
  const folders: string[] = [];
  return {
    repository: async remote => {
      const folder = await realpath(await mkdtemp(join(tmpdir(), 'slipway-render-')));
      folders.push(folder);
      await checkOut(remote, folder);
      return linkedSource(folder);
    },
    file: async url => {
      const answer = await fetch(url);
      return { status: answer.status, body: new Uint8Array(await answer.arrayBuffer()) };
    },
    close: async () => {
      await Promise.all(folders.map(folder => rm(folder, { recursive: true, force: true })));
    },
  };
}

/** One revision, as kustomize fetches it. */
async function checkOut(
  { url, ref = 'HEAD', submodules, timeoutMs }: RemoteRepository,
  folder: string,
): Promise<void> {
  const git = (...args: string[]) => run('git', ['-C', folder, ...args], { timeout: timeoutMs });
  try {
    await git('init', '--quiet');
    await git('remote', 'add', 'origin', url);
    await git('fetch', '--depth=1', 'origin', '--end-of-options', ref);
    await git('checkout', '--quiet', 'FETCH_HEAD');
    if (submodules) await git('submodule', 'update', '--init', '--recursive');
  } catch (error) {
    const { stderr = '' } = error as { stderr?: string };
    throw new CommandError(`repository ${url} at ${ref}: it cannot be fetched: ${stderr.trim()}`, {
      next: 'see that git can reach it: git ls-remote -- URL',
    });
  }
}
