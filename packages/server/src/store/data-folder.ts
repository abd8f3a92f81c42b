import { mkdirSync, readFileSync, renameSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import { type Clock, messageOf, type Random, SlipwayError } from '@slipway/api';

/** The newest layout of the data folder that this program writes. */
export const FORMAT = 1;

/** A data folder that this process alone holds. */
export interface DataFolder {
  readonly path: string;
  /** Platform id: made once, kept for ever; the name of the key file. */
  readonly id: string;
  /** Lets another process have it; may be called again. */
  release(): void;
}

interface Format {
  format: number;
  id: string;
  created: string;
}

/**
 * Takes a data folder for this process, making it (mode 0700) when missing.
 * @throws SlipwayError FolderUnwritable, FolderInUse, FormatUnknown
 */
export function openDataFolder(options: { path: string; clock: Clock; random: Random }): DataFolder {
  const { path } = options;
  try {
    mkdirSync(path, { recursive: true, mode: 0o700 });
  } catch (error) {
    throw unwritable(path, error);
  }
  const lock = takeLock(path);
  try {
    const format = readFormat(path) ?? writeFormat(options);
    return {
      path,
      id: format.id,
      release: () => {
        if (lock.isOpen) lock.close();
      },
    };
  } catch (error) {
    lock.close();
    throw error;
  }
}

function unwritable(path: string, cause: unknown): SlipwayError {
  return new SlipwayError(
    'FolderUnwritable',
    `data folder: cannot write: "${path}": ${messageOf(cause)}; make it writable or choose another with --data`,
    { cause },
  );
}

/** SQLite's own file lock is the truth: the kernel drops it when the process dies. The pid is for the message. */
function takeLock(path: string): DatabaseSync {
  const pidFile = join(path, 'pid');
  let lock: DatabaseSync | undefined;
  try {
    lock = new DatabaseSync(join(path, 'lock'), { timeout: 0 });
    lock.exec('PRAGMA journal_mode = OFF; PRAGMA locking_mode = EXCLUSIVE; BEGIN EXCLUSIVE');
    writeFileSync(pidFile, `${process.pid}\n`, { mode: 0o600 });
    return lock;
  } catch (error) {
    lock?.close();
    if (!messageOf(error).includes('locked')) throw unwritable(path, error);
    const owner = readText(pidFile)?.trim() ?? 'unknown';
    throw new SlipwayError(
      'FolderInUse',
      `data folder: in use by process ${owner}: "${path}"; stop that process or choose another folder`,
    );
  }
}

function readText(file: string): string | undefined {
  try {
    return readFileSync(file, 'utf8');
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') return undefined;
    throw error;
  }
}

function readFormat(path: string): Format | undefined {
  const file = join(path, 'format.json');
  const text = readText(file);
  if (text === undefined) return undefined;
  const format = parseFormat(text, file);
  if (format.format > FORMAT) {
    throw new SlipwayError(
      'FormatUnknown',
      `data folder: format ${format.format} is newer than ${FORMAT}, the newest this program reads: "${path}"; ` +
        'use the program that wrote it, or a newer one',
    );
  }
  return format;
}

function parseFormat(text: string, file: string): Format {
  try {
    const format = JSON.parse(text) as Partial<Format>;
    if (typeof format.format === 'number' && typeof format.id === 'string') return format as Format;
  } catch {
    // told below, in the same words as a document without its fields
  }
  throw new SlipwayError(
    'FormatUnknown',
    `data folder: not a format document: "${file}"; restore it from a backup`,
  );
}

function writeFormat(options: { path: string; clock: Clock; random: Random }): Format {
  const format: Format = {
    format: FORMAT,
    id: options.random.uuid(),
    created: new Date(options.clock.now()).toISOString(),
  };
  const file = join(options.path, 'format.json');
  try {
    writeFileSync(`${file}.new`, `${JSON.stringify(format)}\n`, { mode: 0o600, flush: true });
    renameSync(`${file}.new`, file);
  } catch (error) {
    throw unwritable(options.path, error);
  }
  return format;
}
