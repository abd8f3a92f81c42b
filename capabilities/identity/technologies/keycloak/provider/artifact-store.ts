import { createCipheriv, createDecipheriv, createHash, hkdfSync } from 'node:crypto';
import { join } from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import type { Clock, Folder, KeyProvider, Random } from '@slipway/api';

/** Sessions, grants, codes and refresh tokens: short-lived, but they outlive a restart. */
export interface ArtifactStore {
  put(model: string, id: string, payload: Artifact, expiresInMs: number): void;
  find(model: string, id: string): Artifact | undefined;
  findBy(model: string, column: 'uid' | 'user_code', value: string): Artifact | undefined;
  /** All with this `uid`. */
  findAll(model: string, uid: string): Artifact[];
  consume(model: string, id: string): void;
  remove(model: string, id: string): void;
  removeGrant(grantId: string): void;
  /** Forgets what has expired. */
  sweep(): void;
  close(): void;
}

export type Artifact = Record<string, unknown> & { grantId?: string; uid?: string; userCode?: string };

/**
 * Opens the store in `folder`. Ids are bearer secrets, so only their hashes are kept; payloads are encrypted with a
 * key of the platform's. The file may lose its last milliseconds in a power failure, never in a crash of the process.
 */
export async function openArtifactStore(options: {
  folder: Folder;
  keys: KeyProvider;
  clock: Clock;
  random: Random;
}): Promise<ArtifactStore> {
  const { folder, keys, clock, random } = options;
  const secret = await keys.derive('keycloak/artifacts');
  const seal = sealer(Buffer.from(hkdfSync('sha256', secret, '', 'payload', 32)), random);
  const hash = (model: string, id: string) =>
    createHash('sha256').update(secret).update(`${model} ${id}`).digest();
  const database = new DatabaseSync(join(folder.path, 'artifacts.sqlite'));
  database.exec(SCHEMA);
  const statements = prepare(database);
  const read = (row: Row | undefined): Artifact | undefined => {
    if (!row || row.expires <= clock.now()) return undefined;
    const artifact = JSON.parse(seal.open(row.payload)) as Artifact;
    return row.consumed === null ? artifact : { ...artifact, consumed: row.consumed };
  };
  return {
    put(model, id, payload, expiresInMs) {
      const by = (value: string | undefined, kind: string) => (value ? hash(kind, value) : null);
      statements.put.run(
        hash(model, id),
        seal.close(JSON.stringify(payload)),
        clock.now() + expiresInMs,
        by(payload.grantId, 'grant'),
        by(payload.uid, `${model} uid`),
        by(payload.userCode, `${model} user_code`),
      );
    },
    find: (model, id) => read(statements.find.get(hash(model, id)) as unknown as Row | undefined),
    findBy: (model, column, value) =>
      read(statements[column].get(hash(`${model} ${column}`, value)) as unknown as Row | undefined),
    findAll: (model, uid) => {
      const rows = statements.uid.all(hash(`${model} uid`, uid)) as unknown as Row[];
      return rows.map(read).filter(artifact => artifact !== undefined);
    },
    consume: (model, id) => {
      statements.consume.run(Math.floor(clock.now() / 1000), hash(model, id));
    },
    remove: (model, id) => {
      statements.remove.run(hash(model, id));
    },
    removeGrant: grantId => {
      statements.removeGrant.run(hash('grant', grantId));
    },
    sweep: () => {
      statements.sweep.run(clock.now());
    },
    close: () => database.close(),
  };
}

interface Row {
  payload: Uint8Array;
  expires: number;
  consumed: number | null;
}

const SCHEMA = `
PRAGMA journal_mode = WAL;
PRAGMA synchronous = NORMAL;
PRAGMA secure_delete = ON;
CREATE TABLE IF NOT EXISTS artifacts (
  id BLOB PRIMARY KEY,
  payload BLOB NOT NULL,
  expires INTEGER NOT NULL,
  consumed INTEGER,
  grant_id BLOB,
  uid BLOB,
  user_code BLOB
) WITHOUT ROWID;
CREATE INDEX IF NOT EXISTS by_grant ON artifacts (grant_id) WHERE grant_id IS NOT NULL;
CREATE INDEX IF NOT EXISTS by_uid ON artifacts (uid) WHERE uid IS NOT NULL;
CREATE INDEX IF NOT EXISTS by_user_code ON artifacts (user_code) WHERE user_code IS NOT NULL;
CREATE INDEX IF NOT EXISTS by_expires ON artifacts (expires);
`;

function prepare(database: DatabaseSync) {
  const select = 'SELECT payload, expires, consumed FROM artifacts WHERE';
  return {
    put: database.prepare(
      'INSERT INTO artifacts (id, payload, expires, grant_id, uid, user_code) VALUES (?, ?, ?, ?, ?, ?) ' +
        'ON CONFLICT (id) DO UPDATE SET payload = excluded.payload, expires = excluded.expires, ' +
        'grant_id = excluded.grant_id, uid = excluded.uid, user_code = excluded.user_code',
    ),
    find: database.prepare(`${select} id = ?`),
    uid: database.prepare(`${select} uid = ?`),
    user_code: database.prepare(`${select} user_code = ?`),
    consume: database.prepare('UPDATE artifacts SET consumed = ? WHERE id = ?'),
    remove: database.prepare('DELETE FROM artifacts WHERE id = ?'),
    removeGrant: database.prepare('DELETE FROM artifacts WHERE grant_id = ?'),
    sweep: database.prepare('DELETE FROM artifacts WHERE expires <= ?'),
  };
}

function sealer(key: Buffer, random: Random) {
  return {
    close(text: string): Buffer {
      const nonce = random.bytes(12);
      const cipher = createCipheriv('aes-256-gcm', key, nonce);
      const data = Buffer.concat([cipher.update(text, 'utf8'), cipher.final()]);
      return Buffer.concat([nonce, cipher.getAuthTag(), data]);
    },
    open(sealed: Uint8Array): string {
      const decipher = createDecipheriv('aes-256-gcm', key, sealed.subarray(0, 12));
      decipher.setAuthTag(sealed.subarray(12, 28));
      return Buffer.concat([decipher.update(sealed.subarray(28)), decipher.final()]).toString('utf8');
    },
  };
}
