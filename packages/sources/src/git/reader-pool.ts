import { type Clock, SlipwayError } from '@slipway/api';
import { type GitObjects, openObjects } from './objects.ts';

/** Object readers of the repositories in use: a process each, ended when it was idle for a while. */
export interface ReaderPool {
  /** The reader of a repository; do not close it. @throws SlipwayError GitClosed */
  of(repository: string): GitObjects;
  /** Ends the reader of a repository that goes away. */
  forget(repository: string): void;
  close(): void;
}

const IDLE_MS = 10_000;
const MOST = 24;

interface Entry {
  objects: GitObjects;
  usedAt: number;
}

export function openReaderPool(clock: Clock): ReaderPool {
  const entries = new Map<string, Entry>();
  const abort = new AbortController();
  let sweeping = false;
  const forget = (repository: string) => {
    entries.get(repository)?.objects.close();
    entries.delete(repository);
  };
  const sweep = async () => {
    if (sweeping) return;
    sweeping = true;
    try {
      while (entries.size > 0) {
        await clock.sleep(IDLE_MS, abort.signal);
        for (const [path, entry] of entries) if (clock.now() - entry.usedAt >= IDLE_MS) forget(path);
      }
    } catch {
      // Closed while it slept.
    } finally {
      sweeping = false;
    }
  };
  return {
    of: repository => {
      if (abort.signal.aborted) throw new SlipwayError('GitClosed', `readers are closed: "${repository}"`);
      const known = entries.get(repository);
      if (known && !known.objects.closed) {
        known.usedAt = clock.now();
        return known.objects;
      }
      const oldest = [...entries].sort(([, a], [, b]) => a.usedAt - b.usedAt)[0];
      if (entries.size >= MOST && oldest) forget(oldest[0]);
      const made = { objects: openObjects(repository), usedAt: clock.now() };
      entries.set(repository, made);
      sweep();
      return made.objects;
    },
    forget,
    close: () => {
      abort.abort(new Error('closed'));
      for (const path of [...entries.keys()]) forget(path);
    },
  };
}
