import { SlipwayError } from '@slipway/api';
import {
  emptyLock,
  type Lock,
  type LockEntry,
  type Release,
  type Selection,
  type Upstream,
} from '@slipway/definition';
import { placeOf } from './release-files.ts';

/** What a lock says of a release. */
export function lockEntryOf({ version, digest, parts }: Release): LockEntry {
  return { version, digest, source: placeOf(parts[0]) };
}

/**
 * The release of each component as the lock has it, the newest for one that the lock does not name yet; and the lock that
 * says so. What is no longer chosen leaves it; nothing else changes.
 * @throws SlipwayError LockUnknown when the catalogue has no such release (any more)
 */
export function lockReleases(
  { components }: Selection,
  lock: Lock = emptyLock(),
): { lock: Lock; releases: Map<string, Release> } {
  const releases = new Map<string, Release>();
  for (const { technology, engine } of components) {
    const { id, upstream } = technology;
    if (engine !== 'upstream' || !upstream) continue;
    const entry = lock.components[id];
    releases.set(id, entry ? lockedRelease(id, upstream, entry) : upstream.releases[0]);
  }
  const entries = [...releases].map(([id, release]) => [id, lockEntryOf(release)] as const);
  return { lock: { ...lock, components: Object.fromEntries(entries) }, releases };
}

function lockedRelease(id: string, { releases }: Upstream, { version, digest }: LockEntry): Release {
  const found = releases.find(release => release.version === version);
  const known = releases.map(release => release.version).join(', ');
  if (!found)
    throw new SlipwayError(
      'LockUnknown',
      `slipway.lock: components.${id}: version ${version} is not in this catalogue, which has ${known}; slipway upgrade ${id} moves to one of them`,
    );
  if (found.digest === digest) return found;
  throw new SlipwayError(
    'DigestMismatch',
    `slipway.lock: components.${id}: version ${version} is locked with ${digest}, the catalogue has ${found.digest}; nothing was changed: see which of them is meant`,
  );
}
