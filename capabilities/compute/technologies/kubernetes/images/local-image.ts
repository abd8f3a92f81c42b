import {
  type BlobStore,
  type Digest,
  hostPlatform,
  type ImageConfig,
  type ImageManifest,
  parseImageConfig,
  parseManifest,
  selectPlatform,
} from '@slipway/oci';

/** An image whose every blob is in the store already; undefined when anything is missing. */
export async function readLocal(
  blobs: BlobStore,
  digest: Digest,
): Promise<{ manifest: ImageManifest; config: ImageConfig } | undefined> {
  const root = await readBlob(blobs, digest);
  if (!root) return undefined;
  const parsed = parseManifest(root);
  if (parsed.kind === 'index') return readLocal(blobs, selectPlatform(parsed.value, hostPlatform()).digest);
  const manifest = parsed.value;
  const config = await readBlob(blobs, manifest.config.digest);
  if (!config) return undefined;
  for (const layer of manifest.layers) if (!(await blobs.has(layer.digest))) return undefined;
  return { manifest, config: parseImageConfig(config) };
}

async function readBlob(blobs: BlobStore, digest: Digest): Promise<Buffer | undefined> {
  if (!(await blobs.has(digest))) return undefined;
  const chunks: Buffer[] = [];
  for await (const chunk of blobs.read(digest)) chunks.push(chunk as Buffer);
  return Buffer.concat(chunks);
}
