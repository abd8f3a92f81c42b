/** Who did what. Texts only; never a secret. */
export interface AuditEntry {
  /** RFC 3339 with milliseconds. */
  time: string;
  actor: string;
  /** Where it came in: `api`, `git`, `registry`, `sign-in`, … */
  door: string;
  verb: string;
  /** `apps/deployments` or `/secrets`; other doors name their own (`repositories.source.slipway.dev`). */
  resource: string;
  /** `namespace/name`, name, or whatever the door acts on. */
  object: string;
  generation?: number;
  resourceVersion?: number;
  /** Address of the other side; `in-process` for our own controllers. */
  source: string;
  /** `allowed`, `denied`, `failed`. */
  outcome: 'allowed' | 'denied' | 'failed';
}

/** An entry as it is kept: each hash covers the one before. */
export interface AuditRecord extends AuditEntry {
  sequence: number;
  /** SHA-256 in hex. */
  previousHash: string;
  hash: string;
}

/** `=` and `!=` take `*` for any text, in letters of either case; times are ordered, as texts. */
export interface AuditCondition {
  column: 'actor' | 'door' | 'verb' | 'resource' | 'object' | 'outcome' | 'source' | 'time' | 'generation';
  operator: '=' | '!=' | '>=' | '<';
  value: string | number;
}

export interface AuditFilter {
  actor?: string;
  door?: string;
  verb?: string;
  resource?: string;
  object?: string;
  outcome?: string;
  /** All of these, too. */
  where?: AuditCondition[];
  /** Only records below this sequence: for paging back. */
  before?: number;
  /** Default 100, at most 1000. Newest first. */
  limit?: number;
}

export type AuditVerdict =
  | { intact: true; records: number; head: string }
  | { intact: false; records: number; sequence: number; problem: string };

export interface Audit {
  /** Resolves when the record is durable. Other doors use this; API writes are recorded by the store itself. */
  append(entry: Omit<AuditEntry, 'time'>): Promise<void>;
  search(filter: AuditFilter): Promise<AuditRecord[]>;
  /** Recomputes the whole chain. */
  verify(): Promise<AuditVerdict>;
}
