import {
  type Clock,
  hasReason,
  type Kind,
  type KubeObject,
  type Log,
  messageOf,
  type Stored,
} from '@slipway/api';
import type { Client, WatchEvent } from '@slipway/client';
import type { Cache } from './controller.ts';
import { type Change, createObjectStore, type ObjectStore } from './object-store.ts';

/** A cache that says when it changes. */
export interface WatchedCache<T extends KubeObject> extends Cache<T> {
  /** Resolves when the present state has been read; a kind that does not exist yet counts as empty. */
  readonly synced: Promise<void>;
  /** Every change from now on; the returned function ends it. */
  onChange(listener: (change: Change<T>) => void): () => void;
}

export interface Informer<T extends KubeObject> extends WatchedCache<T> {
  readonly store: ObjectStore<T>;
  /** Takes in the result of our own write, before the watch brings it. */
  tell(change: Change<T> | undefined): void;
}

export interface InformerOptions<T extends KubeObject> {
  kind: Kind<T>;
  client: Client;
  clock: Clock;
  log: Log;
  signal: AbortSignal;
  /** Only objects of this namespace, or with these labels; default: all. */
  namespace?: string;
  labelSelector?: string;
  freeze?: boolean;
  /** What to keep of each object; default: all of it. */
  keep?: (object: Stored<T>) => Stored<T>;
}

const FIRST_RETRY_MS = 100;
const LAST_RETRY_MS = 10_000;
/** A kind whose CRD is not there is asked for again this often. */
const ABSENT_RETRY_MS = 500;
const INITIAL_EVENTS_END = 'k8s.io/initial-events-end';

/** Reads a kind once with WatchList and follows it until the signal is aborted, whatever happens in between. */
export function startInformer<T extends KubeObject>(options: InformerOptions<T>): Informer<T> {
  const store = createObjectStore<T>(options.freeze ? { freeze: true } : {});
  const listeners = new Set<(change: Change<T>) => void>();
  const synced = Promise.withResolvers<void>();
  const tell = (change: Change<T> | undefined) => {
    if (!change) return;
    for (const listener of listeners) listener(change);
  };
  const follower: Follower<T> = { ...options, store, tell, synced: synced.resolve };
  void follow(follower);
  return {
    store,
    tell,
    synced: synced.promise,
    get: key => store.get(key),
    list: listOptions => store.list(listOptions),
    ownedBy: uid => store.ownedBy(uid),
    onChange: listener => {
      listeners.add(listener);
      return () => listeners.delete(listener);
    },
  };
}

interface Follower<T extends KubeObject> extends Omit<InformerOptions<T>, 'freeze'> {
  store: ObjectStore<T>;
  tell(change: Change<T> | undefined): void;
  synced(): void;
}

/** Where a broken watch goes on; empty means "read everything again". */
interface Position {
  resourceVersion: string;
}

async function follow<T extends KubeObject>(follower: Follower<T>): Promise<void> {
  const { kind, clock, log, signal } = follower;
  const position: Position = { resourceVersion: '' };
  let wait = FIRST_RETRY_MS;
  while (!signal.aborted) {
    const before = position.resourceVersion;
    try {
      await watchOnce(follower, position);
      wait = FIRST_RETRY_MS;
    } catch (error) {
      const advanced = position.resourceVersion !== before;
      wait = advanced ? FIRST_RETRY_MS : Math.min(wait * 2, LAST_RETRY_MS);
      const absent = hasReason(error, 'NotFound', 'MethodNotAllowed');
      if (absent || hasReason(error, 'Expired', 'Gone')) position.resourceVersion = '';
      if (absent) forgetAll(follower);
      if (absent) wait = ABSENT_RETRY_MS;
      if (!absent && !signal.aborted) {
        log.warn('watch failed', { kind: kind.kind, group: kind.group, error: messageOf(error) });
      }
    }
    await clock.sleep(wait, signal).catch(() => {});
  }
}

/** The kind does not exist (any more): that is a known state, and an empty one. */
function forgetAll<T extends KubeObject>(follower: Follower<T>): void {
  replaceAll(follower, new Map());
  follower.synced();
}

async function watchOnce<T extends KubeObject>(follower: Follower<T>, position: Position): Promise<void> {
  const { kind, client, signal, namespace, labelSelector } = follower;
  const scope = { ...(namespace ? { namespace } : {}), ...(labelSelector ? { labelSelector } : {}) };
  let initial = position.resourceVersion === '' ? new Map<string, Stored<T>>() : undefined;
  const from = initial ? { sendInitialEvents: true } : { resourceVersion: position.resourceVersion };
  for await (const event of client.watch(kind, { ...from, ...scope, signal })) {
    if (initial && event.type === 'ADDED') {
      initial.set(event.object.metadata.uid, event.object);
      continue;
    }
    if (initial && endsInitialEvents(event)) {
      replaceAll(follower, initial);
      initial = undefined;
      follower.synced();
    }
    if (!initial) position.resourceVersion = event.object.metadata.resourceVersion;
    takeIn(follower, event);
  }
}

function endsInitialEvents<T extends KubeObject>(event: WatchEvent<T>): boolean {
  return event.type === 'BOOKMARK' && event.object.metadata.annotations?.[INITIAL_EVENTS_END] === 'true';
}

function takeIn<T extends KubeObject>({ store, tell, keep }: Follower<T>, event: WatchEvent<T>): void {
  if (event.type === 'BOOKMARK') return;
  if (event.type === 'DELETED') tell(store.drop(event.object));
  if (event.type !== 'DELETED') tell(store.put(keep ? keep(event.object) : event.object));
}

/** After a fresh read: what is not in it is gone, the rest is taken in. */
function replaceAll<T extends KubeObject>(follower: Follower<T>, fresh: Map<string, Stored<T>>): void {
  const { store, tell, keep } = follower;
  for (const object of store.list()) if (!fresh.has(object.metadata.uid)) tell(store.drop(object));
  for (const object of fresh.values()) tell(store.put(keep ? keep(object) : object));
}
