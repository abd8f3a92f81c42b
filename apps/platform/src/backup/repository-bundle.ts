import { createReadStream, createWriteStream } from 'node:fs';
import { mkdir, readdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { pipeline } from 'node:stream/promises';
import { messageOf, SlipwayError } from '@slipway/api';
import { exitOf, readHead, readRefs, runGit, spawnGit } from '@slipway/sources';
import type { StagedRepository } from './staged.ts';

const HEADER = '# v2 git bundle\n';

/** Bare repositories `<owner>/<name>.git` of a folder, with their references as they are now. */
export async function repositoriesIn(root: string, name: string): Promise<StagedRepository[]> {
  const owners = await readdir(root).catch(() => []);
  const found = await Promise.all(
    owners.map(async owner => {
      const names = await readdir(join(root, owner)).catch(() => []);
      return names.filter(each => each.endsWith('.git')).map(each => `${owner}/${each}`);
    }),
  );
  return Promise.all(
    found.flat().map(async path => {
      const repository = join(root, path);
      const refs = await readRefs(repository, 'refs/');
      const named = [...refs].map(([ref, id]): [string, string] => [`refs/${ref}`, id]);
      const head = (await readHead(repository)) ?? 'main';
      return {
        kind: 'repository',
        name: `${name}/${path}`,
        repository,
        head,
        refs: Object.fromEntries(named),
      };
    }),
  );
}

/**
 * Writes what these references reach as a Git bundle (gitformat-bundle), which any git fetches from. Other than
 * `git bundle`, it takes references as they were, and there may be none.
 * @throws SlipwayError RepositoryUnreadable
 */
export async function writeBundle({ repository, refs, name }: StagedRepository, file: string): Promise<void> {
  const lines = Object.entries(refs).map(([ref, id]) => `${id} ${ref}\n`);
  await writeFile(file, `${HEADER}${lines.join('')}\n`, { mode: 0o600 });
  if (lines.length === 0) return;
  const args = ['--git-dir', repository, 'pack-objects', '--revs', '--stdout', '--delta-base-offset', '-q'];
  const child = spawnGit(args);
  const said: Buffer[] = [];
  child.stderr.on('data', piece => said.push(piece));
  child.stdin.on('error', () => {});
  child.stdin.end(`${[...new Set(Object.values(refs))].join('\n')}\n`);
  const exit = exitOf(child, args);
  await pipeline(child.stdout, createWriteStream(file, { flags: 'a' }));
  if ((await exit) === 0) return;
  throw new SlipwayError(
    'RepositoryUnreadable',
    `backup: git cannot read ${name}: ${Buffer.concat(said).toString().trim().split('\n').at(-1)}; ` +
      'when a branch was just deleted, try again; otherwise look with git fsck',
  );
}

/**
 * Makes a bare repository of a bundle, with all its references; every object is checked.
 * @throws SlipwayError BundleInvalid
 */
export async function readBundle(file: string, repository: string, head: string): Promise<void> {
  const refs = await refsOf(file);
  for (const folder of ['objects/info', 'objects/pack', 'refs/heads', 'refs/tags'])
    await mkdir(join(repository, folder), { recursive: true, mode: 0o700 });
  const config = '[core]\n\trepositoryformatversion = 0\n\tfilemode = true\n\tbare = true\n';
  await writeFile(join(repository, 'config'), config, { flush: true });
  await writeFile(join(repository, 'HEAD'), `ref: refs/heads/${head}\n`, { flush: true });
  if (refs.length === 0) return;
  const durable = ['-c', 'core.fsync=all', '-c', 'core.fsyncMethod=fsync'];
  try {
    await runGit([...durable, '--git-dir', repository, 'bundle', 'unbundle', file], { timeoutMs: 3_600_000 });
  } catch (error) {
    throw new SlipwayError('BundleInvalid', `restore: ${repository}: ${messageOf(error)}`, { cause: error });
  }
  const packed = refs.map(({ id, ref }) => `${id} ${ref}\n`).join('');
  await writeFile(join(repository, 'packed-refs'), packed, { flush: true });
  await runGit(['--git-dir', repository, 'fsck', '--connectivity-only', '--no-dangling'], {
    timeoutMs: 3_600_000,
  });
}

/** The lines before the first empty one. */
async function refsOf(file: string): Promise<{ id: string; ref: string }[]> {
  let text = '';
  for await (const piece of createReadStream(file, { encoding: 'latin1' })) {
    text += piece;
    if (text.includes('\n\n')) break;
  }
  const [first, ...lines] = text.slice(0, text.indexOf('\n\n')).split('\n');
  if (`${first}\n` !== HEADER) throw new SlipwayError('BundleInvalid', `restore: ${file}: no Git bundle`);
  return lines
    .filter(line => line !== '')
    .map(line => {
      const [, id, ref] = /^([0-9a-f]{40}) (refs\/\S+)$/.exec(line) ?? [];
      if (id && ref) return { id, ref };
      throw new SlipwayError('BundleInvalid', `restore: ${file}: ${JSON.stringify(line)} is no reference`);
    });
}
