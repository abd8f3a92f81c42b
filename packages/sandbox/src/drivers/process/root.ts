import { cp, mkdir, readdir, rm, stat, symlink } from 'node:fs/promises';
import { dirname, join, posix } from 'node:path';
import type { ContainerOptions } from '../../sandbox.ts';

/**
 * What a container's root becomes without a root of its own: a folder with copies of the layers, without those of
 * this machine's own programs, and links where mounts would be.
 */
export async function makePlainRoot({ rootfs, mounts, workingDir }: ContainerOptions): Promise<string> {
  const { layers, upper } = rootfs;
  await mkdir(upper, { recursive: true });
  const isNew = (await readdir(upper)).length === 0;
  for (const layer of isNew ? layers : []) {
    if (await isProgramLayer(layer)) continue;
    await cp(layer, upper, { recursive: true, verbatimSymlinks: true, force: true, filter: isPlain });
    await applyWhiteouts(layer, upper);
  }
  for (const { source, target } of mounts) {
    const place = join(upper, target);
    await mkdir(dirname(place), { recursive: true });
    await rm(place, { recursive: true, force: true });
    await symlink(source, place);
  }
  await mkdir(join(upper, workingDir || '/'), { recursive: true });
  return upper;
}

const PROGRAMS = ['bin/sh', 'usr/bin/sh', 'lib64', 'usr/local/bin/node'];

/** This machine's own programs as a layer: the machine itself has them. */
async function isProgramLayer(layer: string): Promise<boolean> {
  const found = await Promise.all(PROGRAMS.map(name => stat(join(layer, name)).catch(() => undefined)));
  return found.some(Boolean);
}

/** Devices mark what a layer removes; sockets and pipes cannot be copied. */
async function isPlain(source: string): Promise<boolean> {
  const found = await stat(source).catch(() => undefined);
  return !(
    found &&
    (found.isCharacterDevice() || found.isBlockDevice() || found.isFIFO() || found.isSocket())
  );
}

async function applyWhiteouts(layer: string, root: string): Promise<void> {
  for (const entry of await readdir(layer, { withFileTypes: true, recursive: true })) {
    if (!entry.isCharacterDevice()) continue;
    const inside = join(entry.parentPath, entry.name).slice(layer.length);
    await rm(join(root, inside), { recursive: true, force: true });
  }
}

/** A path of the image as this machine has it: below the folder when it is there, else unchanged. */
export async function realPath(root: string, path: string): Promise<string> {
  if (!path.startsWith('/')) return path;
  const place = join(root, posix.normalize(path));
  const isThere = await stat(place).then(
    () => true,
    () => false,
  );
  return isThere ? place : path;
}
