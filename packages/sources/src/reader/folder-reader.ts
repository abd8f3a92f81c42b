import type { Dirent } from 'node:fs';
import { readdir, readFile, realpath } from 'node:fs/promises';
import { join, normalize, sep } from 'node:path';
import type { SourceEntry, SourceReader } from '@slipway/render';

/** Reads a folder's files; what leads out of it (`..`, a symbolic link) cannot be read. */
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
        ?.filter(entry => entry.name !== '.git')
        .flatMap(entry => {
          const type = entryType(entry);
          return type ? [{ name: entry.name, type }] : [];
        });
    },
  };
}

/** Undefined for what is no part of a source: sockets, pipes, devices. */
function entryType(entry: Dirent): SourceEntry['type'] | undefined {
  if (entry.isSymbolicLink()) return 'link';
  if (entry.isDirectory()) return 'folder';
  return entry.isFile() ? 'file' : undefined;
}
