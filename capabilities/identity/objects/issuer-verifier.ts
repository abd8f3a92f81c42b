import { type Clock, SlipwayError, type UserInfo } from '@slipway/api';
import { createLocalJWKSet, errors, type JSONWebKeySet, jwtVerify } from 'jose';
import { PEOPLE } from './names.ts';

export interface VerifierOptions {
  /** As it calls itself. */
  issuer: string;
  /** Only tokens that were given to this client. */
  clientId: string;
  /** JSON at an address of the issuer's. */
  read(url: string): Promise<unknown>;
  clock: Clock;
}

/** Keys are asked for anew after this, or when a token has one that is unknown. */
const KEYS_MS = 10 * 60 * 1000;
const AGAIN_MS = 10_000;
/** Kubernetes' own names: no issuer may give anybody one of them. */
const RESERVED = /^system:/;

/**
 * Says whose an access token of an issuer is, where the API server does not know the issuer: by its signature, issuer,
 * client and time. Undefined: it is none of this issuer's.
 */
export function issuerVerifier(options: VerifierOptions): (token: string) => Promise<UserInfo | undefined> {
  const { issuer, clientId, clock } = options;
  let known: { keys: JSONWebKeySet; at: number } | undefined;
  const keysOf = async (isStale: boolean): Promise<JSONWebKeySet> => {
    const age = clock.now() - (known?.at ?? 0);
    if (known && age < (isStale ? AGAIN_MS : KEYS_MS)) return known.keys;
    const { jwks_uri } = (await options.read(`${issuer}/.well-known/openid-configuration`)) as {
      jwks_uri?: string;
    };
    if (!jwks_uri) throw new SlipwayError('IssuerUnusable', `${issuer}: it says no jwks_uri`);
    known = { keys: (await options.read(jwks_uri)) as JSONWebKeySet, at: clock.now() };
    return known.keys;
  };
  const verify = async (token: string, isStale: boolean) => {
    const keys = createLocalJWKSet(await keysOf(isStale));
    const currentDate = new Date(clock.now());
    return (await jwtVerify(token, keys, { issuer, currentDate, requiredClaims: ['exp', 'sub'] })).payload;
  };
  return async token => {
    try {
      const claims = await verify(token, false).catch(error => {
        if (error instanceof errors.JWKSNoMatchingKey) return verify(token, true);
        throw error;
      });
      return claims.azp === clientId ? personOf(claims) : undefined;
    } catch (error) {
      if (error instanceof errors.JOSEError) return undefined;
      throw error;
    }
  };
}

function personOf(claims: Record<string, unknown>): UserInfo | undefined {
  const { preferred_username: username, sub, groups } = claims;
  if (typeof username !== 'string' || username === '' || RESERVED.test(username)) return undefined;
  return { username, uid: String(sub), groups: [...groupsOf(groups), PEOPLE, 'system:authenticated'] };
}

/** Of an issuer's groups those that may count: none of Kubernetes', none of the platform's own. */
export function groupsOf(groups: unknown): string[] {
  const all = Array.isArray(groups) ? groups.filter(group => typeof group === 'string') : [];
  return all.filter(group => !RESERVED.test(group) && !group.startsWith('slipway:'));
}
