import { createHash } from 'node:crypto';
import {
  type AnyObject,
  type Clock,
  hasReason,
  type Key,
  type Kind,
  type KubeObject,
  type Log,
  messageOf,
  type Stored,
} from '@slipway/api';
import type { Client } from '@slipway/client';
import { contentText } from './diff/normalize.ts';
import { instanceOf, isOwnId, type Tracking } from './tracking.ts';

/** An object that says whose it is. */
export interface ManagedKey extends Key {
  kind: Kind;
  uid: string;
  resourceVersion: string;
}

/**
 * Follows the kinds that Applications hold on one cluster: what belongs to whom, and that something changed. It holds
 * names and versions, no objects.
 */
export interface ClusterCache {
  /** Follows these kinds from now on; resolves when all that there is of them is known. */
  follow(kinds: Kind[]): Promise<void>;
  /** Objects without owners that carry an instance's name. */
  managed(instance: string): ManagedKey[];
  /** Takes an object for known as it is: our own changes are no news. */
  seen(object: Stored<KubeObject>): void;
}

export interface ClusterCacheOptions {
  client: Client;
  clock: Clock;
  log: Log;
  signal: AbortSignal;
  tracking(): Tracking;
  isExcluded(kind: Kind): boolean;
  /** JSON pointers to what of a kind may change without news (`resource.customizations.ignoreResourceUpdates.*`). */
  ignoredUpdates(kind: Kind): string[];
  /** Something of this instance changed that nobody here did. */
  changed(instance: string): void;
}

const AGAIN_MS = 3_000;
/** Several changes of one Application are one, and our own are known by then. */
const SETTLE_MS = 50;
const MOST_KINDS = 200;
/** A kind that cannot be listed keeps nobody waiting longer. */
const SYNC_MS = 10_000;

interface Entry extends ManagedKey {
  instance: string;
  isOwned: boolean;
  /** What of it is news when it changes, where something of its kind is not. */
  digest: string | undefined;
}

interface State extends ClusterCacheOptions {
  followed: Map<string, Promise<void>>;
  /** By kind and uid. */
  entries: Map<string, Map<string, Entry>>;
  instances: Map<string, Set<Entry>>;
  /** Version of objects as the last comparison saw them, by uid. */
  known: Map<string, string>;
  waiting: Map<string, Map<string, string | undefined>>;
}

export function clusterCache(options: ClusterCacheOptions): ClusterCache {
  const state: State = {
    ...options,
    followed: new Map(),
    entries: new Map(),
    instances: new Map(),
    known: new Map(),
    waiting: new Map(),
  };
  return {
    follow: async kinds => {
      const missing = kinds.filter(kind => !options.isExcluded(kind));
      await Promise.all(missing.map(kind => follow(state, kind)));
    },
    managed: instance => [...(state.instances.get(instance) ?? [])].filter(({ isOwned }) => !isOwned),
    seen: ({ metadata }) => void state.known.set(metadata.uid, metadata.resourceVersion),
  };
}

function textOf({ group, kind }: Kind): string {
  return `${group}/${kind}`;
}

function follow(state: State, kind: Kind): Promise<void> {
  const text = textOf(kind);
  const present = state.followed.get(text);
  if (present) return present;
  if (state.followed.size >= MOST_KINDS) return Promise.resolve();
  const { promise, resolve } = Promise.withResolvers<void>();
  state.followed.set(text, promise);
  void run(state, kind, resolve);
  void state.clock.sleep(SYNC_MS, state.signal).then(resolve, () => resolve());
  return promise;
}

