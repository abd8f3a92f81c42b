import type { Clock } from '@slipway/api';
import type { ArtifactStore } from './artifact-store.ts';

const MODEL = 'SignedOut';
/** Nothing of a person's lives longer. */
const KEEP_MS = 31 * 24 * 3600 * 1000;

/** Ends everything a person has been given until now: sessions, refresh tokens, access tokens. */
export function signOut(store: ArtifactStore, clock: Clock, personId: string): void {
  store.put(MODEL, personId, { at: Math.floor(clock.now() / 1000) }, KEEP_MS);
}

/** Whether what was issued then (seconds since 1970) has ended so. */
export function wasSignedOut(store: ArtifactStore, personId: string, issuedAt: number | undefined): boolean {
  const entry = store.find(MODEL, personId);
  return entry !== undefined && (issuedAt ?? 0) <= Number(entry.at);
}
