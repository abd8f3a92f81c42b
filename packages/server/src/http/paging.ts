import { StatusError } from '@slipway/api';
import type { ResourceId, Snapshot } from '../store/store.ts';
import { isRecord } from './decode.ts';

/** Where the next page begins, and in which state of the store. */
export interface PageToken {
  /** Undefined: in the newest state, whatever the pages before showed. */
  resourceVersion: number | undefined;
  from: string;
}

const NEWEST = -1;

export function continueToken(token: PageToken): string {
  return Buffer.from(
    JSON.stringify({ v: 1, rv: token.resourceVersion ?? NEWEST, from: token.from }),
  ).toString('base64url');
}

/** @throws StatusError BadRequest for a token that is not ours */
export function readContinueToken(text: string | null): PageToken | undefined {
  if (text === null || text === '') return undefined;
  try {
    const token: unknown = JSON.parse(Buffer.from(text, 'base64url').toString());
    if (isRecord(token) && typeof token.rv === 'number' && typeof token.from === 'string') {
      return { resourceVersion: token.rv === NEWEST ? undefined : token.rv, from: token.from };
    }
  } catch {
    // told below
  }
  throw new StatusError('BadRequest', 'continue key is not valid: it must be what an earlier page returned');
}

const MOST = 64;
/** As upstream, which forgets old states every five minutes. */
const KEPT_MS = 5 * 60_000;

/** Snapshots that unfinished lists still need, for a while; the least recently used go first. */
export class SnapshotShelf {
  readonly #kept = new Map<string, { snapshot: Snapshot; since: number }>();
  readonly #clock: { now(): number };

  constructor(clock: { now(): number }) {
    this.#clock = clock;
  }

  keep(resource: ResourceId, snapshot: Snapshot): void {
    const key = `${resource} ${snapshot.resourceVersion}`;
    const since = this.#kept.get(key)?.since ?? this.#clock.now();
    this.#kept.delete(key);
    this.#kept.set(key, { snapshot, since });
    const oldest = this.#kept.keys().next().value;
    if (this.#kept.size > MOST && oldest !== undefined) this.#kept.delete(oldest);
  }

  /** @throws StatusError Expired, with a token for the rest in its newest state, when it is no longer kept */
  take(resource: ResourceId, { resourceVersion, from }: PageToken & { resourceVersion: number }): Snapshot {
    this.#forget();
    const found = this.#kept.get(`${resource} ${resourceVersion}`);
    if (found) return found.snapshot;
    const rest = continueToken({ resourceVersion: undefined, from });
    throw new StatusError('Expired', TOO_OLD, undefined, { continue: rest });
  }

  #forget(): void {
    const oldest = this.#clock.now() - KEPT_MS;
    for (const [key, { since }] of this.#kept) if (since < oldest) this.#kept.delete(key);
  }
}

const TOO_OLD =
  'The provided continue parameter is too old to display a consistent list result. You can start a new list without ' +
  'the continue parameter, or use the continue token in this response to retrieve the remainder of the results. ' +
  'Continuing with the provided token results in an inconsistent list - objects that were created, modified, or ' +
  'deleted between the time the first chunk was returned and now may show up in the list.';
