import { chmodSync } from 'node:fs';
import { join } from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import { messageOf, SlipwayError } from '@slipway/api';

/** Name of the database in the data folder. */
export function databaseFile(folder: string): string {
  return join(folder, 'objects.sqlite');
}

/**
 * `objects.id` is given by the main thread, which alone knows what exists: a write touches one B-tree and no index.
 * `body` is JSON text, or a sealed BLOB when `data_key` is set.
 */
const TABLES = `
  CREATE TABLE IF NOT EXISTS objects (
    id INTEGER PRIMARY KEY, resource TEXT NOT NULL, key TEXT NOT NULL, version INTEGER NOT NULL,
    data_key INTEGER, body ANY NOT NULL
  ) STRICT;
  CREATE TABLE IF NOT EXISTS data_keys (
    id INTEGER PRIMARY KEY, provider_key TEXT NOT NULL, wrapped BLOB NOT NULL, created TEXT NOT NULL
  ) STRICT;
  CREATE TABLE IF NOT EXISTS audit (
    sequence INTEGER PRIMARY KEY, time TEXT NOT NULL, actor TEXT NOT NULL, door TEXT NOT NULL, verb TEXT NOT NULL,
    resource TEXT NOT NULL, object TEXT NOT NULL, generation INTEGER, version INTEGER, source TEXT NOT NULL,
    outcome TEXT NOT NULL, previous_hash TEXT NOT NULL, hash TEXT NOT NULL
  ) STRICT;
  CREATE TABLE IF NOT EXISTS counters (name TEXT PRIMARY KEY, value INTEGER NOT NULL) STRICT;
`;

/** Opens the database for writing, with the durability everything relies on. */
export function openDatabase(file: string): DatabaseSync {
  const database = new DatabaseSync(file);
  // The log and its index take their mode from the database.
  chmodSync(file, 0o600);
  // FULL: a commit returns after its WAL frames are synced. Checkpoints run when idle, not inside a commit.
  database.exec('PRAGMA journal_mode = WAL; PRAGMA synchronous = FULL; PRAGMA wal_autocheckpoint = 8000');
  database.exec('PRAGMA cache_size = -2000; PRAGMA temp_store = MEMORY');
  return database;
}

/**
 * Makes the tables and checks the file.
 * @throws SlipwayError StoreDamaged when pages do not fit together
 */
export function prepareDatabase(database: DatabaseSync, file: string): void {
  const problem = firstProblem(database);
  if (problem !== undefined) {
    throw new SlipwayError('StoreDamaged', `store: damaged: "${file}": ${problem}; restore a backup`);
  }
  database.exec(TABLES);
}

function firstProblem(database: DatabaseSync): string | undefined {
  try {
    const rows = database.prepare('PRAGMA quick_check(1)').all() as { quick_check: string }[];
    const answer = rows[0]?.quick_check ?? 'no answer';
    return answer === 'ok' ? undefined : answer;
  } catch (error) {
    return messageOf(error);
  }
}
