import * as fs from 'node:fs';
import { dirname, join } from 'node:path';
import type { HostFile } from './host-files.ts';

export interface LayoutInput {
  target: string;
  files: HostFile[];
  /** Absolute path in the image → where it leads. */
  links: Record<string, string>;
  texts: Record<string, string>;
  folders: Record<string, number>;
}

/** Copies the machine's files into the shape of an image. What cannot be read is left out. */
export function layOut({ target, files, links, texts, folders }: LayoutInput): void {
  for (const [path, mode] of Object.entries(folders)) {
    fs.mkdirSync(join(target, path), { recursive: true });
    fs.chmodSync(join(target, path), mode);
  }
  for (const [path, to] of Object.entries(links)) {
    fs.mkdirSync(dirname(join(target, path)), { recursive: true });
    fs.symlinkSync(to, join(target, path));
  }
  for (const [path, content] of Object.entries(texts)) {
    fs.mkdirSync(dirname(join(target, path)), { recursive: true });
    fs.writeFileSync(join(target, path), content, { mode: 0o644 });
  }
  for (const { from, to } of files) copy(from, join(target, to));
  for (const path of walkFolders(target))
    if (folders[path.slice(target.length)] === undefined) fs.chmodSync(path, 0o755);
}

function copy(from: string, to: string): void {
  if (fs.existsSync(to)) return;
  const stats = fs.statSync(from, { throwIfNoEntry: false });
  if (!stats?.isFile()) return;
  fs.mkdirSync(dirname(to), { recursive: true });
  fs.copyFileSync(from, to);
  fs.chmodSync(to, (stats.mode & 0o111) === 0 ? 0o644 : 0o755);
}

function walkFolders(root: string): string[] {
  return fs
    .readdirSync(root, { withFileTypes: true })
    .filter(entry => entry.isDirectory())
    .flatMap(entry => [join(root, entry.name), ...walkFolders(join(root, entry.name))]);
}
