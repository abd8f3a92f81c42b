import { type Key, type KubeObject, keyOf, keyText, type Stored } from '@slipway/api';
import type { Cache } from './controller.ts';

/** A change of a cached object: `previous` is absent when it is new, `object` when it is gone. */
export interface Change<T extends KubeObject> {
  object?: Stored<T>;
  previous?: Stored<T>;
}

/**
 * Objects of one kind with indexes by namespace and owner. Two sources feed it, the watch and our own writes;
 * whatever has the newer resourceVersion stays, so that a reconcile always reads what it wrote itself.
 */
export interface ObjectStore<T extends KubeObject> extends Cache<T> {
  /** Takes an object in unless what is there is as new; returns the change, or undefined for none. */
  put(object: Stored<T>): Change<T> | undefined;
  /** The watch said it is gone. */
  drop(object: Stored<T>): Change<T> | undefined;
  /** We asked to delete it: until the watch says more, it counts as being deleted. */
  markDeleted(key: Key, at: string): Change<T> | undefined;
  /** Keys of everything held. */
  keys(): string[];
  byText(text: string): Stored<T> | undefined;
  readonly size: number;
}

/** How many deleted uids are remembered, so that a late answer to a create does not bring one back. */
const REMEMBERED_UIDS = 4_096;

export function createObjectStore<T extends KubeObject>(options: { freeze?: boolean } = {}): ObjectStore<T> {
  const objects = new Map<string, Stored<T>>();
  const byNamespace = new Index();
  const byOwner = new Index();
  const gone = new Set<string>();

  const set = (text: string, object: Stored<T>) => {
    const previous = objects.get(text);
    objects.set(text, options.freeze ? deepFreeze(object) : object);
    byNamespace.move(text, namespaceOf(previous), namespaceOf(object));
    byOwner.move(text, ownersOf(previous), ownersOf(object));
    return previous ? { object, previous } : { object };
  };
  const remove = (text: string, previous: Stored<T>) => {
    objects.delete(text);
    byNamespace.move(text, namespaceOf(previous), []);
    byOwner.move(text, ownersOf(previous), []);
    gone.add(previous.metadata.uid);
    const oldest = gone.size > REMEMBERED_UIDS ? gone.values().next().value : undefined;
    if (oldest !== undefined) gone.delete(oldest);
    return { previous };
  };
  const pick = (texts: Iterable<string>) => {
    const found: Stored<T>[] = [];
    for (const text of texts) {
      const object = objects.get(text);
      if (object) found.push(object);
    }
    return found;
  };

  return {
    get: key => objects.get(keyText(key)),
    byText: text => objects.get(text),
    list: ({ namespace, labels } = {}) => {
      const all = namespace === undefined ? [...objects.values()] : pick(byNamespace.get(namespace));
      return labels ? all.filter(object => hasLabels(object, labels)) : all;
    },
    ownedBy: uid => pick(byOwner.get(uid)),
    put: object => {
      const text = keyText(keyOf(object));
      const present = objects.get(text);
      if (present ? !isNewer(object, present) : gone.has(object.metadata.uid)) return undefined;
      return set(text, object);
    },
    drop: object => {
      gone.add(object.metadata.uid);
      const text = keyText(keyOf(object));
      const present = objects.get(text);
      return present?.metadata.uid === object.metadata.uid ? remove(text, present) : undefined;
    },
    markDeleted: (key, at) => {
      const present = objects.get(keyText(key));
      if (!present || present.metadata.deletionTimestamp) return undefined;
      return set(keyText(key), { ...present, metadata: { ...present.metadata, deletionTimestamp: at } });
    },
    keys: () => [...objects.keys()],
    get size() {
      return objects.size;
    },
  };
}

/** Resource versions of Kubernetes are numbers that grow; one that is no number counts as newer. */
function isNewer(candidate: KubeObject, present: KubeObject): boolean {
  const [a, b] = [Number(candidate.metadata.resourceVersion), Number(present.metadata.resourceVersion)];
  return Number.isNaN(a) || Number.isNaN(b)
    ? candidate.metadata.resourceVersion !== present.metadata.resourceVersion
    : a > b;
}

function namespaceOf(object: KubeObject | undefined): string[] {
  return object ? [object.metadata.namespace ?? ''] : [];
}

function ownersOf(object: KubeObject | undefined): string[] {
  return object?.metadata.ownerReferences?.map(owner => owner.uid) ?? [];
}

function hasLabels(object: KubeObject, labels: Record<string, string>): boolean {
  return Object.entries(labels).every(([key, value]) => object.metadata.labels?.[key] === value);
}

/** From a term to the keys that have it. */
class Index {
  readonly #keys = new Map<string, Set<string>>();

  get(term: string): Iterable<string> {
    return this.#keys.get(term) ?? [];
  }

  move(key: string, from: string[], to: string[]): void {
    for (const term of from) if (!to.includes(term)) this.#remove(term, key);
    for (const term of to) this.#add(term, key);
  }

  #add(term: string, key: string): void {
    const keys = this.#keys.get(term) ?? new Set();
    this.#keys.set(term, keys.add(key));
  }

  #remove(term: string, key: string): void {
    const keys = this.#keys.get(term);
    keys?.delete(key);
    if (keys?.size === 0) this.#keys.delete(term);
  }
}

function deepFreeze<V>(value: V): V {
  if (typeof value !== 'object' || value === null || Object.isFrozen(value)) return value;
  Object.freeze(value);
  for (const inner of Object.values(value)) deepFreeze(inner);
  return value;
}
