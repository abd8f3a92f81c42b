import { readdir, readFile, realpath } from 'node:fs/promises';
import { join, normalize, sep } from 'node:path';
import type { SourceReader } from '@slipway/render';

/** Reads a folder's files; what leads out of it (`..`, a symbolic link) is not there. */
export function folderReader(folder: string): SourceReader {
  const inside = async (path: string): Promise<string | undefined> => {
    const root = await realpath(folder);
    const target = await realpath(join(root, normalize(`/${path}`))).catch(() => undefined);
    return target === root || target?.startsWith(root + sep) ? target : undefined;
  };
  return {
    read: async path => {
      const target = await inside(path);
      return target ? readFile(target).catch(() => undefined) : undefined;
    },
    list: async path => {
      const target = await inside(path);
      const entries = target
        ? await readdir(target, { withFileTypes: true }).catch(() => undefined)
        : undefined;
      return entries
        ?.filter(entry => entry.name !== '.git' && (entry.isFile() || entry.isDirectory()))
        .map(entry => ({
          name: entry.name,
          type: entry.isDirectory() ? ('folder' as const) : ('file' as const),
        }));
    },
  };
}
