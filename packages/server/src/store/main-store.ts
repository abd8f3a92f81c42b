import type { Clock, KubeObject } from '@slipway/api';
import type { Audit, AuditEntry } from '../audit/audit.ts';
import type { DataFolder } from './data-folder.ts';
import { StoredEntry } from './entry.ts';
import { KeyLock } from './key-lock.ts';
import { ResourceIndex } from './resource-index.ts';
import type { Sealer } from './sealer.ts';
import { serialize } from './serialize.ts';
import type { Entry, ResourceId, Snapshot, Store, StoreEvent, Write } from './store.ts';
import type { Writer } from './writer.ts';
import type { RowWrite } from './writer-protocol.ts';

interface Parts {
  folder: DataFolder;
  clock: Clock;
  confidential?: ResourceId[];
  sealer: Sealer;
  writer: Writer;
  /** Newest resourceVersion and highest row id in use. */
  version: number;
  rows: number;
  indexes: Map<ResourceId, ResourceIndex>;
}

/** The store as the main thread sees it: everything in memory, written by the thread. */
export class MainStore implements Store {
  readonly id: string;
  readonly audit: Audit;
  readonly #parts: Parts;
  readonly #sealed: Set<ResourceId>;
  readonly #locks = new KeyLock();
  /** Given to writes under way; ahead of what is committed. */
  #given: number;
  #committed: number;
  #rows: number;
  readonly #openedAt: number;

  constructor(parts: Parts) {
    this.#parts = parts;
    this.id = parts.folder.id;
    this.#sealed = new Set(parts.confidential ?? ['/secrets']);
    this.#given = parts.version;
    this.#committed = parts.version;
    this.#openedAt = parts.version;
    this.#rows = parts.rows;
    this.audit = {
      append: entry => this.#append(entry),
      search: filter => parts.writer.search(filter),
      verify: () => parts.writer.verify(),
    };
  }

  get resourceVersion(): number {
    return this.#committed;
  }

  #index(resource: ResourceId): ResourceIndex {
    const index = this.#parts.indexes.get(resource) ?? new ResourceIndex(this.#openedAt);
    this.#parts.indexes.set(resource, index);
    return index;
  }

  get(resource: ResourceId, key: string): Entry | undefined {
    return this.#parts.indexes.get(resource)?.get(key);
  }

  snapshot(resource: ResourceId): Snapshot {
    return this.#index(resource).snapshot(this.#committed);
  }

  subscribe(resource: ResourceId, listener: (event: StoreEvent) => void): () => void {
    const { listeners } = this.#index(resource);
    listeners.add(listener);
    return () => listeners.delete(listener);
  }

  eventsAfter(resource: ResourceId, resourceVersion: number): StoreEvent[] {
    return this.#index(resource).history.after(resourceVersion);
  }

  compact(): void {
    for (const index of this.#parts.indexes.values()) index.history.compact(this.#committed);
  }

  write(write: Write): Promise<Entry | undefined> {
    return this.#locks.run(`${write.resource} ${write.key}`, async () => {
      const live = this.#parts.indexes.get(write.resource)?.get(write.key);
      const decided = write.decide(live);
      const change = decided instanceof Promise ? await decided : decided;
      if (change.change === 'keep') return live;
      const removed = change.change === 'remove';
      if (removed && !live) return undefined;
      const entry = this.#entryFor(write.key, change.object, live);
      await this.#commit(write, entry, { live, removed, object: change.object });
      return removed ? undefined : entry;
    });
  }

  #entryFor(key: string, object: KubeObject, live: StoredEntry | undefined): StoredEntry {
    const resourceVersion = ++this.#given;
    const text = serialize(object, resourceVersion);
    const row = live?.row ?? ++this.#rows;
    return new StoredEntry({ key, resourceVersion, text, row, known: true, labels: object.metadata.labels });
  }

  #commit(
    write: Write,
    entry: StoredEntry,
    about: { live: StoredEntry | undefined; removed: boolean; object: KubeObject },
  ): Promise<void> {
    const { live, removed } = about;
    const type = removed ? 'DELETED' : live ? 'MODIFIED' : 'ADDED';
    const event: StoreEvent = { type, resource: write.resource, entry, previous: live };
    const audit: AuditEntry = {
      time: this.#time(),
      ...write.audit,
      ...(about.object.metadata.generation === undefined
        ? {}
        : { generation: about.object.metadata.generation }),
      resourceVersion: entry.resourceVersion,
    };
    const row = this.#rowFor(write.resource, entry, removed);
    return new Promise((resolve, reject) => {
      const done = () => {
        this.#committed = entry.resourceVersion;
        this.#index(write.resource).commit(event, entry);
        resolve();
      };
      this.#parts.writer.add({ row, audit: [audit], done, failed: reject });
    });
  }

  #rowFor(resource: ResourceId, entry: StoredEntry, removed: boolean): RowWrite {
    const place = { row: entry.row, resource, key: entry.key, version: entry.resourceVersion };
    if (removed) return place;
    if (!this.#sealed.has(resource)) return { ...place, body: entry.text };
    return { ...place, ...this.#parts.sealer.seal(entry.text, `${resource}/${entry.key}`) };
  }

  #append(entry: Omit<AuditEntry, 'time'>): Promise<void> {
    return new Promise((resolve, reject) => {
      const audit = [{ time: this.#time(), ...entry }];
      this.#parts.writer.add({ audit, done: resolve, failed: reject });
    });
  }

  #time(): string {
    return new Date(this.#parts.clock.now()).toISOString();
  }

  backup(file: string, atThatMoment?: () => Promise<void>): Promise<void> {
    return this.#parts.writer.backup(file, atThatMoment);
  }

  close(): Promise<void> {
    return this.#parts.writer.close();
  }
}
