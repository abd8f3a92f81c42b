import type { DatabaseSync } from 'node:sqlite';
import type { Clock, KeyProvider, Log, Random } from '@slipway/api';
import { messageOf, SlipwayError } from '@slipway/api';
import type { DataFolder } from './data-folder.ts';
import { databaseFile, openDatabase, prepareDatabase } from './database.ts';
import { StoredEntry } from './entry.ts';
import { MainStore } from './main-store.ts';
import { ResourceIndex } from './resource-index.ts';
import { openSealer, type Sealer } from './sealer.ts';
import type { ResourceId, Store } from './store.ts';
import { Writer } from './writer.ts';

export interface StoreOptions {
  folder: DataFolder;
  keys: KeyProvider;
  clock: Clock;
  random: Random;
  log: Log;
  /** Resources that are sealed at rest; default: Secrets. */
  confidential?: ResourceId[];
  /** Bound of the database's size in pages, for tests of a full disk. */
  maxPages?: number;
}

interface Row {
  id: number;
  resource: string;
  key: string;
  version: number;
  data_key: number | null;
  body: string | Uint8Array;
}

/**
 * Opens the store of a data folder: checks the file, unseals, loads everything and starts the writer thread.
 * Closing the store does not release the folder.
 * @throws SlipwayError StoreDamaged, KeyMissing
 */
export async function openStore(options: StoreOptions): Promise<Store> {
  const file = databaseFile(options.folder.path);
  const database = openChecked(file);
  try {
    const sealer = await openSealer(database, options);
    const loaded = load(database, sealer);
    database.close();
    const writer = await Writer.start({ file, ...(options.maxPages ? { maxPages: options.maxPages } : {}) });
    return new MainStore({ ...options, ...loaded, sealer, writer });
  } catch (error) {
    if (database.isOpen) database.close();
    throw error;
  }
}

function openChecked(file: string): DatabaseSync {
  let database: DatabaseSync;
  try {
    database = openDatabase(file);
  } catch (cause) {
    throw new SlipwayError(
      'StoreDamaged',
      `store: cannot open: "${file}": ${messageOf(cause)}; restore a backup`,
      {
        cause,
      },
    );
  }
  try {
    prepareDatabase(database, file);
    return database;
  } catch (error) {
    database.close();
    throw error;
  }
}

interface Loaded {
  version: number;
  rows: number;
  indexes: Map<ResourceId, ResourceIndex>;
}

function load(database: DatabaseSync, sealer: Sealer): Loaded {
  const counter = database.prepare("SELECT value FROM counters WHERE name = 'version'").get();
  const version = Number(counter?.value ?? 0);
  const found = new Map<ResourceId, StoredEntry[]>();
  let rows = 0;
  for (const value of database
    .prepare('SELECT id, resource, key, version, data_key, body FROM objects')
    .iterate()) {
    const row = value as unknown as Row;
    const entries = found.get(row.resource) ?? [];
    if (entries.length === 0) found.set(row.resource, entries);
    entries.push(entryOf(row, sealer));
    rows = Math.max(rows, row.id);
  }
  const indexes = new Map<ResourceId, ResourceIndex>();
  for (const [resource, entries] of found) {
    const index = new ResourceIndex(version);
    index.load(entries);
    indexes.set(resource, index);
  }
  return { version, rows, indexes };
}

function entryOf(row: Row, sealer: Sealer): StoredEntry {
  const text =
    row.data_key === null
      ? String(row.body)
      : sealer.open({ dataKey: row.data_key, body: row.body as Uint8Array }, `${row.resource}/${row.key}`);
  return new StoredEntry({ key: row.key, resourceVersion: row.version, text, row: row.id });
}
