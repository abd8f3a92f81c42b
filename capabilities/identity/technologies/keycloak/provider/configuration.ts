import { type Configuration, errors, interactionPolicy, type KoaContextWithOIDC } from 'oidc-provider';
import {
  deviceConfirmPage,
  deviceDonePage,
  deviceInputPage,
  errorPage,
  loggedOutPage,
  logoutPage,
} from '../pages/provider-pages.ts';
import type { Directory } from '../people/directory.ts';
import { signInOf } from '../sessions/sign-ins.ts';
import { adapterOf } from './adapter.ts';
import type { ArtifactStore } from './artifact-store.ts';
import { ACCESS_TOKEN_TTL, audienceOf, resourceOf, resourceServerOf } from './audience.ts';
import { claimsOf, grantEverything, PLATFORM_AUDIENCE, rolesOf, SCOPES } from './claims.ts';
import type { Clients } from './clients.ts';
import { ROUTES } from './routes.ts';
import { wasSignedOut } from './sign-out.ts';
import type { SigningKeys } from './signing-keys.ts';

const MINUTE = 60;
const HOUR = 60 * MINUTE;
const DAY = 24 * HOUR;

/** What oidc-provider is told. Lifetimes are Keycloak's defaults where it has them. */
export function configurationOf(options: {
  /** `/realms/<realm>` */
  root: string;
  store: ArtifactStore;
  clients: Clients;
  directory: Directory;
  signingKeys: SigningKeys;
  cookieKey: string;
}): Configuration {
  const { directory, clients } = options;
  return {
    adapter: adapterOf(options.store, clients),
    jwks: options.signingKeys.jwks as NonNullable<Configuration['jwks']>,
    routes: ROUTES,
    scopes: SCOPES.split(' '),
    claims: {
      openid: ['sub', 'sid', 'roles'],
      profile: ['name', 'preferred_username'],
      email: ['email', 'email_verified'],
      groups: ['groups'],
    },
    conformIdTokenClaims: false,
    cookies: {
      keys: [options.cookieKey],
      names: {
        session: '__Host-slipway-sign-in',
        interaction: '__Secure-interaction',
        resume: '__Secure-resume',
      },
      long: { httpOnly: true, sameSite: 'lax', secure: true, path: '/', signed: true },
      short: { httpOnly: true, sameSite: 'lax', secure: true, signed: true },
    },
    responseTypes: ['code'],
    // Keycloak asks nobody for it; a public client has nothing else to prove that a code is its own (RFC 9700, 2.1.1).
    pkce: { required: (_context, client) => client.clientAuthMethod === 'none' },
    enabledJWA: { idTokenSigningAlgValues: ['RS256', 'ES256'] },
    clientBasedCORS: (_context, origin, client) =>
      (client.redirectUris ?? []).some(uri => URL.parse(uri)?.origin === origin),
    findAccount: async (context, id, token) => {
      const person = directory.byId(id);
      const issuedAt = (token as { iat?: number } | undefined)?.iat ?? context.oidc.session?.loginTs;
      const isOver = issuedAt !== undefined && wasSignedOut(options.store, id, issuedAt);
      if (!person || isOver) return undefined;
      const client = await clients.find(context.oidc.client?.clientId ?? '');
      const claims = { sub: id, ...claimsOf(person), ...rolesOf(person, client?.roles) };
      return { accountId: id, claims: async () => claims };
    },
    extraTokenClaims: async (_context, token) => {
      const person = 'accountId' in token ? directory.byId(token.accountId ?? '') : undefined;
      const sid = 'accountId' in token ? signInOf(token)?.id : undefined;
      const session = sid === undefined ? {} : { sid };
      const client = await clients.find(token.clientId ?? '');
      const about = person ? { ...claimsOf(person), ...rolesOf(person, client?.roles) } : {};
      return { ...about, ...session, typ: 'Bearer', azp: token.clientId };
    },
    loadExistingGrant: context => grantOf(context, clients),
    issueRefreshToken: async (_context, client) => client.grantTypeAllowed('refresh_token'),
    // A confidential client keeps its refresh token safe; a public one gets a new one each time (RFC 9700, 4.14.2).
    rotateRefreshToken: context => context.oidc.client?.clientAuthMethod === 'none',
    renderError: errorPage,
    interactions: {
      policy: policy(),
      url: (_context, interaction) => `${options.root}/interaction/${interaction.uid}`,
    },
    features: featuresOf(clients),
    ttl: {
      AccessToken: ACCESS_TOKEN_TTL,
      ClientCredentials: ACCESS_TOKEN_TTL,
      IdToken: 5 * MINUTE,
      AuthorizationCode: MINUTE,
      DeviceCode: 10 * MINUTE,
      Interaction: 30 * MINUTE,
      Session: 10 * HOUR,
      RefreshToken: (_context, token) => (token.scopes.has('offline_access') ? 30 * DAY : 10 * HOUR),
      Grant: 30 * DAY,
    },
  };
}

