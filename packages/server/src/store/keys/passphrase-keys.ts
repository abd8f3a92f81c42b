import { createHash, scrypt } from 'node:crypto';
import { promisify } from 'node:util';
import { type KeyProvider, type Random, SlipwayError } from '@slipway/api';
import { secretKeys } from './secret-keys.ts';

const derive = promisify<string, string, number, object, Buffer>(scrypt);
/** About 100 ms and 128 MiB for each guess (RFC 7914). */
const COST = { N: 2 ** 17, r: 8, p: 1, maxmem: 256 * 1024 * 1024 };
const SHORTEST = 12;

/**
 * Keys from a passphrase that somebody types at the start; nothing of it is stored. `platformId` is the salt.
 * Another passphrase is another key: data written with the first then fails with KeyMissing.
 * @throws SlipwayError PassphraseWeak
 */
export async function passphraseKeys(options: {
  passphrase: string;
  platformId: string;
  random: Random;
}): Promise<KeyProvider> {
  const { passphrase, platformId, random } = options;
  if (passphrase.length < SHORTEST) {
    throw new SlipwayError(
      'PassphraseWeak',
      `keys: the passphrase is shorter than ${SHORTEST} characters; choose a longer one`,
    );
  }
  const bytes = await derive(passphrase.normalize('NFKC'), platformId, 64, COST);
  const secret = bytes.subarray(0, 32);
  const id = createHash('sha256').update('key id').update(secret).digest('hex').slice(0, 16);
  return secretKeys({ keys: [{ id, secret }], root: bytes.subarray(32), origin: 'the passphrase', random });
}
