import { randomUUID } from 'node:crypto';
import { mkdir, readdir, readFile, rename, rm, stat, utimes, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import type { Clock } from '@slipway/api';
import type { BlobStore, Digest } from '@slipway/oci';
import type { Layer } from './execute/state.ts';

/** Layers by the name of everything that went into them. A lost entry costs time, never truth. */
export interface LayerCache {
  find(key: string): Promise<Layer | undefined>;
  add(key: string, layer: Layer): Promise<void>;
  /** True for layers that a build may still use. */
  holds(digest: Digest): boolean;
}

const MOST_ENTRIES = 500;

export async function openLayerCache(folder: string, blobs: BlobStore, clock: Clock): Promise<LayerCache> {
  await mkdir(folder, { recursive: true, mode: 0o700 });
  const held = new Map<string, Digest>();
  for (const name of await readdir(folder)) {
    const layer = await readEntry(join(folder, name));
    if (layer) held.set(name, layer.digest);
    if (!layer) await rm(join(folder, name), { force: true });
  }

  async function evict(): Promise<void> {
    if (held.size <= MOST_ENTRIES) return;
    const aged = await Promise.all(
      [...held.keys()].map(async key => ({
        key,
        at: (await stat(join(folder, key)).catch(() => undefined))?.mtimeMs ?? 0,
      })),
    );
    aged.sort((a, b) => a.at - b.at);
    for (const { key } of aged.slice(0, held.size - MOST_ENTRIES)) {
      held.delete(key);
      await rm(join(folder, key), { force: true });
    }
  }

  return {
    find: async key => {
      const layer = held.has(key) ? await readEntry(join(folder, key)) : undefined;
      if (!layer || !(await blobs.has(layer.digest))) return undefined;
      const seconds = clock.now() / 1000;
      await utimes(join(folder, key), seconds, seconds).catch(() => {});
      return layer;
    },
    add: async (key, layer) => {
      const draft = join(folder, `.${randomUUID()}`);
      await writeFile(draft, JSON.stringify(layer), { mode: 0o600 });
      await rename(draft, join(folder, key));
      held.set(key, layer.digest);
      await evict();
    },
    holds: digest => [...held.values()].includes(digest),
  };
}

async function readEntry(path: string): Promise<Layer | undefined> {
  try {
    return JSON.parse(await readFile(path, 'utf8')) as Layer;
  } catch {
    return undefined;
  }
}
