import { SlipwayError } from '@slipway/api';
import type { SourceEntry, SourceReader } from '@slipway/render';

/** A source that can say where its symbolic links lead. */
export interface LinkReader extends SourceReader {
  readLink(path: string): Promise<string | undefined>;
}

export interface LinkOptions {
  /** Links to folders are listed as folders, too; a walk then goes through them. Default: they stay links. */
  folders?: boolean;
}

const MOST_LINKS = 40;
const MOST_DEPTH = 100;

/**
 * The same files as a file system shows them: links inside the source are followed, those that lead out of it refused.
 * @throws SlipwayError LinkRefused
 */
export function followLinks(reader: LinkReader, { folders = false }: LinkOptions = {}): SourceReader {
  const listed = async (path: string): Promise<SourceEntry[] | undefined> => reader.list(path);
  const resolve = (path: string) => resolvePath(reader, path);
  return {
    read: async path => reader.read(await resolve(path)),
    list: async path => {
      const folder = await resolve(path);
      const entries = await listed(folder);
      if (!entries) return undefined;
      const followed = await Promise.all(
        entries.map(async entry => {
          if (entry.type !== 'link') return entry;
          const target = await resolve(join(folder, entry.name));
          if (await listed(target)) return folders ? { ...entry, type: 'folder' as const } : entry;
          // A link to nothing stays one: it is read as missing.
          return (await reader.read(target)) ? { ...entry, type: 'file' as const } : entry;
        }),
      );
      return followed;
    },
  };
}

/** The path without links, `.` and `..`. */
async function resolvePath(reader: LinkReader, path: string): Promise<string> {
  let open = path.split('/');
  let done: string[] = [];
  let links = 0;
  while (open.length > 0) {
    const [part = '', ...rest] = open;
    open = rest;
    if (part === '' || part === '.') continue;
    if (part === '..') {
      if (done.length === 0) throw refused(path, 'leads out of the source');
      done = done.slice(0, -1);
      continue;
    }
    const here = [...done, part];
    if (here.length > MOST_DEPTH) throw refused(path, 'is nested too deep');
    const target = await reader.readLink(here.join('/'));
    if (target === undefined) {
      done = here;
      continue;
    }
    if (target.startsWith('/'))
      throw refused(here.join('/'), 'is a symbolic link that leads out of the source');
    if (++links > MOST_LINKS) throw refused(path, 'has too many symbolic links');
    open = [...target.split('/'), ...open];
  }
  return done.join('/');
}

function refused(path: string, why: string): SlipwayError {
  return new SlipwayError('LinkRefused', `${JSON.stringify(path)}: ${why}`);
}

function join(folder: string, name: string): string {
  return folder === '' ? name : `${folder}/${name}`;
}
