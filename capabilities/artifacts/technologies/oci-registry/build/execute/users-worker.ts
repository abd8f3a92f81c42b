import { readFileSync } from 'node:fs';
import { MergedTree } from './merged-tree.ts';

/** The image's lists of users and groups; '' when it has none. */
export function readUsers({ layers }: { layers: string[] }): { passwd: string; group: string } {
  const tree = new MergedTree(layers);
  const read = (path: string) => {
    const found = tree.find(path, { follow: true });
    return found?.stats.isFile() ? readFileSync(found.file, 'utf8') : '';
  };
  return { passwd: read('/etc/passwd'), group: read('/etc/group') };
}
