import { readdir } from 'node:fs/promises';
import { join } from 'node:path';
import { SlipwayError } from '@slipway/api';

const MOST_FILES = 5_000;

/** Files below a folder as relative paths; links are refused, for they could lead anywhere. */
export async function filesOf(folder: string): Promise<string[]> {
  const files: string[] = [];
  const walk = async (prefix: string): Promise<void> => {
    const entries = await readdir(join(folder, prefix), { withFileTypes: true }).catch(() => {
      throw new SlipwayError('SourceUnknown', `${JSON.stringify(prefix || './')}: no such folder`);
    });
    for (const entry of entries.sort((a, b) => (a.name < b.name ? -1 : 1))) {
      const path = prefix ? `${prefix}/${entry.name}` : entry.name;
      if (entry.name === '.git') continue;
      if (entry.isSymbolicLink())
        throw new SlipwayError('LinkRefused', `${path}: a symbolic link; links are not copied`);
      if (entry.isDirectory()) await walk(path);
      else files.push(path);
      if (files.length > MOST_FILES) throw new SlipwayError('TooLarge', `more than ${MOST_FILES} files`);
    }
  };
  await walk('');
  return files;
}
