import { readFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import {
  type Bringing,
  emptyLock,
  LOCK_FILE,
  type Lock,
  parseDefinition,
  parseLock,
  resolveDefinition,
  type Selection,
  select,
} from '@slipway/definition';
import type { Config } from './config.ts';
import { catalogue } from './technologies.ts';

/**
 * The definition in a file, with what it names elsewhere as the lock beside it pins that. Nothing is written.
 * @throws DefinitionError, and SlipwayError as `resolveDefinition`
 */
export async function readDefinition(
  file: string,
  { cacheFolder }: Pick<Config, 'cacheFolder'>,
  access?: Bringing['access'],
): Promise<Selection> {
  const located = parseDefinition(await readFile(file, 'utf8'), file);
  const folder = dirname(file);
  const how = { folder, cacheFolder: join(cacheFolder, 'packages'), ...(access ? { access } : {}) };
  const known = catalogue();
  const lock = await readLock(join(folder, LOCK_FILE));
  return select(await resolveDefinition(located, { catalogue: known, lock, how }), known);
}

/** The lock in a file; an empty one when there is none. */
export async function readLock(file: string): Promise<Lock> {
  const text = await readFile(file, 'utf8').catch((error: NodeJS.ErrnoException) => {
    if (error.code === 'ENOENT') return undefined;
    throw error;
  });
  return text === undefined ? emptyLock() : parseLock(text, file);
}
