import { readdir, readFile, stat } from 'node:fs/promises';
import { join } from 'node:path';
import type { SourceEntry, SourceReader } from '@slipway/render';

/**
 * A folder of this machine as a source, for the person whose folder it is: links are followed, as the upstream tools
 * follow them.
 */
export function localSource(root: string): SourceReader {
  return {
    read: async path => {
      try {
        return await readFile(join(root, path));
      } catch (error) {
        if (isMissing(error)) return undefined;
        throw error;
      }
    },
    list: async path => {
      const folder = join(root, path);
      try {
        const entries = await readdir(folder, { withFileTypes: true });
        return await Promise.all(
          entries.map(async (entry): Promise<SourceEntry> => {
            const isFolder = entry.isSymbolicLink()
              ? (await stat(join(folder, entry.name))).isDirectory()
              : entry.isDirectory();
            return { name: entry.name, type: isFolder ? 'folder' : 'file' };
          }),
        );
      } catch (error) {
        if (isMissing(error)) return undefined;
        throw error;
      }
    },
  };
}

function isMissing(error: unknown): boolean {
  const code = (error as { code?: string }).code;
  return code === 'ENOENT' || code === 'ENOTDIR' || code === 'EISDIR';
}
