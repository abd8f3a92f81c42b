import { createCipheriv, createDecipheriv } from 'node:crypto';
import type { DatabaseSync } from 'node:sqlite';
import { type Clock, type KeyProvider, type Random, SlipwayError } from '@slipway/api';

const IV = 12;
const TAG = 16;

/** Seals texts at rest with AES-256-GCM data keys, which the key provider wraps. Bound to resource and key. */
export interface Sealer {
  seal(text: string, place: string): { dataKey: number; body: Uint8Array };
  /** @throws SlipwayError StoreDamaged when the bytes are not what was sealed for this place */
  open(sealed: { dataKey: number; body: Uint8Array }, place: string): string;
}

interface KeyRow {
  id: number;
  provider_key: string;
  wrapped: Uint8Array;
}

/**
 * Unwraps the data keys of a database, makes the first one, and wraps again what an older provider key had wrapped.
 * @throws SlipwayError KeyMissing when the provider does not hold a key that is needed
 */
export async function openSealer(
  database: DatabaseSync,
  options: { keys: KeyProvider; clock: Clock; random: Random },
): Promise<Sealer> {
  const { keys } = options;
  const rows = database
    .prepare('SELECT id, provider_key, wrapped FROM data_keys ORDER BY id')
    .all() as unknown as KeyRow[];
  const known = new Map<number, Uint8Array>();
  for (const row of rows) {
    const plain = await keys.decrypt({ keyId: row.provider_key, data: row.wrapped });
    known.set(row.id, plain);
    if (row.provider_key === keys.keyId) continue;
    const again = await keys.encrypt(plain);
    database
      .prepare('UPDATE data_keys SET provider_key = ?, wrapped = ? WHERE id = ?')
      .run(again.keyId, again.data, row.id);
  }
  if (known.size === 0) known.set(1, await firstKey(database, options));
  return sealerWith(known, options.random);
}

async function firstKey(
  database: DatabaseSync,
  { keys, clock, random }: { keys: KeyProvider; clock: Clock; random: Random },
): Promise<Uint8Array> {
  const plain = random.bytes(32);
  const wrapped = await keys.encrypt(plain);
  database
    .prepare('INSERT INTO data_keys (id, provider_key, wrapped, created) VALUES (1, ?, ?, ?)')
    .run(wrapped.keyId, wrapped.data, new Date(clock.now()).toISOString());
  return plain;
}

function sealerWith(known: Map<number, Uint8Array>, random: Random): Sealer {
  const newest = Math.max(...known.keys());
  const keyOf = (id: number): Uint8Array => {
    const key = known.get(id);
    if (!key) throw new SlipwayError('StoreDamaged', `store: no data key ${id}; restore a backup`);
    return key;
  };
  return {
    seal(text, place) {
      const iv = random.bytes(IV);
      const cipher = createCipheriv('aes-256-gcm', keyOf(newest), iv).setAAD(Buffer.from(place));
      const sealed = Buffer.concat([cipher.update(text, 'utf8'), cipher.final()]);
      return { dataKey: newest, body: Buffer.concat([iv, cipher.getAuthTag(), sealed]) };
    },
    open({ dataKey, body }, place) {
      const decipher = createDecipheriv('aes-256-gcm', keyOf(dataKey), body.subarray(0, IV));
      decipher.setAAD(Buffer.from(place)).setAuthTag(body.subarray(IV, IV + TAG));
      try {
        return decipher.update(body.subarray(IV + TAG), undefined, 'utf8') + decipher.final('utf8');
      } catch (cause) {
        throw new SlipwayError(
          'StoreDamaged',
          `store: a sealed record does not open: "${place}"; restore a backup`,
          {
            cause,
          },
        );
      }
    },
  };
}
