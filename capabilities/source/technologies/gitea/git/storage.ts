import { mkdir, open, readdir, rename, rm, stat, writeFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { checkName, type RepositoryName } from './name.ts';

/** Bare repositories in one folder: `<owner>/<name>.git`, both in lower case. */
export interface Storage {
  /** Path of a repository, which may not exist. @throws SourceError RepositoryNameInvalid */
  pathOf(name: RepositoryName): string;
  exists(name: RepositoryName): Promise<boolean>;
  /** Makes an empty one; false when there is one already. Synced to the disk before it resolves. */
  create(name: RepositoryName, defaultBranch: string): Promise<boolean>;
  remove(name: RepositoryName): Promise<void>;
  /** Moves one aside and back under another name. */
  move(from: RepositoryName, to: RepositoryName): Promise<void>;
  /** Removes what a killed git left: locks, half-received packs, half-made repositories. */
  clean(): Promise<void>;
}

export function openStorage(root: string): Storage {
  const pathOf = (name: RepositoryName) => {
    checkName(name);
    return join(root, name.owner, `${name.name.toLowerCase()}.git`);
  };
  /** The API and the controller make the same one at the same time. */
  const making = new Map<string, Promise<boolean>>();
  const exists = async (name: RepositoryName) =>
    (await stat(join(pathOf(name), 'HEAD')).catch(() => undefined)) !== undefined;
  return {
    pathOf,
    exists,
    create: async (name, defaultBranch) => {
      const path = pathOf(name);
      const present = making.get(path);
      if (present) {
        await present;
        return false;
      }
      const made = exists(name).then(there => (there ? false : makeBare(path, defaultBranch)));
      making.set(path, made);
      return made.finally(() => making.delete(path));
    },
    remove: async name => {
      const path = pathOf(name);
      // Gone at once for everybody, then removed: a crash in between leaves only what `clean` takes.
      const aside = `${path}.${Math.trunc(performance.now() * 1000)}.old`;
      await rename(path, aside).catch(ignoreMissing);
      await rm(aside, { recursive: true, force: true });
    },
    move: async (from, to) => {
      await mkdir(dirname(pathOf(to)), { recursive: true, mode: 0o700 });
      await rename(pathOf(from), pathOf(to));
      await syncFolder(dirname(pathOf(to)));
    },
    clean: async () => {
      for (const owner of await namesIn(root)) {
        for (const name of await namesIn(join(root, owner))) {
          const path = join(root, owner, name);
          if (/\.(new|old)$/.test(name)) await rm(path, { recursive: true, force: true });
          if (name.endsWith('.git')) await cleanRepository(path);
        }
      }
    },
  };
}

let drafts = 0;

/** What `git init --bare` makes, without its templates: 1 ms instead of a process. */
async function makeBare(path: string, defaultBranch: string): Promise<boolean> {
  const draft = `${path}.${process.pid}-${drafts++}.new`;
  const folders = ['objects/info', 'objects/pack', 'refs/heads', 'refs/tags'];
  await Promise.all(folders.map(folder => mkdir(join(draft, folder), { recursive: true, mode: 0o700 })));
  const config = '[core]\n\trepositoryformatversion = 0\n\tfilemode = true\n\tbare = true\n';
  await Promise.all([
    writeFile(join(draft, 'config'), config, { flush: true }),
    writeFile(join(draft, 'HEAD'), `ref: refs/heads/${defaultBranch}\n`, { flush: true }),
  ]);
  try {
    await rename(draft, path);
    await syncFolder(dirname(path));
    return true;
  } catch (error) {
    await rm(draft, { recursive: true, force: true });
    if (['ENOTEMPTY', 'EEXIST'].includes(String((error as NodeJS.ErrnoException).code))) return false;
    throw error;
  }
}

/** Points HEAD at another branch. */
export async function writeHead(repository: string, branch: string): Promise<void> {
  const draft = join(repository, `HEAD.${process.pid}-${drafts++}.new`);
  await writeFile(draft, `ref: refs/heads/${branch}\n`, { flush: true });
  await rename(draft, join(repository, 'HEAD'));
  await syncFolder(repository);
}

/** A git that was killed leaves locks that would refuse every later push. Only for repositories nobody works on. */
async function cleanRepository(path: string): Promise<void> {
  await removeLocks(join(path, 'refs'));
  for (const name of await namesIn(path)) {
    if (name.endsWith('.lock') || name.endsWith('.new') || name.startsWith('fast_import_crash_'))
      await rm(join(path, name), { force: true });
  }
  for (const name of await namesIn(join(path, 'objects'))) {
    if (/^(tmp_objdir-|incoming-|tmp_obj_)/.test(name))
      await rm(join(path, 'objects', name), { recursive: true, force: true });
  }
  for (const name of await namesIn(join(path, 'objects/pack'))) {
    if (/^(\.?tmp-|tmp_)/.test(name) || name.endsWith('.keep'))
      await rm(join(path, 'objects/pack', name), { force: true });
  }
}

async function removeLocks(folder: string): Promise<void> {
  const entries = await readdir(folder, { withFileTypes: true }).catch(() => []);
  for (const entry of entries) {
    const path = join(folder, entry.name);
    if (entry.isDirectory()) await removeLocks(path);
    if (entry.isFile() && entry.name.endsWith('.lock')) await rm(path, { force: true });
  }
}

async function namesIn(folder: string): Promise<string[]> {
  return readdir(folder).catch(() => []);
}

/** A rename is durable when its folder is. */
async function syncFolder(folder: string): Promise<void> {
  const handle = await open(folder, 'r');
  try {
    await handle.sync();
  } finally {
    await handle.close();
  }
}

function ignoreMissing(error: unknown): void {
  if ((error as NodeJS.ErrnoException).code !== 'ENOENT') throw error;
}
