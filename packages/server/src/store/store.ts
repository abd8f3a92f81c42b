import type { KubeObject } from '@slipway/api';
import type { Audit, AuditEntry } from '../audit/audit.ts';

/** Group and plural as one text: `/pods`, `apps/deployments`. All versions of a resource share one. */
export type ResourceId = string;

export function resourceId(resource: { group: string; plural: string }): ResourceId {
  return `${resource.group}/${resource.plural}`;
}

/** One committed version of one object. Never changes; a write makes another. */
export interface Entry {
  /** `namespace/name`, or `name` for cluster-scoped objects. */
  readonly key: string;
  readonly resourceVersion: number;
  /** The object's JSON; it begins with apiVersion and kind, in this order. */
  readonly text: string;
  /** Parsed on first use and kept. */
  labels(): Readonly<Record<string, string>>;
}

/** `DELETED` carries the last state, with the resourceVersion of the removal. */
export interface StoreEvent {
  readonly type: 'ADDED' | 'MODIFIED' | 'DELETED';
  readonly resource: ResourceId;
  readonly entry: Entry;
  readonly previous: Entry | undefined;
}

/** What a write comes to, decided while nobody else can write the same key. */
export type Change =
  | { change: 'keep' }
  | { change: 'put'; object: KubeObject }
  | { change: 'remove'; object: KubeObject };

export interface Write {
  resource: ResourceId;
  key: string;
  /** Its record is committed in the same transaction as the object. */
  audit: Omit<AuditEntry, 'time'>;
  /** Called once with the newest version; what it throws refuses the write. */
  decide(live: Entry | undefined): Change | Promise<Change>;
}

/** A frozen view of one resource, for consistent paging. */
export interface Snapshot {
  readonly resourceVersion: number;
  readonly size: number;
  /** Entries in key order, from the first key not below `from`, while keys start with `prefix`. */
  entries(range: { prefix: string; from?: string }): Iterable<Entry>;
}

/** Reading is synchronous: everything is in memory. */
export interface StoreReader {
  /** Newest committed version of anything. */
  readonly resourceVersion: number;
  get(resource: ResourceId, key: string): Entry | undefined;
  snapshot(resource: ResourceId): Snapshot;
  /** Called after each commit, in order of resourceVersion. */
  subscribe(resource: ResourceId, listener: (event: StoreEvent) => void): () => void;
  /**
   * Events after a resourceVersion that are still held, oldest first.
   * @throws StatusError Expired when some are gone
   */
  eventsAfter(resource: ResourceId, resourceVersion: number): StoreEvent[];
}

export interface Store extends StoreReader {
  /** Platform id of the data folder. */
  readonly id: string;
  readonly audit: Audit;
  /** Resolves when the write is durable, with the new version; with the live one when it was kept, undefined when removed. */
  write(write: Write): Promise<Entry | undefined>;
  /** Forgets events up to now, so that older watches get 410 Expired. */
  compact(): void;
  /**
   * A complete copy of the database in a new file, while work goes on: as it is at one moment. `atThatMoment` runs while
   * nothing is committed; it must be quick, and must not write here, for its writes would wait for its own end.
   */
  backup(file: string, atThatMoment?: () => Promise<void>): Promise<void>;
  close(): Promise<void>;
}
