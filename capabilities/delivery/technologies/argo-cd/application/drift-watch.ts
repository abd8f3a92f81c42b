import {
  type AnyObject,
  type Clock,
  hasReason,
  type Kind,
  type Log,
  messageOf,
  type Stored,
} from '@slipway/api';
import type { Client } from '@slipway/client';
import type { Item } from './compare.ts';
import { type ApplicationName, trackedBy } from './tracking.ts';

/** Sees changes of objects whose kinds no cache of ours follows: what an Application may hold is known only from Git. */
export interface DriftWatch {
  /** Follows these kinds from now on, and takes these objects for known as they are. */
  seen(items: Item[]): void;
}

export interface DriftWatchOptions {
  client: Client;
  clock: Clock;
  log: Log;
  signal: AbortSignal;
  /** Kinds that are followed anyway. */
  except: Kind[];
  changed(application: ApplicationName): Promise<void>;
}

/** Several changes of one Application are one. */
const SETTLE_MS = 150;
const AGAIN_MS = 3_000;
const MOST_KINDS = 100;

interface State extends DriftWatchOptions {
  /** resourceVersion by uid, as the last comparison saw it. */
  known: Map<string, string>;
  kinds: Set<string>;
  /** By Application that is about to be told: what was seen of each object last, by uid. */
  waiting: Map<string, Map<string, Change>>;
}

interface Change {
  resourceVersion: string;
  isGone: boolean;
}

export function driftWatch(options: DriftWatchOptions): DriftWatch {
  const state: State = {
    ...options,
    known: new Map(),
    kinds: new Set(options.except.map(textOf)),
    waiting: new Map(),
  };
  return {
    seen: items => {
      for (const { kind, live, kindMissing } of items) {
        if (live) state.known.set(live.metadata.uid, live.metadata.resourceVersion);
        const text = textOf(kind);
        if (kindMissing || state.kinds.has(text) || state.kinds.size >= MOST_KINDS) continue;
        state.kinds.add(text);
        follow(state, kind);
      }
    },
  };
}

function textOf({ group, kind }: Kind): string {
  return `${group}/${kind}`;
}

async function follow(state: State, kind: Kind): Promise<void> {
  const { client, clock, log, signal } = state;
  while (!signal.aborted) {
    try {
      for await (const { type, object } of client.watch(kind, { signal })) {
        if (type !== 'BOOKMARK') look(state, object as Stored<AnyObject>, type === 'DELETED');
      }
    } catch (error) {
      if (signal.aborted) return;
      if (hasReason(error, 'NotFound')) {
        // Its CRD is gone; a comparison that meets the kind again follows it again.
        state.kinds.delete(textOf(kind));
        return;
      }
      log.debug('a watch ended', { kind: kind.kind, error: messageOf(error) });
    }
    await clock.sleep(AGAIN_MS, signal).catch(() => {});
  }
}

function look(state: State, object: Stored<AnyObject>, isGone: boolean): void {
  const owner = trackedBy(object);
  const { uid, resourceVersion } = object.metadata;
  if (!owner) return;
  const known = state.known.get(uid);
  if (isGone) state.known.delete(uid);
  if (isGone ? known === undefined : known === resourceVersion) return;
  const key = `${owner.namespace}/${owner.name}`;
  const waiting = state.waiting.get(key);
  const changes = waiting ?? new Map<string, Change>();
  changes.set(uid, { resourceVersion, isGone });
  if (waiting) return;
  state.waiting.set(key, changes);
  tell(state, owner, key);
}

/** A change of our own is known by the time its comparison has ended; any other one is told. */
async function tell(state: State, owner: ApplicationName, key: string): Promise<void> {
  try {
    await state.clock.sleep(SETTLE_MS, state.signal);
    const changes = state.waiting.get(key) ?? new Map<string, Change>();
    state.waiting.delete(key);
    const isNew = ([uid, { resourceVersion, isGone }]: [string, Change]) =>
      isGone || state.known.get(uid) !== resourceVersion;
    if ([...changes].some(isNew)) await state.changed(owner);
  } catch (error) {
    if (!state.signal.aborted) state.log.debug('a change was not told', { error: messageOf(error) });
  }
}
