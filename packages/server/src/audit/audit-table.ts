import type { DatabaseSync, StatementSync } from 'node:sqlite';
import type { AuditCondition, AuditEntry, AuditFilter, AuditRecord, AuditVerdict } from './audit.ts';
import { chained, GENESIS, hashOf } from './chain.ts';

const COLUMNS =
  'sequence, time, actor, door, verb, resource, object, generation, version, source, outcome, previous_hash, hash';
const VERIFY_AT_ONCE = 2000;
const SEARCH_AT_ONCE = 20_000;

interface Row {
  [column: string]: string | number | null;
}

/** The audit table, on the thread that owns the database. */
export class AuditTable {
  readonly #database: DatabaseSync;
  readonly #insert: StatementSync;
  /** Last record that is written; moves on with `append`, back with `restore`. */
  #head: { sequence: number; hash: string };

  constructor(database: DatabaseSync) {
    this.#database = database;
    this.#insert = database.prepare(`INSERT INTO audit (${COLUMNS}) VALUES (${'?, '.repeat(12)}?)`);
    const last = database.prepare('SELECT sequence, hash FROM audit ORDER BY sequence DESC LIMIT 1').get();
    this.#head = last
      ? { sequence: Number(last.sequence), hash: String(last.hash) }
      : { sequence: 0, hash: GENESIS };
  }

  get head(): { sequence: number; hash: string } {
    return this.#head;
  }

  /** Back to a head taken before a transaction that was rolled back. */
  restore(head: { sequence: number; hash: string }): void {
    this.#head = head;
  }

  append(entry: AuditEntry): void {
    const record = chained(entry, { sequence: this.#head.sequence + 1, previousHash: this.#head.hash });
    this.#insert.run(
      record.sequence,
      record.time,
      record.actor,
      record.door,
      record.verb,
      record.resource,
      record.object,
      record.generation ?? null,
      record.resourceVersion ?? null,
      record.source,
      record.outcome,
      record.previousHash,
      record.hash,
    );
    this.#head = { sequence: record.sequence, hash: record.hash };
  }

  /** Newest first; looks through the table in pieces, letting `pause` run other work between them. */
  async search(filter: AuditFilter, pause: () => Promise<void>): Promise<AuditRecord[]> {
    const { text, values } = conditionsOf(filter);
    const limit = Math.min(filter.limit ?? 100, 1000);
    const piece = this.#database.prepare(
      `SELECT ${COLUMNS} FROM audit WHERE sequence < ? AND sequence >= ? ${text} ORDER BY sequence DESC LIMIT ?`,
    );
    const found: AuditRecord[] = [];
    let below = Math.min(filter.before ?? Number.POSITIVE_INFINITY, this.#head.sequence + 1);
    for (;;) {
      const from = below - SEARCH_AT_ONCE;
      const rows = piece.all(below, from, ...values, limit - found.length);
      found.push(...rows.map(row => recordOf(row as Row)));
      if (found.length >= limit || from <= 1) return found;
      below = from;
      await pause();
    }
  }

  /** Recomputes the chain in pieces, letting `pause` run other work between them. */
  async verify(pause: () => Promise<void>): Promise<AuditVerdict> {
    const page = this.#database.prepare(
      `SELECT ${COLUMNS} FROM audit WHERE sequence > ? ORDER BY sequence LIMIT ${VERIFY_AT_ONCE}`,
    );
    let previous = { sequence: 0, hash: GENESIS };
    for (;;) {
      const rows = page.all(previous.sequence).map(row => recordOf(row as Row));
      for (const record of rows) {
        const problem = problemOf(record, previous);
        if (problem) return { intact: false, records: previous.sequence, sequence: record.sequence, problem };
        previous = record;
      }
      if (rows.length < VERIFY_AT_ONCE) break;
      await pause();
    }
    return { intact: true, records: previous.sequence, head: previous.hash };
  }
}

function conditionsOf(filter: AuditFilter): { text: string; values: (string | number)[] } {
  const exact = (['actor', 'door', 'verb', 'resource', 'object', 'outcome'] as const).flatMap(column => {
    const value = filter[column];
    return value === undefined ? [] : [{ text: `AND ${column} = ?`, value }];
  });
  const all = [...exact, ...(filter.where ?? []).map(clauseOf)];
  return { text: all.map(({ text }) => text).join(' '), values: all.map(({ value }) => value) };
}

/** Columns and operators are words of the type, never a reader's. */
function clauseOf({ column, operator, value }: AuditCondition): { text: string; value: string | number } {
  if (operator === '>=' || operator === '<') return { text: `AND ${column} ${operator} ?`, value };
  const isPattern = typeof value === 'string' && value.includes('*');
  if (!isPattern) return { text: `AND ${column} ${operator} ?`, value };
  const pattern = value.replace(/[\\%_]/g, '\\$&').replaceAll('*', '%');
  const not = operator === '!=' ? 'NOT ' : '';
  return { text: `AND ${column} ${not}LIKE ? ESCAPE '\\'`, value: pattern };
}

function problemOf(record: AuditRecord, previous: { sequence: number; hash: string }): string | undefined {
  if (record.sequence !== previous.sequence + 1) return `record ${previous.sequence + 1} is missing`;
  if (record.previousHash !== previous.hash) return 'it does not follow the record before it';
  return hashOf(record) === record.hash ? undefined : 'its fields were changed';
}

function recordOf(row: Row): AuditRecord {
  return {
    sequence: Number(row.sequence),
    time: String(row.time),
    actor: String(row.actor),
    door: String(row.door),
    verb: String(row.verb),
    resource: String(row.resource),
    object: String(row.object),
    ...(row.generation === null ? {} : { generation: Number(row.generation) }),
    ...(row.version === null ? {} : { resourceVersion: Number(row.version) }),
    source: String(row.source),
    outcome: String(row.outcome) as AuditRecord['outcome'],
    previousHash: String(row.previous_hash),
    hash: String(row.hash),
  };
}
