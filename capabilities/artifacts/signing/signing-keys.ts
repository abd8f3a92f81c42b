import { hasReason, type KeyProvider } from '@slipway/api';
import type { Client } from '@slipway/client';
import { SigningKey } from '@slipway/kinds';
import { type PlatformKey, platformKey } from './platform-key.ts';

/**
 * The platform's keys for images, the one that signs first; each SigningKey object is one, the newest signs.
 * Undefined where the platform signs nothing: the kind is not served.
 */
export async function signingKeys(client: Client, keys: KeyProvider): Promise<PlatformKey[] | undefined> {
  const objects = await client.list(SigningKey).catch(error => {
    if (hasReason(error, 'NotFound')) return undefined;
    throw error;
  });
  if (!objects) return undefined;
  const living = objects.items.filter(({ metadata }) => metadata.deletionTimestamp === undefined);
  const age = ({ metadata }: SigningKey) => `${metadata.creationTimestamp ?? ''} ${metadata.name}`;
  const newestFirst = living.toSorted((a, b) => (age(a) < age(b) ? 1 : -1));
  return Promise.all(newestFirst.map(({ metadata }) => platformKey(keys, metadata.name)));
}
