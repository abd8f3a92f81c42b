import type { Clock } from '@slipway/api';
import type { Client } from '@slipway/client';
import { Pod } from '@slipway/kinds';
import {
  type BlobStore,
  chainOf,
  collectLayers,
  type Digest,
  expiredImages,
  hostPlatform,
  isDigest,
  parseImageConfig,
  parseManifest,
  selectPlatform,
} from '@slipway/oci';

export interface CollectImagesOptions {
  client: Client;
  blobs: BlobStore;
  clock: Clock;
  /** An unpacked layer must have been without use for this long. */
  layerAgeMs: number;
  /** So must an image that is not in the registry, before its blobs go. */
  imageAgeMs: number;
  /** Deletes a blob unless a repository or a build has it; false when it stays. */
  deleteUnnamed(digest: Digest): Promise<boolean>;
}

/** Files that were deleted, or why nothing was looked at. */
export type CollectedImages = { layers: number; blobs: number } | { skipped: string };

/**
 * Deletes unpacked layers that no pod runs on and nobody unpacked of late, and the blobs of images from other
 * registries that nobody used for long. What a repository, the layer cache or a pod needs stays.
 */
export async function collectImages(options: CollectImagesOptions): Promise<CollectedImages> {
  const { client, blobs, clock } = options;
  const needed = new Set<Digest>();
  for (const imageId of await imagesOfPods(client)) {
    const chain = await chainOfImage(blobs, imageId);
    // A pod runs on layers that we cannot name: then none may go.
    if (!chain) return { skipped: `a pod runs image ${JSON.stringify(imageId)}, whose layers are not known` };
    for (const chainId of chain) needed.add(chainId);
  }
  const layers = await collectLayers({ blobs, before: clock.now() - options.layerAgeMs, needed });
  let deleted = 0;
  for (const image of await expiredImages({ blobs, before: clock.now() - options.imageAgeMs, needed })) {
    for (const digest of image.blobs) if (await options.deleteUnnamed(digest)) deleted++;
    // Last, so that after a crash the rest is found again.
    await image.forget();
  }
  return { layers, blobs: deleted };
}

/** `status.imageID` of every container of every pod that is not over. */
async function imagesOfPods(client: Client): Promise<Set<string>> {
  const { items } = await client.list(Pod);
  const running = items.filter(({ status }) => status?.phase !== 'Succeeded' && status?.phase !== 'Failed');
  const statuses = running.flatMap(({ status }) => [
    ...(status?.containerStatuses ?? []),
    ...(status?.initContainerStatuses ?? []),
  ]);
  return new Set(statuses.map(({ imageID }) => imageID ?? '').filter(id => id !== ''));
}

async function chainOfImage(blobs: BlobStore, imageId: string): Promise<Digest[] | undefined> {
  const digest = imageId.slice(imageId.indexOf('@') + 1);
  return isDigest(digest) ? chainOfManifest(blobs, digest) : undefined;
}

async function chainOfManifest(blobs: BlobStore, digest: Digest): Promise<Digest[] | undefined> {
  const bytes = await bytesOf(blobs, digest);
  if (!bytes) return undefined;
  const manifest = parseManifest(bytes);
  if (manifest.kind === 'index') {
    return chainOfManifest(blobs, selectPlatform(manifest.value, hostPlatform()).digest);
  }
  const config = await bytesOf(blobs, manifest.value.config.digest);
  return config && chainOf(parseImageConfig(config));
}

async function bytesOf(blobs: BlobStore, digest: Digest): Promise<Buffer | undefined> {
  return (await blobs.has(digest)) ? Buffer.concat(await blobs.read(digest).toArray()) : undefined;
}
