import { randomUUID } from 'node:crypto';
import { constants, copyFile, link, mkdir, readdir, rm, stat } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { backup, DatabaseSync } from 'node:sqlite';
import type { Clock, Log } from '@slipway/api';
import type { Keeps } from '@slipway/definition';
import type { Store } from '@slipway/server';
import { writeDurably } from '../data-folder.ts';
import { isAlive } from '../running.ts';
import { repositoriesIn } from './repository-bundle.ts';
import { STAGED, type Staged, type StagedFile, type StagedPart } from './staged.ts';

export interface StageOptions {
  /** The data folder. */
  data: string;
  store: Store;
  platform: Staged['platform'];
  /** What each engine keeps, by the id of its technology. */
  kept: Map<string, Keeps>;
  clock: Clock;
  log: Log;
}

/** Files of the data folder itself; tokens, kubeconfig and addresses of the running process are made anew. */
const OWN_FILES = ['format.json', 'addresses.json'];
const AT_ONCE = 64;

/**
 * Sets aside what a backup holds. References, journals and the database are of one moment, at which nothing is
 * committed; what they name never changes afterwards, and is linked or read later.
 */
export async function stage(
  options: StageOptions,
  holder: number,
): Promise<{ folder: string; heldMs: number }> {
  const root = join(options.data, 'backup');
  await removeAbandoned(root);
  const folder = join(root, `${holder}-${randomUUID()}`);
  await mkdir(folder, { recursive: true, mode: 0o700 });
  try {
    const { parts, audit, at, heldMs } = await ofOneMoment(options, folder);
    const rest = [
      await databases(options, folder),
      await folders(options, folder),
      await blobs(options, folder),
    ];
    const staged: Staged = {
      at,
      platform: options.platform,
      ...(audit ? { audit } : {}),
      parts: [...parts, ...rest.flat()],
    };
    await writeDurably(join(folder, STAGED), JSON.stringify(staged));
    options.log.info('backup staged', { parts: staged.parts.length, heldMs });
    return { folder, heldMs };
  } catch (error) {
    await rm(folder, { recursive: true, force: true });
    throw error;
  }
}

/** Removes what was set aside for processes that are gone. */
export async function removeAbandoned(root: string): Promise<void> {
  for (const name of await readdir(root).catch(() => [])) {
    if (!isAlive(Number.parseInt(name, 10))) await rm(join(root, name), { recursive: true, force: true });
  }
}

interface Moment {
  parts: StagedPart[];
  audit?: Staged['audit'];
  at: string;
  heldMs: number;
}

async function ofOneMoment(options: StageOptions, folder: string): Promise<Moment> {
  const { store, clock, data, kept } = options;
  const moment: Moment = { parts: [], at: '', heldMs: 0 };
  const database = join(folder, 'objects.sqlite');
  await store.backup(database, async () => {
    const begun = performance.now();
    moment.at = new Date(clock.now()).toISOString();
    const [newest] = await store.audit.search({ limit: 1 });
    if (newest) moment.audit = { sequence: newest.sequence, hash: newest.hash };
    const journals = await eachKept(kept, 'files', name => copied({ data, folder, name }));
    const own = await Promise.all(OWN_FILES.map(name => copied({ data, folder, name })));
    const repositories = await eachKept(kept, 'repositories', name => repositoriesIn(join(data, name), name));
    moment.parts.push(...[...own, ...journals, ...repositories].flat());
    moment.heldMs = Math.ceil(performance.now() - begun);
  });
  moment.parts.unshift({ kind: 'database', name: 'objects.sqlite', file: database });
  return moment;
}

function eachKept<T>(
  kept: StageOptions['kept'],
  field: keyof Keeps,
  work: (name: string) => Promise<T>,
): Promise<T[]> {
  const names = [...kept].flatMap(([id, keeps]) => (keeps[field] ?? []).map(name => `engines/${id}/${name}`));
  return Promise.all(names.map(work));
}

/** A file that is there; folders come later, for they may be large. */
async function copied(place: { data: string; folder: string; name: string }): Promise<StagedFile[]> {
  const from = join(place.data, place.name);
  const facts = await stat(from).catch(() => undefined);
  if (!facts?.isFile()) return [];
  const file = join(place.folder, place.name);
  await mkdir(dirname(file), { recursive: true, mode: 0o700 });
  await copyFile(from, file, constants.COPYFILE_FICLONE);
  return [{ kind: 'file', name: place.name, file }];
}

async function databases({ data, kept }: StageOptions, folder: string): Promise<StagedFile[]> {
  const found = await eachKept(kept, 'databases', async (name): Promise<StagedFile[]> => {
    const from = join(data, name);
    if (!(await stat(from).catch(() => undefined))) return [];
    const file = join(folder, name);
    await mkdir(dirname(file), { recursive: true, mode: 0o700 });
    const database = new DatabaseSync(from, { readOnly: true });
    await backup(database, file).finally(() => database.close());
    return [{ kind: 'database', name, file }];
  });
  return found.flat();
}

/** Kept folders with all their files; one that goes meanwhile was at its end. */
async function folders({ data, kept }: StageOptions, folder: string): Promise<StagedFile[]> {
  const found = await eachKept(kept, 'files', async (name): Promise<StagedFile[]> => {
    const entries = await readdir(join(data, name), { recursive: true, withFileTypes: true }).catch(() => []);
    const files = entries.filter(entry => entry.isFile() && !entry.name.endsWith('.new'));
    const names = files.map(entry => join(entry.parentPath, entry.name).slice(data.length + 1));
    return inTurns(names, each => copied({ data, folder, name: each }).catch(ignoreMissing));
  });
  return found.flat();
}

/** Blobs never change, so a second name holds what is there now, for as long as the copy takes. */
async function blobs({ data }: StageOptions, folder: string): Promise<StagedFile[]> {
  const found = await Promise.all(
    ['sha256', 'sha512'].map(async algorithm => {
      const from = join(data, 'blobs', algorithm);
      const to = join(folder, 'blobs', algorithm);
      await mkdir(to, { recursive: true, mode: 0o700 });
      return inTurns(await readdir(from).catch(() => []), async (hex): Promise<StagedFile[]> => {
        const file = join(to, hex);
        const there = await hold(join(from, hex), file);
        return there ? [{ kind: 'file', name: `blobs/${algorithm}/${hex}`, file }] : [];
      });
    }),
  );
  return found.flat();
}

async function hold(from: string, to: string): Promise<boolean> {
  try {
    await link(from, to).catch(error => {
      if (isMissing(error)) throw error;
      // A file system without hard links.
      return copyFile(from, to, constants.COPYFILE_FICLONE);
    });
    return true;
  } catch (error) {
    ignoreMissing(error);
    return false;
  }
}

async function inTurns<T>(names: string[], work: (name: string) => Promise<T[]>): Promise<T[]> {
  const found: T[] = [];
  for (let at = 0; at < names.length; at += AT_ONCE) {
    found.push(...(await Promise.all(names.slice(at, at + AT_ONCE).map(work))).flat());
  }
  return found;
}

function isMissing(error: unknown): boolean {
  return (error as NodeJS.ErrnoException).code === 'ENOENT';
}

function ignoreMissing(error: unknown): never[] {
  if (isMissing(error)) return [];
  throw error;
}
