import type { Digest } from '@slipway/oci';
import type { RepositoryRecord } from './catalog.ts';

/** Annotation of a manifest that has no meaning without its subject and is deleted together with it. */
export const GOES_WITH_SUBJECT = 'dev.slipway.goes-with-subject';

/** A manifest and all that goes with it, itself first. */
export function withDependents(record: RepositoryRecord | undefined, digest: Digest): Digest[] {
  const all = new Set([digest]);
  // A set is walked to the end of what is added meanwhile.
  for (const subject of all) {
    for (const manifest of record?.manifests.values() ?? []) {
      if (manifest.subject === subject && manifest.annotations?.[GOES_WITH_SUBJECT] === 'true')
        all.add(manifest.digest);
    }
  }
  return [...all];
}
