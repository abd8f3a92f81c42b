import { readdirSync, readFileSync, statSync } from 'node:fs';
import { join } from 'node:path';
import type { SourceEntry, SourceReader } from '@slipway/render';

/**
 * A folder of this machine as a source, for the person whose folder it is: links are followed, as the upstream tools
 * follow them. Files are read one after the other: a command has nothing else to do, and threads take longer.
 */
export function localSource(root: string): SourceReader {
  return {
    read: async path => present(() => readFileSync(join(root, path))),
    list: async path => {
      const folder = join(root, path);
      return present(() =>
        readdirSync(folder, { withFileTypes: true }).map((entry): SourceEntry => {
          const isFolder = entry.isSymbolicLink()
            ? statSync(join(folder, entry.name)).isDirectory()
            : entry.isDirectory();
          return { name: entry.name, type: isFolder ? 'folder' : 'file' };
        }),
      );
    },
  };
}

/** Undefined for what is not there. */
function present<T>(read: () => T): T | undefined {
  try {
    return read();
  } catch (error) {
    const { code } = error as { code?: string };
    if (code === 'ENOENT' || code === 'ENOTDIR' || code === 'EISDIR') return undefined;
    throw error;
  }
}
