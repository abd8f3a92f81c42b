import type { Clock, Key, Kind, KubeObject, Log, Random, Stored } from '@slipway/api';
import type { Client } from '@slipway/client';
import type { Outcome } from './outcome.ts';

/** A read-only view of all objects of one kind, kept current by a watch. Never change what it returns. */
export interface Cache<T extends KubeObject> {
  get(key: Key): Stored<T> | undefined;
  list(options?: { namespace?: string; labels?: Record<string, string> }): Stored<T>[];
  /** Objects that have an owner reference to this uid. */
  ownedBy(uid: string): Stored<T>[];
}

/** What a reconcile may use. */
export interface Context {
  client: Client;
  clock: Clock;
  random: Random;
  log: Log;
  /** The cache of a kind this controller reconciles or watches; it throws for any other. */
  cache<T extends KubeObject>(kind: Kind<T>): Cache<T>;
  /** Records an event on an object; the runtime aggregates equal ones. */
  event(object: KubeObject, type: 'Normal' | 'Warning', reason: string, message: string): void;
  /** Aborted when the platform stops. */
  signal: AbortSignal;
}

/** Changes of another kind that mean work for this controller. */
export interface Watch<T extends KubeObject = KubeObject> {
  kind: Kind<T>;
  /** Which of the controller's objects to look at; default: the controller owner of this kind. */
  keysOf?(object: Stored<T>, context: Pick<Context, 'cache'>): Key[];
}

/**
 * One controller reconciles one kind. Equal keys never run at the same time.
 * @example
 * const controller: Controller<Job> = { name: 'job', kind: Job, watches: [{ kind: Pod }], reconcile: reconcileJob };
 */
export interface Controller<T extends KubeObject = KubeObject> {
  name: string;
  kind: Kind<T>;
  watches?: Watch[];
  /** How many keys at once; default 4. */
  concurrency?: number;
  /** Condition type that the runtime keeps from outcomes; absent: events only. */
  condition?: string;
  reconcile(object: Stored<T>, context: Context): Promise<Outcome>;
  /** Called once when it runs: whatever means work and is no object (settings, a timer) tells `wake`. Returns the end. */
  listen?(wake: (key: Key) => void, context: Pick<Context, 'cache'>): () => void;
  /** Called when the object is gone, for what is kept outside the API (processes, folders). */
  removed?(key: Key, context: Context): Promise<void>;
}

/** Gives a controller a type-erased form for lists of them; the runtime hands it only objects of its own kind. */
export function controller<T extends KubeObject>(value: Controller<T>): Controller {
  return value as unknown as Controller;
}

/** As `controller`, for a watch. */
export function watching<T extends KubeObject>(value: Watch<T>): Watch {
  return value as unknown as Watch;
}
