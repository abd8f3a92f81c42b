import type { AuditEntry, AuditFilter, AuditRecord, AuditVerdict } from '../audit/audit.ts';

/** One row to write; without `body` the row goes away. */
export interface RowWrite {
  row: number;
  resource: string;
  key: string;
  version: number;
  dataKey?: number;
  body?: string | Uint8Array;
}

/** What the store's main side asks of the writer thread. Each `call` is answered once. */
export type WriterRequest =
  | { call: number; ask: 'commit'; rows: RowWrite[]; audit: AuditEntry[]; version: number }
  | { call: number; ask: 'search'; filter: AuditFilter }
  | { call: number; ask: 'verify' }
  /** From here on `copy` sees the database as it is now, whatever is committed meanwhile. */
  | { call: number; ask: 'pin' }
  | { call: number; ask: 'copy'; file: string }
  | { call: number; ask: 'unpin' }
  | { call: number; ask: 'close' };

export type WriterAnswer =
  | { call: number; ok: true; value?: AuditRecord[] | AuditVerdict }
  | { call: number; ok: false; code: 'StoreFull' | 'StoreFailed'; message: string };

export interface WriterSettings {
  file: string;
  /** Bound of the database's size, for tests of a full disk. */
  maxPages?: number;
}
