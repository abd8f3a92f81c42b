import { type Kind, type KubeObject, keyOf, keyText, StatusError, type Stored } from '@slipway/api';
import type { Client, WatchEvent } from '@slipway/client';

/** What tests of this package watch and write: the objects of any kind, in memory, with a watch that can break. */
export interface MemoryApi {
  client: Client;
  objects: Map<string, Stored<KubeObject>>;
  /** Breaks every open watch with this error. */
  breakWatches(error: StatusError): void;
  /** Kinds whose requests answer NotFound. */
  absent: Set<string>;
}

export function memoryApi(): MemoryApi {
  const objects = new Map<string, Stored<KubeObject>>();
  const feeds = new Set<Feed>();
  const absent = new Set<string>();
  let version = 0;
  const id = (kind: Kind, object: KubeObject) => `${kind.kind} ${keyText(keyOf(object))}`;
  const save = (kind: Kind, object: KubeObject, type: WatchEvent<KubeObject>['type']) => {
    version++;
    const stored = structuredClone(object) as Stored<KubeObject>;
    stored.metadata.resourceVersion = String(version);
    stored.metadata.uid ??= `uid-${version}`;
    if (type === 'DELETED') objects.delete(id(kind, object));
    if (type !== 'DELETED') objects.set(id(kind, object), stored);
    for (const feed of feeds)
      if (feed.kind === kind.kind) feed.push({ type, object: structuredClone(stored) });
    return structuredClone(stored);
  };
  const get = async (kind: Kind, key: { namespace?: string; name: string }) => {
    const found = objects.get(`${kind.kind} ${keyText(key)}`);
    if (!found) throw new StatusError('NotFound', `${kind.plural} "${key.name}" not found`);
    return structuredClone(found);
  };
  const client = {
    get,
    find: (kind: Kind, key: { namespace?: string; name: string }) => get(kind, key).catch(() => undefined),
    create: async (kind: Kind, object: KubeObject) => save(kind, object, 'ADDED'),
    update: async (kind: Kind, object: KubeObject) => {
      const present = await get(kind, { ...object.metadata, name: object.metadata.name ?? '' });
      if (present.metadata.resourceVersion !== object.metadata.resourceVersion)
        throw new StatusError('Conflict', 'changed');
      return save(kind, object, 'MODIFIED');
    },
    patch: async (kind: Kind, key: { namespace?: string; name: string }, patch: { body: object }) =>
      save(kind, { ...(await get(kind, key)), ...patch.body }, 'MODIFIED'),
    delete: async (kind: Kind, key: { namespace?: string; name: string }) => {
      save(kind, await get(kind, key), 'DELETED');
    },
    watch: (kind: Kind, options: { signal: AbortSignal; sendInitialEvents?: boolean }) => {
      const feed = new Feed(kind.kind, options.signal);
      if (absent.has(kind.kind))
        feed.fail(new StatusError('NotFound', 'the server could not find the requested resource'));
      const present = [...objects].filter(([key]) => key.startsWith(`${kind.kind} `));
      if (options.sendInitialEvents) {
        for (const [, object] of present) feed.push({ type: 'ADDED', object: structuredClone(object) });
        const annotations = { 'k8s.io/initial-events-end': 'true' };
        const metadata = { resourceVersion: String(version), annotations };
        feed.push({
          type: 'BOOKMARK',
          object: { apiVersion: 'v1', kind: kind.kind, metadata } as unknown as Stored<KubeObject>,
        });
      }
      feeds.add(feed);
      return feed.events();
    },
  };
  return {
    client: client as unknown as Client,
    objects,
    absent,
    breakWatches: error => {
      for (const feed of feeds) feed.fail(error);
      feeds.clear();
    },
  };
}

class Feed {
  readonly kind: string;
  readonly #signal: AbortSignal;
  readonly #waiting: WatchEvent<KubeObject>[] = [];
  #error: Error | undefined;
  #wake = Promise.withResolvers<void>();

  constructor(kind: string, signal: AbortSignal) {
    this.kind = kind;
    this.#signal = signal;
    signal.addEventListener('abort', () => this.#wake.resolve(), { once: true });
  }

  push(event: WatchEvent<KubeObject>): void {
    this.#waiting.push(event);
    this.#wake.resolve();
  }

  fail(error: Error): void {
    this.#error = error;
    this.#wake.resolve();
  }

  async *events(): AsyncGenerator<WatchEvent<KubeObject>> {
    while (!this.#signal.aborted) {
      const event = this.#waiting.shift();
      if (event) {
        yield event;
        continue;
      }
      if (this.#error) throw this.#error;
      this.#wake = Promise.withResolvers<void>();
      if (!this.#signal.aborted) await this.#wake.promise;
    }
  }
}
