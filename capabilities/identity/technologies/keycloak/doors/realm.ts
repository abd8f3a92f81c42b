import { createPublicKey } from 'node:crypto';
import type { JSONWebKeySet } from 'jose';

/** Keycloak's public description of a realm. */
export async function realmDocument(site: {
  origin: string;
  root: string;
  publicKeys: JSONWebKeySet;
}): Promise<Record<string, unknown>> {
  const rsa = site.publicKeys.keys.find(key => key.kty === 'RSA');
  const key = rsa && createPublicKey({ key: rsa as import('node:crypto').JsonWebKey, format: 'jwk' });
  const issuer = `${site.origin}${site.root}`;
  return {
    realm: site.root.slice('/realms/'.length),
    public_key: key?.export({ format: 'der', type: 'spki' }).toString('base64'),
    'token-service': `${issuer}/protocol/openid-connect`,
    'account-service': `${issuer}/account`,
    'tokens-not-before': 0,
  };
}
