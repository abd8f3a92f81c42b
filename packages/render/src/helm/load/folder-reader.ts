import type { SourceEntry, SourceReader } from '../../source-reader.ts';
import type { ChartFile } from '../chart.ts';
import { cleanPath } from './archive-files.ts';

/** Files in memory as a source. */
export function folderReader(files: ChartFile[]): SourceReader {
  const contents = new Map(files.map(({ name, data }) => [name, data]));
  const folders = new Map<string, Map<string, SourceEntry>>([['.', new Map()]]);
  for (const { name } of files) {
    const parts = name.split('/');
    parts.forEach((part, index) => {
      const folder = index === 0 ? '.' : parts.slice(0, index).join('/');
      const entries = folders.get(folder) ?? new Map<string, SourceEntry>();
      const type = index === parts.length - 1 ? 'file' : 'folder';
      entries.set(part, { name: part, type });
      folders.set(folder, entries);
    });
  }
  return {
    read: async path => contents.get(cleanPath(path)),
    list: async path => {
      const entries = folders.get(cleanPath(path));
      return entries && [...entries.values()];
    },
  };
}
