import { type Clock, type KubeObject, type Random, StatusError, type UserInfo } from '@slipway/api';
import type { StoreReader } from '../store/store.ts';
import { readObject } from './read-object.ts';
import type { SigningKey } from './signing-key.ts';

/** Claims of a bound ServiceAccount token, as upstream's have them. */
export interface TokenClaims {
  iss: string;
  sub: string;
  aud: string[];
  exp: number;
  iat: number;
  nbf: number;
  jti: string;
  'kubernetes.io': {
    namespace: string;
    serviceaccount: Named;
    pod?: Named;
    secret?: Named;
    node?: Named;
  };
}
interface Named {
  name: string;
  uid: string;
}

/** The object a token lives and dies with. */
export interface BoundObject extends Named {
  kind: 'Pod' | 'Secret' | 'Node';
}

export interface TokenSubject {
  namespace: string;
  name: string;
  uid: string;
  bound?: BoundObject;
  /** Of a pod's token: where the pod runs. */
  node?: Named;
}

export interface ServiceAccountTokens {
  readonly issuer: string;
  /** Audiences of this API; a token for none of them does not open it. */
  readonly audiences: string[];
  issue(
    subject: TokenSubject,
    options: { audiences: string[]; seconds: number },
  ): { token: string; expires: number };
  /** Undefined when the token is not one of ours. @throws StatusError Unauthorized when it is, and not valid (any more) */
  authenticate(token: string, audiences: string[]): { user: UserInfo; audiences: string[] } | undefined;
  /** Documents of `/.well-known/openid-configuration` and `/openid/v1/jwks`. */
  discovery(): { configuration: Record<string, unknown>; jwks: Record<string, unknown> };
}

export interface TokenOptions {
  store: StoreReader;
  key: SigningKey;
  clock: Clock;
  random: Random;
  /** Default: the name the API has inside every cluster. */
  issuer?: string;
}

const DEFAULT_ISSUER = 'https://kubernetes.default.svc.cluster.local';

/** Issues and checks tokens of ServiceAccounts (KEP-1205). A token is as alive as the objects it names. */
export function serviceAccountTokens(options: TokenOptions): ServiceAccountTokens {
  const { key, clock, random, issuer = DEFAULT_ISSUER } = options;
  return {
    issuer,
    audiences: [issuer],
    issue: (subject, { audiences, seconds }) => {
      const now = Math.floor(clock.now() / 1000);
      const claims = claimsOf(subject, { issuer, audiences, now, seconds, id: random.uuid() });
      const head = encode({ alg: 'ES256', kid: key.kid, typ: 'JWT' });
      const text = `${head}.${encode(claims)}`;
      return { token: `${text}.${key.sign(text)}`, expires: claims.exp };
    },
    authenticate: (token, audiences) => {
      const claims = readClaims(token, key, issuer);
      if (!claims) return undefined;
      const accepted = audiences.filter(audience => claims.aud.includes(audience));
      const problem = problemOf(claims, options.store, clock.now() / 1000);
      if (problem) throw new StatusError('Unauthorized', problem);
      if (accepted.length === 0) throw new StatusError('Unauthorized', 'the token is for another audience');
      return { user: userOf(claims), audiences: accepted };
    },
    discovery: () => ({
      configuration: {
        issuer,
        jwks_uri: `${issuer}/openid/v1/jwks`,
        response_types_supported: ['id_token'],
        subject_types_supported: ['public'],
        id_token_signing_alg_values_supported: ['ES256'],
      },
      jwks: { keys: [key.jwk] },
    }),
  };
}

function claimsOf(
  { namespace, name, uid, bound, node }: TokenSubject,
  made: { issuer: string; audiences: string[]; now: number; seconds: number; id: string },
): TokenClaims {
  const reference = bound ? { [bound.kind.toLowerCase()]: { name: bound.name, uid: bound.uid } } : {};
  return {
    aud: made.audiences,
    exp: made.now + made.seconds,
    iat: made.now,
    iss: made.issuer,
    jti: made.id,
    'kubernetes.io': { namespace, ...(node ? { node } : {}), ...reference, serviceaccount: { name, uid } },
    nbf: made.now,
    sub: `system:serviceaccount:${namespace}:${name}`,
  };
}

function encode(value: unknown): string {
  return Buffer.from(JSON.stringify(value)).toString('base64url');
}

/** The claims of a token we signed; undefined for anything else. The algorithm is ours to choose, not the token's. */
function readClaims(token: string, key: SigningKey, issuer: string): TokenClaims | undefined {
  const [head, body, signature, ...more] = token.split('.');
  if (!head || !body || !signature || more.length > 0) return undefined;
  try {
    const claims = JSON.parse(Buffer.from(body, 'base64url').toString('utf8')) as TokenClaims;
    if (claims.iss !== issuer) return undefined;
    const { alg } = JSON.parse(Buffer.from(head, 'base64url').toString('utf8')) as { alg?: string };
    return alg === 'ES256' && key.verify(`${head}.${body}`, signature) ? claims : undefined;
  } catch {
    return undefined;
  }
}

/** Why a token that we signed is not valid now. */
function problemOf(claims: TokenClaims, store: StoreReader, now: number): string | undefined {
  if (now >= claims.exp) return 'service account token has expired';
  if (now < claims.nbf - 60) return 'service account token is not valid yet';
  const { namespace, serviceaccount, pod, secret, node } = claims['kubernetes.io'];
  if (!isAlive(store, '/serviceaccounts', namespace, serviceaccount, now)) {
    return 'service account token has been invalidated: its ServiceAccount is gone';
  }
  if (pod && !isAlive(store, '/pods', namespace, pod, now))
    return 'service account token has been invalidated: its Pod is gone';
  if (secret && !isAlive(store, '/secrets', namespace, secret, now)) {
    return 'service account token has been invalidated: its Secret is gone';
  }
  if (node && !pod && !isAlive(store, '/nodes', undefined, node, now)) {
    return 'service account token has been invalidated: its Node is gone';
  }
  return undefined;
}

/** Upstream grants a minute after the deletion's grace, so that a pod can say goodbye (legacy.ClaimsFromBoundToken). */
const LEEWAY_SECONDS = 60;

function isAlive(
  store: StoreReader,
  resource: string,
  namespace: string | undefined,
  named: Named,
  now: number,
): boolean {
  const object = readObject<KubeObject>(store, resource, namespace, named.name);
  if (object?.metadata.uid !== named.uid) return false;
  const { deletionTimestamp } = object.metadata;
  return !deletionTimestamp || Date.parse(deletionTimestamp) / 1000 + LEEWAY_SECONDS > now;
}

function userOf(claims: TokenClaims): UserInfo {
  const { namespace, serviceaccount, pod, node } = claims['kubernetes.io'];
  const prefix = 'authentication.kubernetes.io';
  return {
    username: claims.sub,
    uid: serviceaccount.uid,
    groups: ['system:serviceaccounts', `system:serviceaccounts:${namespace}`],
    extra: {
      [`${prefix}/credential-id`]: [`JTI=${claims.jti}`],
      ...(node ? { [`${prefix}/node-name`]: [node.name], [`${prefix}/node-uid`]: [node.uid] } : {}),
      ...(pod ? { [`${prefix}/pod-name`]: [pod.name], [`${prefix}/pod-uid`]: [pod.uid] } : {}),
    },
  };
}
