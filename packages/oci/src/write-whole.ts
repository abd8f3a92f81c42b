import { randomUUID } from 'node:crypto';
import { open, rename, rm } from 'node:fs/promises';
import { dirname } from 'node:path';

export interface WriteWholeOptions {
  /** Whether the bytes and the name are on the disk when it resolves; what can be made again needs no sync. */
  durable: boolean;
  /** Permissions, whatever the process's mask says; default 0o600. */
  mode?: number;
}

/**
 * Writes a file as a whole: whoever reads it finds what was there before or all of the new, also when two write at once or
 * the process ends. Its folder has to be there. @throws what the file system says; then nothing is left
 */
export async function writeWhole(
  path: string,
  content: string | Uint8Array,
  { durable, mode = 0o600 }: WriteWholeOptions,
): Promise<void> {
  const draft = `${path}.${randomUUID()}.new`;
  try {
    const file = await open(draft, 'wx', mode);
    try {
      await file.chmod(mode);
      await file.writeFile(content);
      if (durable) await file.sync();
    } finally {
      await file.close();
    }
    await rename(draft, path);
  } catch (error) {
    await rm(draft, { force: true });
    throw error;
  }
  if (durable) await syncFolder(dirname(path));
}

/** A name is on the disk when its folder is. */
export async function syncFolder(folder: string): Promise<void> {
  const handle = await open(folder, 'r');
  await handle.sync().finally(() => handle.close());
}
