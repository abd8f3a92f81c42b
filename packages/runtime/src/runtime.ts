import type { Clock, Kind, KubeObject, Log, Random } from '@slipway/api';
import type { Client } from '@slipway/client';
import type { Controller } from './controller.ts';
import { type Loop, type Reconciled, startLoop } from './controller-loop.ts';
import { type Informer, startInformer, type WatchedCache } from './informer.ts';
import { writeThrough } from './write-through.ts';

export interface RuntimeOptions {
  /** Reads for the shared caches, and writes of controllers that bring no client of their own. */
  client: Client;
  clock: Clock;
  random: Random;
  log: Log;
  /** Deep-freezes cached objects, so that changing one throws. For tests; it costs time. */
  freeze?: boolean;
  /** Told of each reconcile when it is over: for metrics. */
  observe?: (seen: Reconciled) => void;
}

/** Runs controllers over caches that they share. */
export interface Runtime {
  /** Adds controllers, before or after `start`. Their writes go through `client` (their own rights), when given. */
  add(controllers: Controller[], client?: Client): void;
  /** Starts everything added so far; resolves when their caches are filled. */
  start(): Promise<void>;
  /** The shared cache of a kind; its watch starts with the first call. */
  cacheOf<T extends KubeObject>(kind: Kind<T>): WatchedCache<T>;
  /** The shared cache of a kind, only when it is held already. */
  heldCache<T extends KubeObject>(kind: Kind<T>): WatchedCache<T> | undefined;
  /** Aborted when the runtime stops: for watches and loops that are no controllers. */
  readonly signal: AbortSignal;
  /** The client of this runtime, whose writes are in the caches at once. */
  readonly client: Client;
  /** Nothing waits or runs (delayed retries aside). */
  readonly idle: boolean;
  /** Ends watches and timers and waits for what runs. */
  stop(): Promise<void>;
}

/**
 * @example
 * const runtime = createRuntime({ client, clock: systemClock, random: systemRandom, log });
 * runtime.add(controllers());
 * await runtime.start();
 */
export function createRuntime(options: RuntimeOptions): Runtime {
  const { client, clock, random, log, freeze, observe } = options;
  const abort = new AbortController();
  const { signal } = abort;
  const informers = new Map<string, Informer<KubeObject>>();
  const added: { controller: Controller; client: Client }[] = [];
  const loops: Loop[] = [];
  let started = false;

  const find = <T extends KubeObject>(kind: Kind<T>) =>
    informers.get(informerId(kind)) as unknown as Informer<T> | undefined;
  const informerOf = <T extends KubeObject>(kind: Kind<T>): Informer<T> => {
    const known = find(kind);
    if (known) return known;
    const made = startInformer<T>({ kind, client, clock, log, signal, ...(freeze ? { freeze } : {}) });
    informers.set(informerId(kind), made as unknown as Informer<KubeObject>);
    return made;
  };
  const shared = writeThrough(client, { find, clock });
  const run = (entry: { controller: Controller; client: Client }) => {
    loops.push(
      startLoop({ ...entry, clock, random, log, signal, informerOf, ...(observe ? { observe } : {}) }),
    );
  };

  return {
    client: shared,
    add: (controllers, own) => {
      const entries = controllers.map(controller => {
        const writing = writeThrough(own ?? client, { find, clock, manager: controller.name });
        return { controller, client: writing };
      });
      if (started) entries.forEach(run);
      added.push(...entries);
    },
    start: async () => {
      if (!started) added.forEach(run);
      started = true;
      await Promise.all(loops.map(loop => loop.synced));
    },
    cacheOf: informerOf,
    heldCache: find,
    signal,
    get idle() {
      return loops.every(loop => loop.queue.idle);
    },
    stop: async () => {
      abort.abort(new Error('the runtime stops'));
      await Promise.all(loops.map(loop => loop.queue.drained()));
    },
  };
}

function informerId(kind: Kind): string {
  return `${kind.plural}.${kind.version}.${kind.group}`;
}
