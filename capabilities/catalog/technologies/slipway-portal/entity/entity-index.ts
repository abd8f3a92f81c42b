import { type Clock, keyOf, keyText, type Log, type Stored } from '@slipway/api';
import type { Client } from '@slipway/client';
import { Entity } from '@slipway/kinds';
import { type Change, startInformer } from '@slipway/runtime';
import { type Column, columnOf } from './column.ts';
import { refOf, refText } from './envelope.ts';

/** One entity, with the reference that names it. */
export interface Indexed {
  ref: string;
  object: Stored<Entity>;
}

/** Every entity of the platform in memory, by reference and by what one filters for; a watch keeps it current. */
export interface EntityIndex {
  /** Resolves when the present state has been read. */
  readonly synced: Promise<void>;
  /** Grows with each change: what was made of the index before is old then. */
  readonly generation: number;
  readonly size: number;
  /** Those that claim this reference, which is in lower case; the oldest, whose it is, comes first. */
  byRef(ref: string): readonly Indexed[];
  byUid(uid: string): Indexed | undefined;
  all(): Iterable<Indexed>;
  /** Values at a key; it is kept for the next who asks. */
  column(key: string): Promise<Column>;
  stop(): void;
}

/** Keys whose columns are kept: what pages and clients filter by is no more. */
const MOST_COLUMNS = 40;

export function startEntityIndex(options: { client: Client; clock: Clock; log: Log }): EntityIndex {
  const stopping = new AbortController();
  const index = new Index();
  const informer = startInformer<Entity>({
    ...options,
    kind: Entity,
    signal: stopping.signal,
    keep: withoutManagers,
  });
  informer.onChange(change => index.take(change));
  return Object.assign(index, { synced: informer.synced, stop: () => stopping.abort() });
}

function withoutManagers(object: Stored<Entity>): Stored<Entity> {
  const { managedFields: _unused, ...metadata } = object.metadata;
  return { ...object, metadata };
}

class Index {
  generation = 0;
  readonly #byKey = new Map<string, Indexed>();
  readonly #byRef = new Map<string, Indexed[]>();
  readonly #byUid = new Map<string, Indexed>();
  readonly #columns = new Map<string, { column: Column; built: Promise<void> }>();

  get size(): number {
    return this.#byKey.size;
  }

  byRef(ref: string): readonly Indexed[] {
    return this.#byRef.get(ref) ?? [];
  }

  byUid(uid: string): Indexed | undefined {
    return this.#byUid.get(uid);
  }

  all(): Iterable<Indexed> {
    return this.#byKey.values();
  }

  async column(key: string): Promise<Column> {
    const known = this.#columns.get(key);
    if (known) {
      // The one asked for last is dropped last: a Map keeps the order of insertion.
      this.#columns.delete(key);
      this.#columns.set(key, known);
      await known.built;
      return known.column;
    }
    const oldest = this.#columns.size >= MOST_COLUMNS ? this.#columns.keys().next().value : undefined;
    if (oldest !== undefined) this.#columns.delete(oldest);
    const column = columnOf(key);
    // Changes that come while it is built go into it as well.
    const built = column.fill([...this.#byKey.values()], item => this.#byUid.get(uidOf(item)) === item);
    this.#columns.set(key, { column, built });
    await built;
    return column;
  }

  take({ object, previous }: Change<Entity>): void {
    this.generation++;
    const gone = previous ? this.#byKey.get(keyText(keyOf(previous))) : undefined;
    if (gone) this.#drop(gone);
    if (object) this.#put({ ref: refText(refOf(object.spec.entity)), object });
  }

  #put(item: Indexed): void {
    this.#byKey.set(keyText(keyOf(item.object)), item);
    this.#byUid.set(uidOf(item), item);
    const others = this.#byRef.get(item.ref) ?? [];
    this.#byRef.set(item.ref, [...others, item].sort(byAge));
    for (const { column } of this.#columns.values()) column.put(item);
  }

  #drop(item: Indexed): void {
    this.#byKey.delete(keyText(keyOf(item.object)));
    this.#byUid.delete(uidOf(item));
    const others = this.byRef(item.ref).filter(each => each !== item);
    if (others.length > 0) this.#byRef.set(item.ref, others);
    if (others.length === 0) this.#byRef.delete(item.ref);
    for (const { column } of this.#columns.values()) column.drop(item);
  }
}

function uidOf({ object }: Indexed): string {
  return object.metadata.uid;
}

function byAge(a: Indexed, b: Indexed): number {
  const age = ({ object }: Indexed) =>
    `${object.metadata.creationTimestamp ?? ''} ${object.metadata.namespace} ${object.metadata.name}`;
  return age(a) < age(b) ? -1 : 1;
}
