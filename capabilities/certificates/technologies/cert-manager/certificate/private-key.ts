import { createPrivateKey, generateKeyPair, type KeyObject } from 'node:crypto';
import { promisify } from 'node:util';
import type { Certificate } from '../cert-manager-kinds.ts';

type KeySpec = NonNullable<Certificate['spec']['privateKey']>;

const generate = promisify(generateKeyPair);
const CURVES: Record<number, string> = { 256: 'P-256', 384: 'P-384', 521: 'P-521' };
const CURVE_NAMES: Record<number, string> = { 256: 'prime256v1', 384: 'secp384r1', 521: 'secp521r1' };

/** A new private key as PEM text, as `spec.privateKey` asks (default RSA 2048 in PKCS#1, as cert-manager). */
export async function newPrivateKey(spec: KeySpec = {}): Promise<string> {
  const pair = await generatePair(spec);
  return encode(pair.privateKey, spec);
}

function generatePair({ algorithm = 'RSA', size }: KeySpec): Promise<{ privateKey: KeyObject }> {
  if (algorithm === 'Ed25519') return generate('ed25519');
  if (algorithm === 'ECDSA') return generate('ec', { namedCurve: CURVES[size ?? 256] ?? 'P-256' });
  return generate('rsa', { modulusLength: size ?? 2048 });
}

function encode(key: KeyObject, { algorithm = 'RSA', encoding = 'PKCS1' }: KeySpec): string {
  // Ed25519 has no older form than PKCS#8; for ECDSA cert-manager means SEC 1 by "PKCS1".
  const older = algorithm === 'ECDSA' ? 'sec1' : 'pkcs1';
  const type = encoding === 'PKCS8' || algorithm === 'Ed25519' ? 'pkcs8' : older;
  return key.export({ format: 'pem', type: type as 'pkcs8' }).toString();
}

/** Whether a key (PEM text) is as `spec.privateKey` asks. */
export function isKeyAsAsked(pem: string, { algorithm = 'RSA', size }: KeySpec = {}): boolean {
  try {
    const { asymmetricKeyType, asymmetricKeyDetails } = createPrivateKey(pem);
    if (algorithm === 'Ed25519') return asymmetricKeyType === 'ed25519';
    if (algorithm === 'ECDSA') return asymmetricKeyDetails?.namedCurve === CURVE_NAMES[size ?? 256];
    return asymmetricKeyType === 'rsa' && asymmetricKeyDetails?.modulusLength === (size ?? 2048);
  } catch {
    return false;
  }
}
