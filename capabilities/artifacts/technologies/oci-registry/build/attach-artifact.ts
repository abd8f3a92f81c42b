import { type BlobStore, type Descriptor, type Digest, digestOf, MEDIA_TYPE } from '@slipway/oci';
import { GOES_WITH_SUBJECT } from '../registry/goes-with-subject.ts';
import type { Registry } from '../registry/registry.ts';

const EMPTY = Buffer.from('{}');

/**
 * Stores content as an artifact whose subject is the image and that goes with it (image-spec, "Guidelines for Artifact
 * Usage"). The image need not be there yet: so it is never seen without what hangs on it.
 * @returns digest of the manifest that `/v2/<name>/referrers/<digest>` lists
 */
export async function attachArtifact(
  registry: Registry,
  repository: string,
  artifact: { image: Descriptor; type: string; content: Buffer; annotations: Record<string, string> },
): Promise<Digest> {
  const { image, type, content, annotations } = artifact;
  const config = { mediaType: MEDIA_TYPE.empty, digest: digestOf(EMPTY), size: EMPTY.length };
  const layer = { mediaType: type, digest: digestOf(content), size: content.length };
  const manifest = {
    schemaVersion: 2,
    mediaType: MEDIA_TYPE.manifest,
    artifactType: type,
    config,
    layers: [layer],
    subject: { mediaType: image.mediaType, digest: image.digest, size: image.size },
    annotations: { ...annotations, [GOES_WITH_SUBJECT]: 'true' },
  };
  const bytes = Buffer.from(JSON.stringify(manifest));
  const digest = digestOf(bytes);
  // What is linked counts at once, and no collector takes it between writing and linking; the disk is waited for below.
  const links: Promise<void>[] = [];
  const store = (blob: Descriptor, stored: Buffer) =>
    registry.guarded(blob.digest, async () => {
      await ensure(registry.blobs, stored);
      links.push(registry.link(repository, [blob]));
    });
  await Promise.all([store(config, EMPTY), store(layer, content), ensure(registry.blobs, bytes)]);
  const put = { reference: digest, mediaType: MEDIA_TYPE.manifest, bytes };
  await Promise.all([...links, registry.putManifest(repository, put)]);
  return digest;
}

async function ensure(blobs: BlobStore, bytes: Buffer): Promise<void> {
  const digest = digestOf(bytes);
  if (!(await blobs.has(digest))) await blobs.write(single(bytes), digest);
}

async function* single(bytes: Uint8Array): AsyncIterable<Uint8Array> {
  yield bytes;
}
