import type { Clock } from '@slipway/api';
import { errors, type KoaContextWithOIDC } from 'oidc-provider';
import { NOBODY, type SignInAudit } from '../audit.ts';
import type { Passwords } from '../password/passwords.ts';
import type { Directory, Person } from '../people/directory.ts';
import { audienceOf, resourceOf, resourceServerOf } from './audience.ts';
import { claimsOf, grantEverything, SCOPES } from './claims.ts';
import type { Clients } from './clients.ts';

/** Keycloak's direct access grant (RFC 6749, 4.3); only for clients that name it in `grant_types`. */
export const PASSWORD_GRANT = 'password';
export const PASSWORD_PARAMETERS = ['username', 'password', 'scope'];

interface Options {
  clock: Clock;
  clients: Clients;
  directory: Directory;
  passwords: Passwords;
  audit: SignInAudit;
}

export function passwordGrant(options: Options) {
  return async (context: KoaContextWithOIDC): Promise<void> => {
    const { client, params } = context.oidc;
    if (!client || !params) throw new errors.InvalidClient('client is missing');
    for (const name of ['username', 'password']) {
      if (!params[name]) throw new errors.InvalidRequest(`Missing parameter: ${name}`);
    }
    const person = await personOf(context, options);
    const object = `${client.clientId} by password grant`;
    const source = context.req.socket.remoteAddress;
    const event = { verb: 'sign-in', actor: person.name, object, outcome: 'allowed' } as const;
    await options.audit.record({ ...event, source });
    context.body = await tokensFor(context, person, options);
  };
}

/** @throws InvalidGrant with status 401, as Keycloak answers; it tells nobody which of the two was wrong */
async function personOf(
  context: KoaContextWithOIDC,
  { passwords, audit, directory }: Options,
): Promise<Person> {
  const { params, client } = context.oidc;
  const name = String(params?.username).trim().toLowerCase();
  const check = await passwords.check(name, String(params?.password));
  if (check.result === 'right') return check.person;
  if (check.result === 'wait') context.set('retry-after', String(Math.ceil(check.waitMs / 1000)));
  await audit.tell({
    actor: directory.byName(name)?.name ?? NOBODY,
    verb: 'sign-in',
    object: `${client?.clientId} by password grant`,
    outcome: 'denied',
    source: context.req.socket.remoteAddress,
  });
  const error = new errors.InvalidGrant('wrong user name or password');
  throw Object.assign(error, { statusCode: 401, error_description: 'Invalid user credentials' });
}

/** What a sign-in with a code would have given. */
async function tokensFor(
  context: KoaContextWithOIDC,
  person: Person,
  { clients, clock }: Options,
): Promise<object> {
  const { client, params, provider } = context.oidc;
  if (!client) throw new errors.InvalidClient('client is missing');
  const asked = String(params?.scope ?? 'profile email').split(' ');
  const known = SCOPES.split(' ');
  const unknown = asked.find(name => !known.includes(name));
  if (unknown !== undefined) throw new errors.InvalidScope('Invalid scopes', unknown);
  const scope = asked.join(' ');
  const audience = await audienceOf(clients, client.clientId);
  const resource = resourceOf(audience);
  const grant = new provider.Grant({ clientId: client.clientId, accountId: person.id });
  grantEverything(grant);
  grant.addResourceScope(resource, SCOPES);
  const source = { client, accountId: person.id, grantId: await grant.save(), gty: PASSWORD_GRANT, scope };
  const access = new provider.AccessToken({ ...source, expiresWithSession: false });
  access.resourceServer = new provider.ResourceServer(resource, resourceServerOf(audience));
  const authTime = Math.floor(clock.now() / 1000);
  const about = { acr: '1', amr: ['pwd'], authTime, expiresWithSession: false, rotations: 0, resource };
  const mayRefresh = client.grantTypeAllowed('refresh_token');
  const refresh = mayRefresh ? await new provider.RefreshToken({ ...source, ...about }).save() : undefined;
  return {
    access_token: await access.save(),
    expires_in: access.expiration,
    token_type: 'Bearer',
    scope,
    ...(refresh === undefined ? {} : { refresh_token: refresh }),
    ...(asked.includes('openid') ? { id_token: await idToken(context, { person, scope, authTime }) } : {}),
  };
}

async function idToken(
  context: KoaContextWithOIDC,
  { person, scope, authTime }: { person: Person; scope: string; authTime: number },
): Promise<string> {
  const claims = { sub: person.id, ...claimsOf(person), auth_time: authTime, acr: '1', amr: ['pwd'] };
  const token = new context.oidc.provider.IdToken(claims, { ctx: context });
  return Object.assign(token, { scope }).issue({ use: 'idtoken' });
}
