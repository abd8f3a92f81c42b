import { renameSync } from 'node:fs';
import { readdir, rm, stat } from 'node:fs/promises';
import { join } from 'node:path';
import type { BlobStore, Digest } from './blobs.ts';
import { type NotedUse, notedUses } from './layer-uses.ts';
import { LAYER_NAME, layersFolder, recentlyUsed, stagingIn } from './layers.ts';

/**
 * Deletes unpacked layers that no image needs which was unpacked since `before` (ms since 1970) or whose stack is in
 * `needed`. They are derived from blobs: whoever asks again gets them made again. A layer goes by a rename, so that a
 * crash leaves either the whole of it or rubbish that the next start removes.
 */
export async function collectLayers(options: {
  blobs: BlobStore;
  before: number;
  needed: ReadonlySet<Digest>;
}): Promise<number> {
  const { blobs, before, needed } = options;
  const folder = layersFolder(blobs);
  const recent = recentlyUsed(folder);
  recent.clear();
  const uses = await notedUses(blobs.folder);
  const kept = new Set(
    [...needed, ...uses.filter(({ at }) => at > before).flatMap(({ chain }) => chain)].map(hexOf),
  );
  let removed = 0;
  for (const name of await readdir(folder).catch(() => [])) {
    if (!LAYER_NAME.test(name) || kept.has(name)) continue;
    // Its inode changed last when it was put here, or when it was deleted: no use of it does that.
    const made = (await stat(join(folder, name)).catch(() => undefined))?.ctimeMs ?? Number.POSITIVE_INFINITY;
    if (made > before) continue;
    const rubbish = stagingIn(folder);
    // Nothing may come between this look and the rename: whoever asks for the layer first says so.
    if (recent.has(name)) continue;
    renameSync(join(folder, name), rubbish);
    await rm(rubbish, { recursive: true, force: true });
    removed++;
  }
  return removed;
}

/** Images that were last unpacked before then, with the blobs that no later use and no stack in `needed` shares. */
export async function expiredImages(options: {
  blobs: BlobStore;
  before: number;
  needed: ReadonlySet<Digest>;
}): Promise<NotedUse[]> {
  const uses = await notedUses(options.blobs.folder);
  const isExpired = (use: NotedUse) => {
    const top = use.chain.at(-1);
    return use.at <= options.before && (top === undefined || !options.needed.has(top));
  };
  const shared = new Set(uses.filter(use => !isExpired(use)).flatMap(({ blobs }) => blobs));
  return uses
    .filter(isExpired)
    .map(use => ({ ...use, blobs: use.blobs.filter(digest => !shared.has(digest)) }));
}

function hexOf(digest: Digest): string {
  return digest.slice(digest.indexOf(':') + 1);
}
