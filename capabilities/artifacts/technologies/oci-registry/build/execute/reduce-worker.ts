import * as fs from 'node:fs';
import { join } from 'node:path';
import { type Found, MergedTree } from './merged-tree.ts';

/**
 * Turns a changed copy of an image's files into the changes alone: what is as the layers have it is removed from the
 * folder. Contents are compared, for a copy has its own times.
 * @returns paths that the layers have and the copy no longer has
 */
export function reduceCopy({ upper, lowers }: { upper: string; lowers: string[] }): string[] {
  const tree = new MergedTree(lowers);
  const removed: string[] = [];
  const visit = (segments: string[]) => {
    const folder = join(upper, ...segments);
    const below = tree.find(`/${segments.join('/')}`, { follow: false });
    const names = new Set(fs.readdirSync(folder));
    for (const name of below?.stats.isDirectory() ? tree.list(segments) : []) {
      if (!names.has(name)) removed.push([...segments, name].join('/'));
    }
    for (const name of names) {
      const path = [...segments, name];
      const file = join(folder, name);
      const stats = fs.lstatSync(file);
      const original = tree.find(`/${path.join('/')}`, { follow: false });
      if (stats.isDirectory()) visit(path);
      if (original && isSame(original, file, stats)) removeSame(file, stats);
    }
  };
  visit([]);
  return removed;
}

function isSame(original: Found, file: string, stats: fs.Stats): boolean {
  if ((original.stats.mode & 0o7777) !== (stats.mode & 0o7777)) return false;
  if (stats.isSymbolicLink()) {
    return original.stats.isSymbolicLink() && fs.readlinkSync(original.file) === fs.readlinkSync(file);
  }
  if (stats.isDirectory()) return original.stats.isDirectory() && fs.readdirSync(file).length === 0;
  if (!stats.isFile() || !original.stats.isFile() || original.stats.size !== stats.size) return false;
  return fs.readFileSync(original.file).equals(fs.readFileSync(file));
}

function removeSame(file: string, stats: fs.Stats): void {
  if (stats.isDirectory()) fs.rmdirSync(file);
  if (!stats.isDirectory()) fs.rmSync(file);
}
