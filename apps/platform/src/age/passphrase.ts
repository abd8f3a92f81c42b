import { scrypt } from 'node:crypto';
import { promisify } from 'node:util';
import { SlipwayError } from '@slipway/api';
import { base64, type Stanza, unwrapKey, wrapKey } from './stanza.ts';

const derive = promisify<string, Uint8Array, number, object, Buffer>(scrypt);
const LABEL = Buffer.from('age-encryption.org/v1/scrypt');
/** About a second and 256 MiB for each guess, as age itself chooses. */
const WORK = 18;
/** What somebody else's file may make us work. */
const MOST_WORK = 20;
const SHORTEST = 12;

async function keyOf(passphrase: string, salt: Uint8Array, work: number): Promise<Buffer> {
  const cost = { N: 2 ** work, r: 8, p: 1, maxmem: 2 ** work * 1024 + 64 * 1024 * 1024 };
  return derive(passphrase, Buffer.concat([LABEL, salt]), 32, cost);
}

/** @throws SlipwayError PassphraseWeak */
export async function wrapWithPassphrase(
  fileKey: Uint8Array,
  passphrase: string,
  salt: Uint8Array,
): Promise<Stanza> {
  if (passphrase.length < SHORTEST) {
    throw new SlipwayError(
      'PassphraseWeak',
      `passphrase: shorter than ${SHORTEST} characters; choose a longer one`,
    );
  }
  const body = wrapKey(await keyOf(passphrase, salt, WORK), fileKey);
  return { args: ['scrypt', base64(salt), String(WORK)], body };
}

export async function unwrapWithPassphrase(stanza: Stanza, passphrase: string): Promise<Buffer | undefined> {
  const [type, salt = '', work = ''] = stanza.args;
  if (type !== 'scrypt' || !/^[1-9][0-9]?$/.test(work)) return undefined;
  if (Number(work) > MOST_WORK) {
    throw new SlipwayError('AgeFileInvalid', `age: a work factor of ${work}: at most ${MOST_WORK} is taken`);
  }
  return unwrapKey(await keyOf(passphrase, Buffer.from(salt, 'base64'), Number(work)), stanza.body);
}
