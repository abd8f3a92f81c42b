import type { KubeObject } from '@slipway/api';
import type { Entry, ResourceId, StoreEvent, StoreReader } from '../store/store.ts';

/** What tests of authentication and admission read: objects by resource, without a database. */
export interface MemoryStore extends StoreReader {
  put(resource: ResourceId, object: KubeObject): void;
  remove(resource: ResourceId, key: string): void;
}

export function memoryStore(): MemoryStore {
  const resources = new Map<ResourceId, Map<string, Entry>>();
  const listeners = new Map<ResourceId, Set<(event: StoreEvent) => void>>();
  let version = 0;
  const all = (resource: ResourceId) => {
    const entries = resources.get(resource) ?? new Map<string, Entry>();
    resources.set(resource, entries);
    return entries;
  };
  const tell = (event: StoreEvent) => {
    for (const listener of listeners.get(event.resource) ?? []) listener(event);
  };
  return {
    get resourceVersion() {
      return version;
    },
    get: (resource, key) => all(resource).get(key),
    snapshot: resource => ({
      resourceVersion: version,
      size: all(resource).size,
      entries: ({ prefix }) => [...all(resource).values()].filter(entry => entry.key.startsWith(prefix)),
    }),
    subscribe: (resource, listener) => {
      const some = listeners.get(resource) ?? new Set();
      listeners.set(resource, some.add(listener));
      return () => some.delete(listener);
    },
    eventsAfter: () => [],
    put: (resource, object) => {
      const { namespace, name } = object.metadata;
      const key = namespace ? `${namespace}/${name}` : (name ?? '');
      const previous = all(resource).get(key);
      const entry: Entry = {
        key,
        resourceVersion: ++version,
        text: JSON.stringify(object),
        labels: () => object.metadata.labels ?? {},
      };
      all(resource).set(key, entry);
      tell({ type: previous ? 'MODIFIED' : 'ADDED', resource, entry, previous });
    },
    remove: (resource, key) => {
      const entry = all(resource).get(key);
      if (!entry) return;
      all(resource).delete(key);
      tell({ type: 'DELETED', resource, entry, previous: entry });
    },
  };
}
