import { contentHash } from '../generate/hash.ts';
import type { ResourceSet } from '../resource/resource-set.ts';

/** Gives generated resources their suffix. */
export function hashNames(set: ResourceSet): void {
  for (const resource of set.list) {
    if (!resource.needsHash || !resource.node) continue;
    const hash = contentHash(resource.node);
    resource.storePreviousId();
    resource.setName(`${resource.name}-${hash}`);
  }
}
