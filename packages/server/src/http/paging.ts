import { StatusError } from '@slipway/api';
import type { ResourceId, Snapshot } from '../store/store.ts';
import { isRecord } from './decode.ts';

/** Where the next page begins, and in which state of the store. */
export interface PageToken {
  resourceVersion: number;
  from: string;
}

export function continueToken(token: PageToken): string {
  return Buffer.from(JSON.stringify({ v: 1, rv: token.resourceVersion, from: token.from })).toString(
    'base64url',
  );
}

/** @throws StatusError BadRequest for a token that is not ours */
export function readContinueToken(text: string | null): PageToken | undefined {
  if (text === null || text === '') return undefined;
  try {
    const token: unknown = JSON.parse(Buffer.from(text, 'base64url').toString());
    if (isRecord(token) && typeof token.rv === 'number' && typeof token.from === 'string') {
      return { resourceVersion: token.rv, from: token.from };
    }
  } catch {
    // told below
  }
  throw new StatusError('BadRequest', 'continue key is not valid: it must be what an earlier page returned');
}

const MOST = 64;

/** Snapshots that unfinished lists still need; the least recently used go first. */
export class SnapshotShelf {
  readonly #kept = new Map<string, Snapshot>();

  keep(resource: ResourceId, snapshot: Snapshot): void {
    const key = `${resource} ${snapshot.resourceVersion}`;
    this.#kept.delete(key);
    this.#kept.set(key, snapshot);
    const oldest = this.#kept.keys().next().value;
    if (this.#kept.size > MOST && oldest !== undefined) this.#kept.delete(oldest);
  }

  /** @throws StatusError Expired when it is no longer kept */
  take(resource: ResourceId, resourceVersion: number): Snapshot {
    const snapshot = this.#kept.get(`${resource} ${resourceVersion}`);
    if (snapshot) return snapshot;
    throw new StatusError(
      'Expired',
      'The provided continue parameter is too old to display a consistent list result. You can start a new list without the continue parameter.',
    );
  }
}
