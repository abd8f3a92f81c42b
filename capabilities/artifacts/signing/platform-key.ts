import { createHash, createPrivateKey, createPublicKey, type KeyObject, sign, verify } from 'node:crypto';
import type { KeyProvider } from '@slipway/api';

/** Order of the group of P-256 (FIPS 186-5): private keys are numbers below it. */
const ORDER = BigInt('0xffffffff00000000ffffffffffffffffbce6faada7179e84f3b9cac2fc632551');
/** SEC 1, C.4: ECPrivateKey of version 1 with 32 bytes, and the curve's name prime256v1 in [0]. */
const BEFORE_KEY = Buffer.from('30310201010420', 'hex');
const AFTER_KEY = Buffer.from('a00a06082a8648ce3d030107', 'hex');

/** What checks signatures: the public half of a key that signs. */
export interface VerifyingKey {
  /** Name of the SigningKey object. */
  name: string;
  /** Base64 of the SHA-256 of the public key in DER: the hint of Sigstore's bundles. */
  id: string;
  /** SubjectPublicKeyInfo in PEM, as `cosign verify --key` takes it. */
  pem: string;
  verifies(bytes: Uint8Array, signature: Uint8Array): boolean;
}

/** ECDSA on P-256 with SHA-256, the signature in DER: what cosign makes and takes by default. */
export interface PlatformKey extends VerifyingKey {
  sign(bytes: Uint8Array): Uint8Array;
}

/**
 * The key of that name. It is derived from the platform's own key: nothing stores it, no copy of the data folder holds
 * it, and who can write objects cannot bring a key of one's own.
 */
export async function platformKey(keys: KeyProvider, name: string): Promise<PlatformKey> {
  const seed = await keys.derive(`image-signing/${name}`);
  const number = (BigInt(`0x${Buffer.from(seed).toString('hex')}`) % (ORDER - 1n)) + 1n;
  const secret = Buffer.from(number.toString(16).padStart(64, '0'), 'hex');
  const der = Buffer.concat([BEFORE_KEY, secret, AFTER_KEY]);
  const privateKey = createPrivateKey({ key: der, format: 'der', type: 'sec1' });
  return {
    ...verifyingKey(name, createPublicKey(privateKey)),
    sign: bytes => sign('sha256', bytes, privateKey),
  };
}

function verifyingKey(name: string, key: KeyObject): VerifyingKey {
  const der = key.export({ format: 'der', type: 'spki' });
  return {
    name,
    id: createHash('sha256').update(der).digest('base64'),
    pem: key.export({ format: 'pem', type: 'spki' }).toString(),
    verifies: (bytes, signature) => verify('sha256', bytes, key, signature),
  };
}
