import { createReadStream } from 'node:fs';
import { lstat, readdir, readlink } from 'node:fs/promises';
import { join } from 'node:path';
import { pipeline } from 'node:stream/promises';
import { type Header, type Pack, pack } from 'tar-stream';

/** One archive of all layers (lowest first), as an overlay would show them. */
export function mergedTar(layers: string[]): Pack {
  const archive = pack();
  const stack = [...layers].reverse();
  addFolder(archive, stack, '').then(
    () => archive.finalize(),
    error => archive.destroy(error),
  );
  return archive;
}

/** `stack` holds the folders that make up this one, highest first. */
async function addFolder(archive: Pack, stack: string[], inside: string): Promise<void> {
  const seen = new Set<string>();
  for (const [height, folder] of stack.entries()) {
    for (const name of (await readdir(folder)).sort()) {
      if (seen.has(name)) continue;
      seen.add(name);
      await addEntry(archive, { stack: stack.slice(height), name, inside: join(inside, name) });
    }
  }
}

async function addEntry(
  archive: Pack,
  { stack, name, inside }: { stack: string[]; name: string; inside: string },
): Promise<void> {
  const file = join(stack[0] ?? '', name);
  const found = await lstat(file);
  // A whiteout: the name is gone.
  if (found.isCharacterDevice() && found.rdev === 0) return;
  const { mode, uid, gid, mtime } = found;
  const header: Partial<Header> & { name: string } = { name: inside, mode: mode & 0o7777, uid, gid, mtime };
  if (found.isDirectory()) {
    await write(archive, { ...header, name: `${inside}/`, type: 'directory' });
    const below = await Promise.all(stack.map(folder => folderAt(join(folder, name))));
    // What a file or a whiteout covers is not merged.
    const end = below.indexOf(undefined);
    const merged = (end < 0 ? below : below.slice(0, end)).filter(
      folder => folder !== undefined && folder !== '',
    );
    return addFolder(archive, merged as string[], inside);
  }
  if (found.isSymbolicLink()) {
    return write(archive, { ...header, type: 'symlink', linkname: await readlink(file) });
  }
  if (!found.isFile()) return;
  const entry = archive.entry({ ...header, type: 'file', size: found.size });
  await pipeline(createReadStream(file), entry);
}

/** '' when a layer does not have it, undefined when it is no folder. */
async function folderAt(path: string): Promise<string | undefined> {
  const found = await lstat(path).catch(() => undefined);
  if (!found) return '';
  return found.isDirectory() ? path : undefined;
}

function write(archive: Pack, header: Partial<Header> & { name: string }): Promise<void> {
  return new Promise((resolve, reject) => {
    archive.entry(header, error => (error ? reject(error) : resolve()));
  });
}
