import type { Clock, Folder, KeyProvider, Log, Random } from '@slipway/api';
import {
  createLocalJWKSet,
  exportJWK,
  importJWK,
  type JSONWebKeySet,
  type JWK,
  type JWTPayload,
  jwtVerify,
} from 'jose';
import type Provider from 'oidc-provider';
import type { SignInAudit } from '../audit.ts';
import type { Passwords } from '../password/passwords.ts';
import type { Directory } from '../people/directory.ts';
import { type SignIns, wasEnded } from '../sessions/sign-ins.ts';
import type { ArtifactStore } from './artifact-store.ts';
import type { Clients } from './clients.ts';
import { rememberTokens } from './remember-tokens.ts';
import { wasSignedOut } from './sign-out.ts';
import { openSigningKeys } from './signing-keys.ts';

export interface ProviderOptions {
  /** `https://id.<domain>:<port>/realms/<realm>` */
  issuer: string;
  /** `/realms/<realm>` */
  root: string;
  folder: Folder;
  keys: KeyProvider;
  clock: Clock;
  random: Random;
  log: Log;
  store: ArtifactStore;
  clients: Clients;
  directory: Directory;
  audit: SignInAudit;
  passwords: Passwords;
  signIns: SignIns;
}

/** A provider with the keys of its time. */
export interface OpenProvider {
  provider(): Promise<Provider>;
  publicKeys: JSONWebKeySet;
  /** When the keys are due to be replaced, and with them the provider. */
  rotateAt: number;
  /** What a JWT of ours says; undefined when it is not valid, has ended or was revoked. */
  verify(token: string): Promise<JWTPayload | undefined>;
}

/** Opens the keys now, and the provider when it is first needed: loading it costs 40 MB and a tenth of the start. */
export async function openProvider(options: ProviderOptions): Promise<OpenProvider> {
  const { issuer, clock, store } = options;
  const signingKeys = await openSigningKeys(options);
  const publicKeys = { keys: await Promise.all(signingKeys.jwks.keys.map(publicKeyOf)) };
  const keySet = createLocalJWKSet(publicKeys);
  const check = async (token: string): Promise<JWTPayload | undefined> => {
    const now = new Date(clock.now());
    const options = { issuer, algorithms: ['RS256', 'ES256'], currentDate: now };
    const verified = await jwtVerify(token, keySet, options).catch(() => undefined);
    return verified?.payload;
  };
  const known = rememberTokens(clock);
  const verify = async (token: string): Promise<JWTPayload | undefined> => {
    const payload = await known(token, check);
    return payload && !wasRevoked(store, payload) ? payload : undefined;
  };
  let created: Promise<Provider> | undefined;
  const provider = (): Promise<Provider> => {
    created ??= import('./create-provider.ts').then(({ createProvider }) =>
      createProvider({ ...options, signingKeys, verify }),
    );
    return created;
  };
  return { provider, publicKeys, rotateAt: signingKeys.rotateAt, verify };
}

/** A JWT ends early when it was revoked, its sign-in ended, or its person was refused after it was issued. */
export function wasRevoked(store: ArtifactStore, { jti, sub, iat, sid }: JWTPayload): boolean {
  if (jti !== undefined && store.find('RevokedJwt', jti)) return true;
  if (wasEnded(store, sid)) return true;
  return sub !== undefined && wasSignedOut(store, sub, iat);
}

async function publicKeyOf(jwk: JWK): Promise<JWK> {
  const { kid, use, alg, kty, n, e, crv, x, y } = jwk;
  const key = await importJWK({ kty, n, e, crv, x, y } as JWK, alg);
  return {
    ...(await exportJWK(key as CryptoKey)),
    ...(kid ? { kid } : {}),
    ...(use ? { use } : {}),
    ...(alg ? { alg } : {}),
  };
}
