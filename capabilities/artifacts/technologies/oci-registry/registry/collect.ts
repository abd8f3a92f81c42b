import type { Clock } from '@slipway/api';
import type { Digest } from '@slipway/oci';
import type { Catalog, Change } from './catalog.ts';
import { orphaned, type Registry } from './registry.ts';

export interface CollectOptions {
  catalog: Catalog;
  registry: Registry;
  clock: Clock;
  /** A blob must have been without use for this long: a push links its blobs before the manifest that names them. */
  ageMs: number;
  /** In use by somebody else (a build, the layer cache). */
  isLeased(digest: Digest): boolean;
}

/** Removes blobs that no manifest needs; resolves with how many files were deleted. */
export async function collect(options: CollectOptions): Promise<number> {
  const { catalog, registry, clock, ageMs } = options;
  const before = clock.now() - ageMs;
  for (const repository of catalog.repositories()) {
    const unneeded = unneededIn(catalog, repository, before);
    if (unneeded.length === 0) continue;
    await catalog.change(unneeded.map((digest): Change => ({ op: 'unblob', repository, digest })));
    for (const digest of unneeded) await orphaned(catalog, clock, digest);
  }
  let deleted = 0;
  for (const [digest, at] of [...catalog.orphans()]) {
    if (at > clock.now() - ageMs || options.isLeased(digest)) continue;
    deleted += await registry.guarded(digest, () => remove(options, digest));
  }
  return deleted;
}

function unneededIn(catalog: Catalog, repository: string, before: number): Digest[] {
  const record = catalog.repository(repository);
  if (!record) return [];
  const needed = new Set([...record.manifests.values()].flatMap(({ needs }) => needs));
  return [...record.blobs]
    .filter(([digest, { at }]) => at <= before && !needed.has(digest))
    .map(([digest]) => digest);
}

async function remove({ catalog, registry }: CollectOptions, digest: Digest): Promise<number> {
  if (catalog.isNamed(digest)) return 0;
  await registry.blobs.delete(digest);
  await catalog.change([{ op: 'gone', digest }]);
  return 1;
}
