import { backup, DatabaseSync, type StatementSync } from 'node:sqlite';
import { setImmediate } from 'node:timers/promises';
import { parentPort, workerData } from 'node:worker_threads';
import { AuditTable } from '../audit/audit-table.ts';
import { openDatabase } from './database.ts';
import type { WriterAnswer, WriterRequest, WriterSettings } from './writer-protocol.ts';

const IDLE_MS = 250;
/** 4 MiB: commits wait for one such piece at most. */
const PAGES_AT_ONCE = 1024;

/** The only connection that writes. A commit holds everything that came in while the one before was synced. */
class Writer {
  readonly #database: DatabaseSync;
  readonly #put: StatementSync;
  readonly #remove: StatementSync;
  readonly #version: StatementSync;
  readonly #audit: AuditTable;
  readonly #file: string;
  #idle: NodeJS.Timeout | undefined;
  #pinned: DatabaseSync | undefined;

  constructor(settings: WriterSettings) {
    this.#file = settings.file;
    this.#database = openDatabase(settings.file);
    if (settings.maxPages) this.#database.prepare(`PRAGMA max_page_count = ${settings.maxPages}`).get();
    this.#put = this.#database.prepare(
      'INSERT OR REPLACE INTO objects (id, resource, key, version, data_key, body) VALUES (?, ?, ?, ?, ?, ?)',
    );
    this.#remove = this.#database.prepare('DELETE FROM objects WHERE id = ?');
    this.#version = this.#database.prepare(
      "INSERT INTO counters VALUES ('version', ?) ON CONFLICT (name) DO UPDATE SET value = excluded.value",
    );
    this.#audit = new AuditTable(this.#database);
  }

  async answer(request: WriterRequest): Promise<WriterAnswer> {
    const { call } = request;
    try {
      switch (request.ask) {
        case 'commit':
          this.#commit(request);
          return { call, ok: true };
        case 'search':
          return { call, ok: true, value: await this.#audit.search(request.filter, () => setImmediate()) };
        case 'verify':
          return { call, ok: true, value: await this.#audit.verify(() => setImmediate()) };
        case 'pin':
          this.#pin();
          return { call, ok: true };
        case 'copy':
          if (this.#pinned) await backup(this.#pinned, request.file, { rate: PAGES_AT_ONCE });
          return { call, ok: true };
        case 'unpin':
          this.#unpin();
          return { call, ok: true };
        case 'close':
          clearTimeout(this.#idle);
          this.#unpin();
          this.#database.close();
          return { call, ok: true };
      }
    } catch (error) {
      return { call, ok: false, ...failureOf(error) };
    }
  }

  #commit(request: Extract<WriterRequest, { ask: 'commit' }>): void {
    const head = this.#audit.head;
    this.#database.exec('BEGIN IMMEDIATE');
    try {
      for (const { row, resource, key, version, dataKey, body } of request.rows) {
        if (body === undefined) this.#remove.run(row);
        if (body !== undefined) this.#put.run(row, resource, key, version, dataKey ?? null, body);
      }
      for (const entry of request.audit) this.#audit.append(entry);
      if (request.rows.length > 0) this.#version.run(request.version);
      this.#database.exec('COMMIT');
    } catch (error) {
      this.#audit.restore(head);
      if (this.#database.isTransaction) this.#database.exec('ROLLBACK');
      throw error;
    }
    this.#idle?.refresh();
    this.#idle ??= setTimeout(() => this.#checkpoint(), IDLE_MS);
  }

  /** A reader whose transaction begins now sees this moment for as long as it lasts (SQLite, WAL mode). */
  #pin(): void {
    this.#unpin();
    this.#pinned = new DatabaseSync(this.#file, { readOnly: true });
    this.#pinned.exec('BEGIN');
    this.#pinned.prepare('SELECT count(*) FROM counters').get();
  }

  #unpin(): void {
    this.#pinned?.close();
    this.#pinned = undefined;
  }

  /** Moves the log into the database while nobody waits for it. */
  #checkpoint(): void {
    this.#idle = undefined;
    try {
      this.#database.exec('PRAGMA wal_checkpoint(PASSIVE)');
    } catch {
      // A full disk, mostly. The log holds everything, synced; it is moved after a later commit.
    }
  }
}

/** SQLite's own codes: 13 is "full", 10 covers the disk's errors. */
function failureOf(error: unknown): { code: 'StoreFull' | 'StoreFailed'; message: string } {
  const { errcode = 0, message } = error as Error & { errcode?: number };
  return { code: (errcode & 0xff) === 13 ? 'StoreFull' : 'StoreFailed', message };
}

const port = parentPort;
if (port) {
  const writer = new Writer(workerData as WriterSettings);
  port.on('message', async (request: WriterRequest) => {
    port.postMessage(await writer.answer(request));
    if (request.ask === 'close') port.close();
  });
  port.postMessage({ call: 0, ok: true } satisfies WriterAnswer);
}
