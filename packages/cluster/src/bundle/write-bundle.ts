import type { Clock } from '@slipway/api';
import { type Lock, lockText, packFiles, type SourceFile } from '@slipway/definition';
import {
  type BlobStore,
  createArchive,
  type Descriptor,
  type Digest,
  parseManifest,
  readBody,
  referencesOf,
} from '@slipway/oci';

export const BUNDLE_FORMAT = 'slipway-bundle/1';
export const DEFINITION_PART = 'definition/platform.yaml';
export const LOCK_PART = 'definition/slipway.lock';
/** Files of releases and packages, by their digest. */
export const FILES_FOLDER = 'files';
/** An image layout (image-spec, image-layout.md), so that other tools read it, too. */
export const LAYOUT_PART = 'oci-layout';
export const INDEX_PART = 'index.json';
export const BLOBS_FOLDER = 'blobs/sha256';

const MOST_MANIFEST_BYTES = 4 << 20;

/** An image as it stands in the lock. */
export interface BundledImage {
  reference: string;
  descriptor: Descriptor;
}

/** Files of a release, or of a package, blueprint or technology from elsewhere. */
export interface BundledSource {
  of: string;
  kind: 'release' | 'package';
  digest: string;
  files: SourceFile[];
}

export interface BundleContent {
  platform: string;
  /** Text of the definition's file. */
  definition: string;
  lock: Lock;
  /** Files of releases, and what else the definition names elsewhere; `of` says of what, for people. */
  sources: BundledSource[];
  images: BundledImage[];
  /** Holds the images. */
  blobs?: BlobStore;
}

export interface WrittenBundle {
  file: string;
  /** Bytes. */
  size: number;
  sources: number;
  images: number;
}

/**
 * Writes everything that a platform is made of into one file of mode 0600; its last part lists the others with their
 * digests. It is an image layout as well: `skopeo copy oci-archive:FILE:REFERENCE …` takes images from it.
 * @throws SlipwayError ArchiveExists, ArchiveUnwritable
 */
export async function writeBundle(
  file: string,
  content: BundleContent,
  { pid, clock }: { pid: number; clock: Clock },
): Promise<WrittenBundle> {
  const archive = await createArchive(file, { pid, clock });
  const { platform, definition, lock, sources, images } = content;
  try {
    await archive.add(DEFINITION_PART, Buffer.from(definition));
    await archive.add(LOCK_PART, Buffer.from(lockText(lock)));
    const unique = new Map(sources.map(source => [`${source.kind} ${source.digest}`, source]));
    for (const { digest, of, kind, files } of unique.values())
      await archive.add(`${FILES_FOLDER}/${kind}-${hexOf(digest)}.tar.gz`, packFiles(files), {
        of,
        kind,
        digest,
      });
    await addImages(archive, content);
    const created = new Date(clock.now()).toISOString();
    await archive.finish({ format: BUNDLE_FORMAT, created, about: { platform, images: images.length } });
    return { file, size: archive.size, sources: unique.size, images: images.length };
  } finally {
    await archive.abandon();
  }
}

type Archive = Awaited<ReturnType<typeof createArchive>>;

async function addImages(archive: Archive, { images, blobs }: BundleContent): Promise<void> {
  if (images.length === 0 || !blobs) return;
  const manifests = images.map(({ reference, descriptor }) => ({
    ...descriptor,
    annotations: {
      'org.opencontainers.image.ref.name': reference,
      'io.containerd.image.name': reference,
    },
  }));
  await archive.add(LAYOUT_PART, Buffer.from(JSON.stringify({ imageLayoutVersion: '1.0.0' })));
  await archive.add(INDEX_PART, Buffer.from(JSON.stringify({ schemaVersion: 2, manifests })));
  const added = new Set<Digest>();
  const add = async (digest: Digest) => {
    if (added.has(digest)) return;
    added.add(digest);
    await archive.add(`${BLOBS_FOLDER}/${hexOf(digest)}`, { file: blobs.path(digest) }, { digest });
  };
  for (const { descriptor } of images)
    for (const digest of await closureOf(descriptor, blobs)) await add(digest);
}

/** A manifest with everything below it. */
async function closureOf({ digest, mediaType }: Descriptor, blobs: BlobStore): Promise<Digest[]> {
  const bytes = await readBody(blobs.read(digest), MOST_MANIFEST_BYTES);
  const { blobs: own, manifests } = referencesOf(parseManifest(bytes, mediaType));
  const below = await Promise.all(manifests.map(child => closureOf(child, blobs)));
  return [digest, ...own.map(each => each.digest), ...below.flat()];
}

export function hexOf(digest: string): string {
  return digest.replace(/^sha256:/, '');
}
