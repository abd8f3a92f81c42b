import { execFile } from 'node:child_process';
import { mkdir, readdir, rm, stat, symlink } from 'node:fs/promises';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { unsupported } from '../../errors.ts';
import type { RootSource } from './fstab.ts';
import { TOOL_ENV } from './namespaces.ts';
import type { Tools } from './tools.ts';

const run = promisify(execFile);

/** An overlay's own work folder; beside the upper one, for both must lie on one file system. */
export function workFolder(upper: string): string {
  return `${upper}.work`;
}

/**
 * What becomes a container's root. Layers get short names relative to the container's folder: the kernel takes one page
 * of mount options, and splits them at commas and colons. Without overlays the layers are copied.
 */
export async function makeRoot(
  context: { tools: Tools; overlay: string[] | undefined },
  rootfs: { layers: string[]; upper: string },
  folder: string,
): Promise<RootSource> {
  if (context.overlay === undefined) {
    await copyLayers(context.tools, rootfs);
    return { kind: 'folder', folder: rootfs.upper };
  }
  const work = workFolder(rootfs.upper);
  await mkdir(work, { recursive: true });
  await symlink(rootfs.upper, join(folder, 'upper'));
  await symlink(work, join(folder, 'work'));
  await Promise.all(rootfs.layers.map((layer, index) => symlink(layer, join(folder, String(index)))));
  return {
    kind: 'overlay',
    lowers: rootfs.layers.map((_, index) => String(index)),
    upper: 'upper',
    work: 'work',
    options: context.overlay,
  };
}

/** As an overlay would show them; a folder that holds something already is left as it is. */
async function copyLayers(
  tools: Tools,
  { layers, upper }: { layers: string[]; upper: string },
): Promise<void> {
  if (!tools.cp) throw unsupported('sandbox', 'no overlay file system, and no cp to copy layers with');
  if ((await readdir(upper)).length > 0) return;
  for (const layer of layers) {
    const args = ['-a', '--reflink=auto', '--remove-destination', `${layer}/.`, upper];
    await run(tools.cp, args, { env: TOOL_ENV });
    await applyWhiteouts(layer, upper);
  }
}

async function applyWhiteouts(layer: string, upper: string): Promise<void> {
  for (const entry of await readdir(layer, { withFileTypes: true, recursive: true })) {
    if (!entry.isCharacterDevice()) continue;
    const file = join(entry.parentPath, entry.name);
    if ((await stat(file)).rdev === 0) await rm(join(upper, file.slice(layer.length)), { force: true });
  }
}
