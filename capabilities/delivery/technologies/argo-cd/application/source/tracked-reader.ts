import type { SourceReader } from '@slipway/render';
import { followLinks, type LinkOptions, type LinkReader } from '@slipway/sources';

/** The files of a source as a file system shows them, and what of them was looked at. */
export interface TrackedReader {
  reader: SourceReader;
  /** `file <path>` and `list <path>`, without links; what was missing counts by the names in its folder. */
  reads: Set<string>;
}

/** Notes what is looked at, so that a commit that changes nothing of it needs no new rendering. */
export function trackedReader(source: LinkReader, options: LinkOptions = {}): TrackedReader {
  const reads = new Set<string>();
  const noted = <T>(what: 'file' | 'list', path: string, found: T | undefined): T | undefined => {
    reads.add(found === undefined ? `list ${parentOf(path)}` : `${what} ${cleanPath(path)}`);
    return found;
  };
  const recorded: LinkReader = {
    read: async path => noted('file', path, await source.read(path)),
    list: async path => noted('list', path, await source.list(path)),
    readLink: async path => {
      const target = await source.readLink(path);
      if (target !== undefined) reads.add(`file ${cleanPath(path)}`);
      return target;
    },
  };
  return { reader: followLinks(recorded, options), reads };
}

/** What stands where something was read: equal texts are equal files, or equal names in a folder. */
export async function readState(
  source: Pick<SourceReader, 'list'> & { objectId(path: string): Promise<string | undefined> },
  read: string,
): Promise<string | undefined> {
  const path = read.slice(5);
  if (read.startsWith('file ')) return source.objectId(path);
  const entries = await source.list(path);
  return entries?.map(({ name, type }) => `${name}/${type}`).join('\n');
}

function parentOf(path: string): string {
  const whole = cleanPath(path);
  return whole.includes('/') ? whole.slice(0, whole.lastIndexOf('/')) : '';
}

/** Without `.`, doubled and outer slashes. */
export function cleanPath(path: string): string {
  return path
    .split('/')
    .filter(part => part !== '' && part !== '.')
    .join('/');
}