async function run(state: State, kind: Kind, synced: () => void): Promise<void> {
  const { client, clock, log, signal } = state;
  while (!signal.aborted) {
    try {
      const fresh = new Set<string>();
      for await (const { type, object } of client.watch(kind, { sendInitialEvents: true, signal })) {
        if (type === 'BOOKMARK') {
          if (object.metadata.annotations?.['k8s.io/initial-events-end'] !== 'true') continue;
          dropAbsent(state, kind, fresh);
          synced();
          continue;
        }
        fresh.add(object.metadata.uid);
        look(state, kind, object as Stored<AnyObject>, type === 'DELETED');
      }
    } catch (error) {
      if (signal.aborted) return;
      if (hasReason(error, 'NotFound', 'MethodNotAllowed', 'Forbidden')) {
        // Its CRD is gone, or nobody may read it; a comparison that meets the kind again follows it again.
        state.followed.delete(textOf(kind));
        dropAbsent(state, kind, new Set());
        synced();
        return;
      }
      log.debug('a watch ended', { kind: kind.kind, error: messageOf(error) });
    }
    await clock.sleep(AGAIN_MS, signal).catch(() => {});
  }
}

/** What went while nobody watched. */
function dropAbsent(state: State, kind: Kind, fresh: Set<string>): void {
  for (const [uid, entry] of state.entries.get(textOf(kind)) ?? []) {
    if (fresh.has(uid)) continue;
    forget(state, entry);
    tell(state, entry.instance, uid, undefined);
  }
}

function look(state: State, kind: Kind, object: Stored<AnyObject>, isGone: boolean): void {
  const { uid, resourceVersion, name, namespace, ownerReferences = [] } = object.metadata;
  const before = state.entries.get(textOf(kind))?.get(uid);
  const tracking = state.tracking();
  const instance = isGone ? undefined : instanceOf(object, tracking);
  if (before) forget(state, before);
  const digest = isGone ? undefined : digestOf(object, state.ignoredUpdates(kind));
  if (instance !== undefined) {
    const place = namespace ? { namespace, name } : { name };
    const isOwned = ownerReferences.length > 0;
    remember(state, { ...place, kind, uid, resourceVersion, instance, isOwned, digest });
  }
  const version = isGone ? undefined : resourceVersion;
  if (isGone) state.known.delete(uid);
  if (digest !== undefined && digest === before?.digest && instance === before.instance) return;
  // A pod that carries a copy of its Deployment's id changes nothing for the Application.
  const isNews = instance !== undefined && isOwnId(object, tracking) && state.known.get(uid) !== version;
  if (isNews) tell(state, instance, uid, version);
  if (before && (instance !== before.instance || isGone)) tell(state, before.instance, uid, version);
}

function digestOf(object: AnyObject, ignored: string[]): string | undefined {
  if (ignored.length === 0) return undefined;
  return createHash('sha1').update(contentText(object, ignored)).digest('base64');
}

function remember(state: State, entry: Entry): void {
  const text = textOf(entry.kind);
  const ofKind = state.entries.get(text) ?? new Map<string, Entry>();
  state.entries.set(text, ofKind.set(entry.uid, entry));
  const ofInstance = state.instances.get(entry.instance) ?? new Set<Entry>();
  state.instances.set(entry.instance, ofInstance.add(entry));
}

function forget(state: State, entry: Entry): void {
  state.entries.get(textOf(entry.kind))?.delete(entry.uid);
  const ofInstance = state.instances.get(entry.instance);
  ofInstance?.delete(entry);
  if (ofInstance?.size === 0) state.instances.delete(entry.instance);
}

/** A change of our own is known by the time its comparison has ended; any other one is told. */
function tell(state: State, instance: string, uid: string, version: string | undefined): void {
  const waiting = state.waiting.get(instance);
  const changes = waiting ?? new Map<string, string | undefined>();
  changes.set(uid, version);
  if (waiting) return;
  state.waiting.set(instance, changes);
  const settled = () => {
    state.waiting.delete(instance);
    const isNew = [...changes].some(([each, seen]) => seen === undefined || state.known.get(each) !== seen);
    if (isNew) state.changed(instance);
  };
  state.clock.sleep(SETTLE_MS, state.signal).then(settled, () => {});
}
