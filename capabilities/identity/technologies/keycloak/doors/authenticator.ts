import { createHash, timingSafeEqual } from 'node:crypto';
import { type Authenticator, type Clock, StatusError, type UserInfo } from '@slipway/api';
import type { JWTPayload } from 'jose';
import { PEOPLE } from '../../../objects/names.ts';
import { parseToken, tokenHash } from '../../../objects/token.ts';
import type { Directory, Person } from '../people/directory.ts';
import { PLATFORM_AUDIENCE } from '../provider/claims.ts';

const MOST_KEPT = 5000;

/** What the authenticator needs of whoever issues tokens. */
export interface Issuer {
  issuer: string;
  /** What a JWT of ours says; undefined when it is not valid. */
  verify(token: string): Promise<JWTPayload | undefined>;
  isRevoked(payload: JWTPayload): boolean;
  /** True for ids of clients whose id tokens the platform takes. */
  isPlatformClient(id: string): Promise<boolean>;
}

interface Options {
  directory: Directory;
  issuer: Issuer;
  clock: Clock;
}

/**
 * Tells who a bearer token belongs to: `slp_…` tokens, and JWTs that our issuer made for the platform. Whether the
 * person still is somebody is looked up each time; groups come from the User object as it is now, not from the token.
 */
export function createAuthenticator(options: Options): Authenticator {
  const { directory, issuer, clock } = options;
  const verified = new Map<string, JWTPayload>();
  return {
    async authenticate({ bearer }) {
      if (bearer === undefined) return undefined;
      if (bearer.startsWith('slp_')) return byToken(bearer, options);
      if (!isOurs(bearer, issuer.issuer)) return undefined;
      const key = createHash('sha256').update(bearer).digest('base64');
      const known = verified.get(key);
      const isGood = known && (known.exp ?? 0) * 1000 > clock.now() && !issuer.isRevoked(known);
      if (isGood) return byPayload(known, directory);
      verified.delete(key);
      const payload = await verify(bearer, issuer);
      verified.set(key, payload);
      const oldest = verified.keys().next();
      if (verified.size > MOST_KEPT && !oldest.done) verified.delete(oldest.value);
      return byPayload(payload, directory);
    },
  };
}

function byToken(text: string, { directory, clock }: Options): UserInfo {
  const parts = parseToken(text);
  const token = parts && directory.token(parts.id);
  const actual = Buffer.from(tokenHash(parts?.secret ?? ''));
  const expected = Buffer.from(token?.spec.hash ?? '');
  if (!token || actual.length !== expected.length || !timingSafeEqual(actual, expected)) {
    throw unauthorized('the token is not known; it may have been deleted');
  }
  // Written so that a time which cannot be read counts as over.
  if (!(Date.parse(token.spec.expiresAt) > clock.now())) throw unauthorized('the token has expired');
  if (token.spec.scopes?.length) throw unauthorized('the token has scopes, which are not supported yet');
  const person = directory.byName(token.spec.user);
  if (!person) throw unauthorized('the token’s user is disabled or gone');
  return userInfo(person, `slp_${token.metadata.name}`);
}

/** Whether a JWT names our issuer; not verified yet. */
function isOurs(bearer: string, issuer: string): boolean {
  const payload = bearer.split('.')[1];
  if (!payload || bearer.length > 16_384) return false;
  try {
    const claims: unknown = JSON.parse(Buffer.from(payload, 'base64url').toString('utf8'));
    return typeof claims === 'object' && claims !== null && 'iss' in claims && claims.iss === issuer;
  } catch {
    return false;
  }
}

async function verify(bearer: string, issuer: Issuer): Promise<JWTPayload> {
  const payload = await issuer.verify(bearer);
  if (!payload?.exp) throw unauthorized('the token is not valid any more');
  const audiences = [payload.aud ?? []].flat();
  for (const audience of audiences) {
    if (audience === PLATFORM_AUDIENCE || (await issuer.isPlatformClient(audience))) return payload;
  }
  throw unauthorized('the token was issued for another application');
}

function byPayload(payload: JWTPayload, directory: Directory): UserInfo {
  const person = directory.byId(payload.sub ?? '');
  if (!person) throw unauthorized('the user is disabled or gone');
  return userInfo(person, payload.jti);
}

function userInfo(person: Person, credential: string | undefined): UserInfo {
  return {
    username: person.name,
    uid: person.id,
    groups: [...person.groups, PEOPLE],
    ...(credential ? { extra: { 'authentication.kubernetes.io/credential-id': [credential] } } : {}),
  };
}

function unauthorized(message: string): StatusError {
  return new StatusError('Unauthorized', message);
}
