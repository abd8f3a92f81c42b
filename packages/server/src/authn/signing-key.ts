import {
  createECDH,
  createHash,
  createPrivateKey,
  createPublicKey,
  type KeyObject,
  sign,
  verify,
} from 'node:crypto';
import type { KeyProvider } from '@slipway/api';

/** Order of the group of P-256 (FIPS 186-5): private keys are numbers below it. */
const ORDER = BigInt('0xffffffff00000000ffffffffffffffffbce6faada7179e84f3b9cac2fc632551');

/** The public half as RFC 7517 has it. */
export interface PublicJwk {
  kty: 'EC';
  crv: 'P-256';
  x: string;
  y: string;
  kid: string;
  alg: 'ES256';
  use: 'sig';
}

/** Signs ServiceAccount tokens (ES256). */
export interface SigningKey {
  readonly kid: string;
  readonly jwk: PublicJwk;
  sign(text: string): string;
  verify(text: string, signature: string): boolean;
}

/**
 * The signing key, derived from the platform's own key: it is nowhere stored, so no copy of the data folder holds it,
 * and it is the same after a restart.
 */
export async function deriveSigningKey(keys: KeyProvider): Promise<SigningKey> {
  const seed = await keys.derive('service-account-tokens');
  const number = BigInt(`0x${Buffer.from(seed).toString('hex')}`);
  const secret = Buffer.from(((number % (ORDER - 1n)) + 1n).toString(16).padStart(64, '0'), 'hex');
  const curve = createECDH('prime256v1');
  curve.setPrivateKey(secret);
  // 0x04, then both coordinates (SEC 1, 2.3.3).
  const point = curve.getPublicKey();
  const [x, y] = [point.subarray(1, 33).toString('base64url'), point.subarray(33).toString('base64url')];
  const base = { kty: 'EC' as const, crv: 'P-256' as const, x, y };
  const privateKey = createPrivateKey({ format: 'jwk', key: { ...base, d: secret.toString('base64url') } });
  const publicKey = createPublicKey({ format: 'jwk', key: base });
  const kid = thumbprint(base);
  return {
    kid,
    jwk: { ...base, kid, alg: 'ES256', use: 'sig' },
    sign: text => signText(text, privateKey),
    verify: (text, signature) =>
      verify(
        'sha256',
        Buffer.from(text),
        { key: publicKey, dsaEncoding: 'ieee-p1363' },
        Buffer.from(signature, 'base64url'),
      ),
  };
}

function signText(text: string, key: KeyObject): string {
  return sign('sha256', Buffer.from(text), { key, dsaEncoding: 'ieee-p1363' }).toString('base64url');
}

/** RFC 7638: members in alphabetical order. */
function thumbprint({ crv, kty, x, y }: { crv: string; kty: string; x: string; y: string }): string {
  return createHash('sha256').update(JSON.stringify({ crv, kty, x, y })).digest('base64url');
}
