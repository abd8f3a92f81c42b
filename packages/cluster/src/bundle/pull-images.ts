import { messageOf, SlipwayError } from '@slipway/api';
import { type BlobStore, parseReference, type RegistryClient } from '@slipway/oci';
import { inParallel } from '../apply/survey.ts';
import type { BundledImage } from './write-bundle.ts';

const AT_ONCE = 3;

export interface PullingImages {
  registry: RegistryClient;
  blobs: BlobStore;
  /** What the cluster's nodes run: `linux/amd64`. */
  platform: { os: string; architecture: string };
  /** Digests that are known already: other images under the same names are not taken. */
  known?: Record<string, string>;
  say?: (line: string) => void;
  signal?: AbortSignal;
}

/**
 * Brings images, all their bytes verified, and says which digest each reference is now.
 * @throws SlipwayError ImagesMissing naming every one that could not be had, and why
 */
export async function pullImages(references: string[], pulling: PullingImages): Promise<BundledImage[]> {
  const found = new Map<string, BundledImage>();
  const missing = new Map<string, string>();
  await inParallel(references, AT_ONCE, async reference => {
    try {
      found.set(reference, await pullOne(reference, pulling));
      pulling.say?.(`image ${reference}`);
    } catch (error) {
      missing.set(reference, messageOf(error));
    }
  });
  if (missing.size > 0) throw imagesMissing(missing);
  return references.flatMap(reference => found.get(reference) ?? []);
}

async function pullOne(
  text: string,
  { registry, blobs, platform, known = {}, signal }: PullingImages,
): Promise<BundledImage> {
  const named = parseReference(text);
  const pinned = known[text] as typeof named.digest | undefined;
  const reference = pinned === undefined ? named : { ...named, digest: pinned };
  const options = { blobs, platform, ...(signal ? { signal } : {}) };
  const { digest, manifest } = await registry.pull(reference, options);
  const mediaType = manifest.mediaType ?? 'application/vnd.oci.image.manifest.v1+json';
  const size = await blobs.size(digest);
  return { reference: text, descriptor: { mediaType, digest, size: size ?? 0 } };
}

function imagesMissing(missing: Map<string, string>): SlipwayError {
  const lines = [...missing].toSorted().map(([reference, why]) => `- ${reference}: ${why}`);
  return new SlipwayError(
    'ImagesMissing',
    `bundle: nothing was written: ${missing.size} images could not be had; name a registry that has them (--images-from), or leave images out (--without-images):\n${lines.join('\n')}`,
  );
}
