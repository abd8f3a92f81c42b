import { type BlobStore, type Descriptor, digestOf, MEDIA_TYPE } from '@slipway/oci';
import { GOES_WITH_SUBJECT } from '../../registry/goes-with-subject.ts';
import type { Registry } from '../../registry/registry.ts';

/** Registered for CycloneDX JSON; also the artifact type of the manifest that carries it. */
export const CYCLONEDX = 'application/vnd.cyclonedx+json';

const COUNT = 'dev.slipway.sbom.packages';
const EMPTY = Buffer.from('{}');

/** A bill that hangs on an image. */
export interface AttachedBill {
  /** Of the manifest that `/v2/<name>/referrers/<digest>` lists. */
  digest: string;
  /** npm packages it names. */
  packages: number;
}

/** The bill that an earlier build gave this image. */
export function attachedBill(
  registry: Registry,
  repository: string,
  image: Descriptor,
): AttachedBill | undefined {
  const found = registry
    .referrers(repository, image.digest)
    .find(
      ({ artifactType, annotations }) => artifactType === CYCLONEDX && annotations?.[COUNT] !== undefined,
    );
  return found && { digest: found.digest, packages: Number(found.annotations?.[COUNT]) };
}

/**
 * Stores a bill as an artifact whose subject is the image (image-spec, "Guidelines for Artifact Usage"). The image need
 * not be there yet: so it is never seen without its bill.
 */
export async function attachBill(
  registry: Registry,
  repository: string,
  { image, bill, packages }: { image: Descriptor; bill: Record<string, unknown>; packages: number },
): Promise<AttachedBill> {
  const content = Buffer.from(JSON.stringify(bill));
  const config = { mediaType: MEDIA_TYPE.empty, digest: digestOf(EMPTY), size: EMPTY.length };
  const layer = { mediaType: CYCLONEDX, digest: digestOf(content), size: content.length };
  const manifest = {
    schemaVersion: 2,
    mediaType: MEDIA_TYPE.manifest,
    artifactType: CYCLONEDX,
    config,
    layers: [layer],
    subject: { mediaType: image.mediaType, digest: image.digest, size: image.size },
    annotations: { [COUNT]: String(packages), [GOES_WITH_SUBJECT]: 'true' },
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
  return { digest, packages };
}

async function ensure(blobs: BlobStore, bytes: Buffer): Promise<void> {
  const digest = digestOf(bytes);
  if (!(await blobs.has(digest))) await blobs.write(single(bytes), digest);
}

async function* single(bytes: Uint8Array): AsyncIterable<Uint8Array> {
  yield bytes;
}
