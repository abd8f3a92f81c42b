import { open } from 'node:fs/promises';

/**
 * Syncs a folder's entries to the disk, many callers by one call: whoever asks while a sync runs
 * shares the next one, for the running one may have begun before the caller's rename.
 */
export function groupSync(folder: string): () => Promise<void> {
  let running: Promise<void> | undefined;
  let next: Promise<void> | undefined;

  async function sync(): Promise<void> {
    const handle = await open(folder, 'r');
    try {
      await handle.sync();
    } finally {
      await handle.close();
    }
  }

  function begin(): Promise<void> {
    next = undefined;
    running = sync().finally(() => {
      running = undefined;
    });
    return running;
  }

  return () => {
    if (!running) return begin();
    next ??= running.then(begin, begin);
    return next;
  };
}
