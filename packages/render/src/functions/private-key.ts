import type { KeyObject } from 'node:crypto';
import { GoError } from '../go-template/function.ts';
import { nodeCrypto } from '../node-crypto.ts';
import { integer, readDer, sequence } from './der.ts';
import { decodePem, encodePem, type PemBlock } from './pem.ts';

/** A new RSA key as sprig's certificates have it. */
export function newRsaKey(bits: number): KeyObject {
  return nodeCrypto().generateKeyPairSync('rsa', { modulusLength: bits }).privateKey;
}

/** sprig's `genPrivateKey`; the operating system's randomness makes the keys, whatever else is injected. */
export function generatePrivateKey(kind: string): string {
  if (kind === '' || kind === 'rsa') return encodePrivateKey(newRsaKey(4096));
  if (kind === 'ecdsa')
    return encodePrivateKey(nodeCrypto().generateKeyPairSync('ec', { namedCurve: 'prime256v1' }).privateKey);
  if (kind === 'ed25519') return encodePrivateKey(nodeCrypto().generateKeyPairSync('ed25519').privateKey);
  if (kind !== 'dsa') return `Unknown type ${kind}`;
  return encodePrivateKey(
    nodeCrypto().generateKeyPairSync('dsa', { modulusLength: 2048, divisorLength: 256 }).privateKey,
  );
}

/** The key in the PEM form that Go's programs choose for its kind. */
export function encodePrivateKey(key: KeyObject): string {
  return encodePem(blockOf(key));
}

function blockOf(key: KeyObject): PemBlock {
  const exported = (type: 'pkcs1' | 'sec1' | 'pkcs8') => key.export({ type, format: 'der' });
  if (key.asymmetricKeyType === 'rsa') return { type: 'RSA PRIVATE KEY', bytes: exported('pkcs1') };
  if (key.asymmetricKeyType === 'ec') return { type: 'EC PRIVATE KEY', bytes: exported('sec1') };
  if (key.asymmetricKeyType !== 'dsa') return { type: 'PRIVATE KEY', bytes: exported('pkcs8') };
  return { type: 'DSA PRIVATE KEY', bytes: dsaKey(exported('pkcs8')) };
}

/** PKCS#8 of a DSA key as OpenSSL's old form: version, p, q, g, y, x. */
function dsaKey(pkcs8: Uint8Array): Uint8Array {
  const [outer] = readDer(pkcs8);
  const [, algorithm, octets] = readDer(outer?.content ?? new Uint8Array());
  const [, parameters] = readDer(algorithm?.content ?? new Uint8Array());
  const [p = 0n, q = 0n, g = 0n] = readDer(parameters?.content ?? new Uint8Array()).map(each =>
    number(each.content),
  );
  const [secret] = readDer(octets?.content ?? new Uint8Array());
  const x = number(secret?.content ?? new Uint8Array());
  return sequence(...[0n, p, q, g, power(g, x, p), x].map(integer));
}

function number(bytes: Uint8Array): bigint {
  return bytes.length === 0 ? 0n : BigInt(`0x${Buffer.from(bytes).toString('hex')}`);
}

function power(base: bigint, exponent: bigint, modulus: bigint): bigint {
  let result = 1n;
  let square = base % modulus;
  for (let rest = exponent; rest > 0n; rest >>= 1n) {
    if (rest & 1n) result = (result * square) % modulus;
    square = (square * square) % modulus;
  }
  return result;
}

const FORMS: Record<string, { type: 'pkcs1' | 'sec1'; problem: string }> = {
  RSA: { type: 'pkcs1', problem: 'parsing RSA private key from PEM' },
  EC: { type: 'sec1', problem: 'parsing EC private key from PEM' },
};

/**
 * A private key from PEM.
 * @throws GoError as sprig words it
 */
export function parsePrivateKey(text: string): KeyObject {
  const block = decodePem(text);
  if (!block) throw new GoError('no PEM data in input');
  const { type, bytes } = block;
  if (type === 'PRIVATE KEY') return parsed(bytes, 'pkcs8', 'decoding PEM as PKCS#8');
  if (!type.endsWith(' PRIVATE KEY')) throw new GoError(`no private key data in PEM block of type ${type}`);
  const kind = type.slice(0, -' PRIVATE KEY'.length);
  const form = Object.hasOwn(FORMS, kind) ? FORMS[kind] : undefined;
  if (form) return parsed(bytes, form.type, form.problem);
  if (kind !== 'DSA') throw new GoError(`invalid private key type ${kind}`);
  return fromCrypto('parsing DSA private key from PEM', () => nodeCrypto().createPrivateKey(text));
}

function parsed(key: Uint8Array, type: 'pkcs1' | 'sec1' | 'pkcs8', problem: string): KeyObject {
  return fromCrypto(problem, () =>
    nodeCrypto().createPrivateKey({ key: Buffer.from(key), format: 'der', type }),
  );
}

function fromCrypto<T>(problem: string, work: () => T): T {
  try {
    return work();
  } catch (error) {
    throw new GoError(`${problem}: ${error instanceof Error ? error.message : String(error)}`, {
      cause: error,
    });
  }
}
