import type { Clock } from '@slipway/api';
import type { JWTPayload } from 'jose';
import type { KoaContextWithOIDC } from 'oidc-provider';
import { NOBODY, type SignInAudit } from '../audit.ts';
import type { Directory } from '../people/directory.ts';
import type { ArtifactStore } from './artifact-store.ts';
import { claimsOf } from './claims.ts';
import type { Clients } from './clients.ts';
import { mayIntrospect } from './configuration.ts';
import { ROUTES } from './routes.ts';

/**
 * oidc-provider keeps no JWT access tokens, so it knows nothing of them at userinfo, introspection and revocation.
 * Keycloak does; this middleware answers for them.
 */
export function jwtTokens(options: {
  issuer: string;
  verify(token: string): Promise<JWTPayload | undefined>;
  store: ArtifactStore;
  clock: Clock;
  directory: Directory;
  clients: Clients;
  audit: SignInAudit;
}) {
  return async (context: KoaContextWithOIDC, next: () => Promise<void>): Promise<void> => {
    if (context.path === ROUTES.userinfo && ['GET', 'POST'].includes(context.method)) {
      return userinfo(context, options);
    }
    await next();
    const { oidc } = context;
    if (oidc?.route === 'revocation') await tellOfRevocation(context, options);
    const token = oidc?.params?.token;
    const body = context.body as { error?: string } | undefined;
    // It has authenticated the client by the time it says that.
    if (typeof token !== 'string' || body?.error !== 'unsupported_token_type') return;
    context.status = 200;
    context.body = '';
    if (oidc.route === 'introspection') await introspect(context, token, options);
    if (oidc.route === 'revocation') await revoke(token, oidc.client?.clientId, options);
  };
}

type Options = Parameters<typeof jwtTokens>[0];

/** OpenID Connect Core, 5.3; errors as RFC 6750, 3. */
async function userinfo(
  context: KoaContextWithOIDC,
  { issuer, verify, directory, clients }: Options,
): Promise<void> {
  context.set('cache-control', 'no-store');
  const refuse = refusing(context, issuer.split('/').at(-1) ?? '');
  const token = /^Bearer (\S+)$/i.exec(context.get('authorization'))?.[1];
  const payload = token === undefined ? undefined : await verify(token);
  const person = directory.byId(payload?.sub ?? '');
  const scopes = String(payload?.scope ?? '').split(' ');
  await allowOrigin(context, payload, clients);
  if (!payload || !person) return refuse(401, 'invalid_token', 'Token verification failed');
  if (!scopes.includes('openid')) {
    return refuse(403, 'insufficient_scope', 'Missing openid scope');
  }
  const { email, email_verified, groups, ...profile } = claimsOf(person);
  context.body = {
    sub: person.id,
    ...(scopes.includes('profile') ? profile : {}),
    ...(scopes.includes('email') && email ? { email, email_verified } : {}),
    ...(scopes.includes('groups') ? { groups } : {}),
  };
}

function refusing(context: KoaContextWithOIDC, realm: string) {
  return (status: number, error: string, words: string): void => {
    context.status = status;
    const challenge = `Bearer realm="${realm}", error="${error}", error_description="${words}"`;
    context.set('www-authenticate', challenge);
    context.body = { error, error_description: words };
  };
}

/** Pages of the client's own sites may read the answer. */
async function allowOrigin(
  context: KoaContextWithOIDC,
  payload: JWTPayload | undefined,
  clients: Clients,
): Promise<void> {
  const origin = context.get('origin');
  if (origin === '') return;
  context.vary('origin');
  const client = await clients.find(String(payload?.client_id));
  const isTheirs = client?.metadata.redirect_uris?.some(uri => URL.parse(uri)?.origin === origin);
  if (isTheirs) context.set('access-control-allow-origin', origin);
}

/** RFC 7662. The caller has been authenticated already. */
async function introspect(
  context: KoaContextWithOIDC,
  token: string,
  { verify, directory }: Options,
): Promise<void> {
  context.body = { active: false };
  const payload = await verify(token);
  const isMachine = payload?.sub === payload?.client_id;
  const person = directory.byId(payload?.sub ?? '');
  if (!payload || (!person && !isMachine) || !mayIntrospect(context.oidc.client, payload.client_id)) return;
  context.body = {
    ...payload,
    active: true,
    token_type: 'Bearer',
    ...(person ? { username: person.name } : {}),
  };
}

/** The client has been authenticated; whose token it was is known for those that are kept. */
async function tellOfRevocation(
  { oidc, req }: KoaContextWithOIDC,
  { audit, directory, verify }: Options,
): Promise<void> {
  const { client, entities, params } = oidc;
  if (!client) return;
  const kept = entities.RefreshToken?.accountId ?? entities.AccessToken?.accountId;
  const payload = kept ? undefined : await verify(String(params?.token));
  const person = directory.byId(kept ?? payload?.sub ?? '');
  await audit.tell({
    actor: person?.name ?? NOBODY,
    verb: 'revoke-token',
    object: client.clientId,
    outcome: 'allowed',
    source: req.socket.remoteAddress,
  });
}

/** RFC 7009. A JWT ends by being remembered until it would have ended by itself. */
async function revoke(token: string, clientId: string | undefined, options: Options): Promise<void> {
  const payload = await options.verify(token);
  if (!payload?.jti || !payload.exp || payload.client_id !== clientId) return;
  const lifeMs = payload.exp * 1000 - options.clock.now();
  options.store.put('RevokedJwt', payload.jti, {}, lifeMs);
}
