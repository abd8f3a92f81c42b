import { timingSafeEqual } from 'node:crypto';
import { type Authenticator, type Clock, StatusError, type Stored, type UserInfo } from '@slipway/api';
import { LIMITED_TO, scopeRole, TOKEN_SCOPES, type Token } from '@slipway/kinds';
import type { JWTPayload } from 'jose';
import { PEOPLE } from '../../../objects/names.ts';
import { parseToken, tokenHash } from '../../../objects/token.ts';
import type { Directory, Person } from '../people/directory.ts';
import { PLATFORM_AUDIENCE } from '../provider/claims.ts';

/** What the authenticator needs of whoever issues tokens. */
export interface Issuer {
  issuer: string;
  /** What a JWT of ours says; undefined when it is not valid, or any more. */
  verify(token: string): Promise<JWTPayload | undefined>;
  /** True for ids of clients whose id tokens the platform takes. */
  isPlatformClient(id: string): Promise<boolean>;
}

interface Options {
  directory: Directory;
  issuer: Issuer;
  clock: Clock;
  /** Called with each token that was taken. */
  used(token: Stored<Token>): void;
}

/**
 * Tells who a bearer token belongs to: `slp_…` tokens, and JWTs that our issuer made for the platform. Whether the
 * person still is somebody is looked up each time; groups come from the User object as it is now, not from the token.
 */
export function createAuthenticator(options: Options): Authenticator {
  const { directory, issuer } = options;
  return {
    async authenticate({ bearer }) {
      if (bearer === undefined) return undefined;
      if (bearer.startsWith('slp_')) return byToken(bearer, options);
      if (!isOurs(bearer, issuer.issuer)) return undefined;
      return byPayload(await verify(bearer, issuer), directory);
    },
    isOut: ({ uid = '', groups }) => groups.includes(PEOPLE) && directory.byId(uid) === undefined,
  };
}

function byToken(text: string, { directory, clock, used }: Options): UserInfo {
  const parts = parseToken(text);
  const token = parts && directory.token(parts.id);
  const actual = Buffer.from(tokenHash(parts?.secret ?? ''));
  const expected = Buffer.from(token?.spec.hash ?? '');
  if (!token || actual.length !== expected.length || !timingSafeEqual(actual, expected)) {
    throw unauthorized('the token is not known; it may have been deleted');
  }
  // Written so that a time which cannot be read counts as over.
  if (!(Date.parse(token.spec.expiresAt) > clock.now())) throw unauthorized('the token has expired');
  const { scopes = [] } = token.spec;
  if (scopes.some(scope => !Object.hasOwn(TOKEN_SCOPES, scope)))
    throw unauthorized('the token has scopes that are not known; make another');
  const person = directory.byName(token.spec.user);
  if (!person || !isOwnedBy(token, person)) throw unauthorized('the token’s user is disabled or gone');
  used(token);
  const user = userInfo(person, `slp_${token.metadata.name}`);
  const limits = scopes.map(scope => `${LIMITED_TO}${scopeRole(scope)}`);
  return { ...user, groups: [...user.groups, ...limits] };
}

/** A person made anew under an old name is somebody else. */
function isOwnedBy({ metadata }: Stored<Token>, person: Person): boolean {
  const owner = metadata.ownerReferences?.find(({ kind }) => kind === 'User');
  return owner === undefined || owner.uid === person.id;
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
