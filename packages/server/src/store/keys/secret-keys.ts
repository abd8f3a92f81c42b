import { createCipheriv, createDecipheriv, hkdfSync } from 'node:crypto';
import { type KeyProvider, type Random, SlipwayError } from '@slipway/api';

/** Secrets of 32 bytes; the last one wraps, all of them unwrap. */
export interface SecretKeys {
  keys: { id: string; secret: Uint8Array }[];
  /** What secrets for one purpose are derived from; outlives rotation. */
  root: Uint8Array;
  /** Where the keys come from, for messages: `"/path"`, `the passphrase`. */
  origin: string;
  random: Random;
}

const IV = 12;
const TAG = 16;

/** A KeyProvider over secrets in memory: AES-256-GCM to wrap, HKDF to derive. */
export function secretKeys({ keys, root, origin, random }: SecretKeys): KeyProvider {
  const current = keys.at(-1)?.id ?? '';
  const secretOf = (id: string): Uint8Array => {
    const key = keys.find(candidate => candidate.id === id);
    if (key) return key.secret;
    throw new SlipwayError(
      'KeyMissing',
      `keys: no key ${id} in ${origin}; give the keys that this data was written with`,
    );
  };
  return {
    keyId: current,
    async encrypt(plain) {
      const iv = random.bytes(IV);
      const cipher = createCipheriv('aes-256-gcm', secretOf(current), iv);
      const sealed = [iv, cipher.update(plain), cipher.final()];
      return { keyId: current, data: Buffer.concat([...sealed, cipher.getAuthTag()]) };
    },
    async decrypt({ keyId, data }) {
      const decipher = createDecipheriv('aes-256-gcm', secretOf(keyId), data.subarray(0, IV));
      const end = data.length - TAG;
      decipher.setAuthTag(data.subarray(end));
      return Buffer.concat([decipher.update(data.subarray(IV, end)), decipher.final()]);
    },
    async derive(purpose) {
      return new Uint8Array(hkdfSync('sha256', root, '', purpose, 32));
    },
  };
}
