import type { Random } from '@slipway/api';
import { contextFunction, type FunctionTable, GoError, goFunction } from '../go-template/function.ts';
import { byteLength, fromBytes, toBytes } from '../go-template/go-string.ts';
import { nodeCrypto } from '../node-crypto.ts';
import { CorruptInput, decodeBase64, encodeBase64 } from './base-coding.ts';
import { bcryptHash } from './bcrypt.ts';
import { derivePassword } from './derive-password.ts';

const TEXT = { in: ['string'], out: 'string' } as const;
const TWO_TEXTS = { in: ['string', 'string'], out: 'string' } as const;
/** What Go's bcrypt takes when nobody says otherwise. */
const BCRYPT_COST = 10;
const BLOCK = 16;
/** Steps for a tenth of a second's work: hashes that are slow on purpose. */
const SLOW_HASH = 50_000;

function digest(algorithm: string) {
  return goFunction(TEXT, text => nodeCrypto().createHash(algorithm).update(toBytes(text)).digest('hex'));
}

function adler32(text: string): string {
  let [a, b] = [1, 0];
  for (const byte of toBytes(text)) {
    a = (a + byte) % 65_521;
    b = (b + a) % 65_521;
  }
  return String(b * 65_536 + a);
}

function bcrypt(password: string, random: Random): string {
  if (byteLength(password) > 72)
    return 'failed to encrypt string with bcrypt: bcrypt: password length exceeds 72 bytes';
  return bcryptHash(toBytes(password), random.bytes(16), BCRYPT_COST);
}

/** A password's bytes, cut or filled up to 32: how sprig makes a key of it. */
function keyOf(password: string): Uint8Array {
  const key = new Uint8Array(32);
  key.set(toBytes(password).subarray(0, 32));
  return key;
}

function encryptAes(password: string, text: string, random: Random): string {
  if (text === '') return '';
  const iv = random.bytes(BLOCK);
  const cipher = nodeCrypto().createCipheriv('aes-256-cbc', keyOf(password), iv);
  return encodeBase64(Buffer.concat([iv, cipher.update(toBytes(text)), cipher.final()]));
}

function decryptAes(password: string, text: string): string {
  if (text === '') return '';
  const sealed = decoded(text);
  if (sealed.length < BLOCK)
    throw new GoError(
      `runtime error: slice bounds out of range [:${BLOCK}] with capacity ${Math.floor(text.length / 4) * 3}`,
    );
  if (sealed.length % BLOCK !== 0) throw new GoError('crypto/cipher: input not full blocks');
  if (sealed.length === BLOCK) throw new GoError('runtime error: index out of range [-1]');
  const decipher = nodeCrypto().createDecipheriv('aes-256-cbc', keyOf(password), sealed.subarray(0, BLOCK));
  decipher.setAutoPadding(false);
  const plain = Buffer.concat([decipher.update(sealed.subarray(BLOCK)), decipher.final()]);
  const end = plain.length - (plain.at(-1) ?? 0);
  if (end < 0) throw new GoError(`runtime error: slice bounds out of range [:${end}]`);
  return fromBytes(plain.subarray(0, end));
}

function decoded(text: string): Uint8Array {
  try {
    return decodeBase64(text);
  } catch (error) {
    if (error instanceof CorruptInput) throw new GoError(error.message, { cause: error });
    throw error;
  }
}

/** Digests, passwords and ciphers: the first half of sprig's crypto.go. */
export function hashFunctions(random: Random): FunctionTable {
  return {
    sha1sum: digest('sha1'),
    sha256sum: digest('sha256'),
    sha512sum: digest('sha512'),
    adler32sum: goFunction(TEXT, adler32),
    bcrypt: contextFunction(TEXT, (call, password) => {
      call.budget.spend(SLOW_HASH);
      return bcrypt(password, random);
    }),
    htpasswd: contextFunction(TWO_TEXTS, (call, user, password) => {
      if (user.includes(':')) return `invalid username: ${user}`;
      call.budget.spend(SLOW_HASH);
      return `${user}:${bcrypt(password, random)}`;
    }),
    derivePassword: contextFunction(
      { in: ['uint32', 'string', 'string', 'string', 'string'], out: 'string' },
      (call, ...args) => {
        call.budget.spend(SLOW_HASH);
        return derivePassword(...args);
      },
    ),
    encryptAES: goFunction(TWO_TEXTS, (password, text) => encryptAes(password, text, random)),
    decryptAES: goFunction(TWO_TEXTS, decryptAes),
  };
}
