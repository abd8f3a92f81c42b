import { type FileHandle, open, readFile, rename, rm } from 'node:fs/promises';
import { dirname } from 'node:path';
import { SlipwayError } from '@slipway/api';
import { groupSync } from '@slipway/oci';

/**
 * A list of small records that only grows, one JSON text per line. Appends of the same moment share one sync, and
 * `append` resolves after it. A line that a crash cut short was never acknowledged and is dropped.
 */
export interface Journal<T> {
  append(records: T[]): Promise<void>;
  /** Replaces everything by these; all or nothing. */
  rewrite(records: Iterable<T>): Promise<void>;
  close(): Promise<void>;
}

/** @param replay is given each record of the file, oldest first */
export async function openJournal<T>(path: string, replay: (record: T) => void): Promise<Journal<T>> {
  await rm(`${path}.new`, { force: true });
  const text = await readFile(path, 'utf8').catch(missing);
  const complete = text.slice(0, text.lastIndexOf('\n') + 1);
  complete.split('\n').forEach((line, i) => {
    if (line !== '') replay(parse<T>(line, path, i + 1));
  });
  let file = await open(path, 'a', 0o600);
  let size = Buffer.byteLength(complete);
  await file.truncate(size);
  await file.sync();
  await groupSync(dirname(path))();

  let waiting: { text: string; done: () => void; failed: (error: unknown) => void }[] = [];
  let running: Promise<void> | undefined;

  async function drain(): Promise<void> {
    while (waiting.length > 0) {
      const batch = waiting;
      waiting = [];
      try {
        const lines = batch.map(entry => entry.text).join('');
        await writeSynced(file, lines);
        size += Buffer.byteLength(lines);
        for (const entry of batch) entry.done();
      } catch (error) {
        // A full disk may have taken half a line: nothing may be written behind it.
        await file.truncate(size).catch(() => {});
        for (const entry of batch) entry.failed(error);
      }
    }
    running = undefined;
  }

  async function rewrite(records: Iterable<T>): Promise<void> {
    await running;
    const next = await open(`${path}.new`, 'w', 0o600);
    const lines = [...records].map(record => `${JSON.stringify(record)}\n`).join('');
    await writeSynced(next, lines);
    await rename(`${path}.new`, path);
    await groupSync(dirname(path))();
    await file.close();
    file = next;
    size = Buffer.byteLength(lines);
  }

  return {
    append: records =>
      new Promise((done, failed) => {
        const lines = records.map(record => `${JSON.stringify(record)}\n`).join('');
        waiting.push({ text: lines, done, failed });
        running ??= drain();
      }),
    rewrite,
    close: async () => {
      await running;
      await file.close();
    },
  };
}

async function writeSynced(file: FileHandle, text: string): Promise<void> {
  await file.appendFile(text);
  await file.datasync();
}

function missing(error: unknown): string {
  if (error instanceof Error && 'code' in error && error.code === 'ENOENT') return '';
  throw error;
}

function parse<T>(line: string, path: string, number: number): T {
  try {
    return JSON.parse(line) as T;
  } catch {
    throw new SlipwayError(
      'JournalDamaged',
      `registry: ${path}: line ${number} is not JSON; restore the file from a backup`,
    );
  }
}
