import type { SourceEntry, SourceReader } from './source-reader.ts';

/** A source held in memory: paths to texts. `links` are symbolic ones. */
export function readerOf(files: Record<string, string>, links: string[] = []): SourceReader {
  const below = (folder: string): Map<string, SourceEntry> => {
    const prefix = folder === '' ? '' : `${folder}/`;
    const found = new Map<string, SourceEntry>();
    for (const path of [...Object.keys(files), ...links]) {
      if (!path.startsWith(prefix)) continue;
      const [name = '', ...rest] = path.slice(prefix.length).split('/');
      const type = links.includes(path) ? 'link' : 'file';
      found.set(name, { name, type: rest.length > 0 ? 'folder' : type });
    }
    return found;
  };
  return {
    read: async path => {
      const text = files[path];
      return text === undefined ? undefined : new TextEncoder().encode(text);
    },
    list: async path => {
      const entries = [...below(path).values()];
      return entries.length > 0 || path === '' ? entries : undefined;
    },
  };
}
