import { lstatSync, readdirSync, readFileSync, readlinkSync, realpathSync } from 'node:fs';
import { dirname, join } from 'node:path';
import type { SourceEntry, SourceReader } from '@slipway/render';

/**
 * The files of this machine below a folder; links are told, not followed, so that who reads can say where they may
 * lead. Files are read one after the other: a command has nothing else to do, and threads take longer.
 */
export function linkedSource(root: string): SourceReader {
  const real = new Map<string, boolean>();
  /** Whether no link leads to a folder. */
  const isReal = (folder: string): boolean => {
    const known = real.get(folder);
    if (known !== undefined) return known;
    const found = attempt(() => realpathSync.native(folder)) === folder;
    real.set(folder, found);
    return found;
  };
  return {
    read: async path => {
      const file = join(root, path);
      if (!isReal(dirname(file))) return undefined;
      const isFile = lstatSync(file, { throwIfNoEntry: false })?.isFile() ?? false;
      return isFile ? readFileSync(file) : undefined;
    },
    list: async path => {
      const folder = join(root, path).replace(/(?<=.)\/$/, '');
      if (!isReal(folder)) return undefined;
      const entries = attempt(() => readdirSync(folder, { withFileTypes: true }));
      return entries?.map((entry): SourceEntry => {
        if (entry.isSymbolicLink()) return { name: entry.name, type: 'link' };
        return { name: entry.name, type: entry.isDirectory() ? 'folder' : 'file' };
      });
    },
    target: async path => attempt(() => readlinkSync(join(root, path))),
  };
}

/** Undefined for what is not there, or cannot be read. */
function attempt<T>(read: () => T): T | undefined {
  try {
    return read();
  } catch {
    return undefined;
  }
}