function featuresOf(clients: Clients): NonNullable<Configuration['features']> {
  return {
    devInteractions: { enabled: false },
    clientCredentials: { enabled: true },
    introspection: {
      enabled: true,
      allowedPolicy: async (_context, client, token) => mayIntrospect(client, token.clientId),
    },
    revocation: {
      enabled: true,
      allowedPolicy: async (_context, client, token) => token.clientId === client.clientId,
    },
    pushedAuthorizationRequests: { enabled: true },
    rpInitiatedLogout: { enabled: true, logoutSource: logoutPage, postLogoutSuccessSource: loggedOutPage },
    deviceFlow: {
      enabled: true,
      charset: 'base-20',
      mask: '****-****',
      userCodeInputSource: deviceInputPage,
      userCodeConfirmSource: deviceConfirmPage,
      successSource: deviceDonePage,
    },
    resourceIndicators: {
      enabled: true,
      defaultResource: async (_context, client) => resourceOf(await audienceOf(clients, client.clientId)),
      useGrantedResource: () => true,
      getResourceServerInfo: async (_context, resource, client) => {
        const audience = await audienceOf(clients, client.clientId);
        if (resource !== resourceOf(audience)) throw new errors.InvalidTarget();
        return resourceServerOf(audience);
      },
    },
  };
}

/** Confidential clients may ask about any token they were handed, public ones about their own. */
export function mayIntrospect(
  client: { clientId: string; clientAuthMethod?: string | undefined } | undefined,
  issuedTo: unknown,
): boolean {
  return client !== undefined && (client.clientAuthMethod !== 'none' || client.clientId === issuedTo);
}

/**
 * A session whose person has been refused since is no session. A native client is asked for each time, but not twice:
 * on the device page its person has just compared the code and said yes.
 */
function policy() {
  const prompts = interactionPolicy.base();
  const gone = new interactionPolicy.Check(
    'no_session',
    'the session has ended',
    ({ oidc }) => oidc.session?.accountId !== undefined && oidc.account === undefined,
  );
  prompts.get('login')?.checks.add(gone);
  const native = new interactionPolicy.Check(
    'native_client_prompt',
    'native clients require End-User interaction',
    'interaction_required',
    ({ oidc }) =>
      oidc.client?.applicationType === 'native' && !oidc.result?.consent && !oidc.entities.DeviceCode,
  );
  const consent = prompts.get('consent');
  consent?.checks.remove('native_client_prompt');
  consent?.checks.add(native);
  return prompts;
}

/**
 * Clients of the platform itself need no consent; others are asked about once for each sign-in. Anybody may claim to be
 * a native client, so its person is asked, unless they compared its code on the device page a moment ago.
 */
async function grantOf(context: KoaContextWithOIDC, clients: Clients) {
  const { oidc } = context;
  const { session, client, provider } = oidc;
  if (!session || !client) return undefined;
  const grantId = oidc.result?.consent?.grantId ?? session.grantIdFor(client.clientId);
  // Each device that is connected has a grant of its own, so that it can be ended alone.
  if (grantId && !oidc.entities.DeviceCode) return provider.Grant.find(grantId);
  const found = await clients.find(client.clientId);
  const { accountId } = session;
  const isAsked = client.applicationType === 'native' && oidc.entities.DeviceCode === undefined;
  if (!found?.isPlatform || !accountId || isAsked) return undefined;
  const grant = new provider.Grant({ clientId: client.clientId, accountId });
  grantEverything(grant);
  grant.addResourceScope(resourceOf(PLATFORM_AUDIENCE), SCOPES);
  await grant.save();
  return grant;
}
