import BTreeModule from 'sorted-btree';
import type { StoredEntry } from './entry.ts';
import { History } from './history.ts';
import type { Snapshot, StoreEvent } from './store.ts';

const BTree = BTreeModule.default;
type Tree = InstanceType<typeof BTree<string, StoredEntry>>;

function byCodeUnit(a: string, b: string): number {
  if (a === b) return 0;
  return a < b ? -1 : 1;
}

/** All objects of one resource in key order, its recent events and those who listen. */
export class ResourceIndex {
  readonly history: History;
  readonly listeners = new Set<(event: StoreEvent) => void>();
  #tree: Tree = new BTree<string, StoredEntry>(undefined, byCodeUnit);
  #frozen: { at: number; tree: Tree } | undefined;
  /** Version of the last change to this resource. */
  #changed: number;

  constructor(openedAt: number) {
    this.history = new History(openedAt);
    this.#changed = openedAt;
  }

  get(key: string): StoredEntry | undefined {
    return this.#tree.get(key);
  }

  load(entries: StoredEntry[]): void {
    this.#tree = new BTree<string, StoredEntry>(
      entries.map(entry => [entry.key, entry]),
      byCodeUnit,
    );
  }

  commit(event: StoreEvent, entry: StoredEntry): void {
    if (event.type === 'DELETED') this.#tree.delete(entry.key);
    if (event.type !== 'DELETED') this.#tree.set(entry.key, entry);
    this.#changed = entry.resourceVersion;
    this.history.push(event);
    for (const listener of this.listeners) listener(event);
  }

  /** Cheap: clones share nodes until they change, and nothing is cloned while nothing changed. */
  snapshot(resourceVersion: number): Snapshot {
    if (this.#frozen?.at !== this.#changed) this.#frozen = { at: this.#changed, tree: this.#tree.clone() };
    const { tree } = this.#frozen;
    return { resourceVersion, size: tree.size, entries: range => walk(tree, range) };
  }
}

function* walk(tree: Tree, range: { prefix: string; from?: string }): Iterable<StoredEntry> {
  for (const [key, entry] of tree.entries(range.from ?? range.prefix)) {
    if (!key.startsWith(range.prefix)) return;
    yield entry;
  }
}
