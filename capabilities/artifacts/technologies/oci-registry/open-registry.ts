import { join } from 'node:path';
import type { Clock, Folder, Random } from '@slipway/api';
import type { BlobStore, Digest } from '@slipway/oci';
import { openCatalog } from './registry/catalog.ts';
import { collect } from './registry/collect.ts';
import { makeRegistry, type Registry } from './registry/registry.ts';
import { openUploads, type Uploads } from './registry/uploads.ts';

export interface OpenRegistry {
  registry: Registry;
  uploads: Uploads;
  /** Deletes what nobody needs; resolves with the number of files. */
  collect(isLeased: (digest: Digest) => boolean): Promise<number>;
  /** Deletes a blob that no repository names; false when one does, or it is not here. */
  deleteUnnamed(digest: Digest): Promise<boolean>;
  close(): Promise<void>;
}

export interface OpenRegistryOptions {
  data: Folder;
  blobs: BlobStore;
  clock: Clock;
  random: Random;
  limits: { blobBytes: number; uploadAgeMs: number; orphanAgeMs: number };
}

/** The registry on its files: `catalog.jsonl` and `uploads/` in the data folder, blobs in the store. */
export async function openRegistry(options: OpenRegistryOptions): Promise<OpenRegistry> {
  const { data, blobs, clock, random, limits } = options;
  const catalog = await openCatalog(join(data.path, 'catalog.jsonl'));
  const { path: folder } = await data.folder('uploads');
  const uploads = await openUploads({ folder, blobs, clock, random, limit: limits.blobBytes });
  const registry = makeRegistry(blobs, catalog, clock);
  return {
    registry,
    uploads,
    collect: async isLeased => {
      await uploads.expire(clock.now() - limits.uploadAgeMs);
      return collect({ catalog, registry, clock, ageMs: limits.orphanAgeMs, isLeased });
    },
    deleteUnnamed: digest =>
      registry.guarded(digest, async () => {
        if (catalog.isNamed(digest) || !(await blobs.has(digest))) return false;
        await blobs.delete(digest);
        return true;
      }),
    close: async () => {
      await uploads.close();
      await catalog.close();
    },
  };
}
