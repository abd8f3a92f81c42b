import type { JWTPayload } from 'jose';
import Provider, { type KoaContextWithOIDC } from 'oidc-provider';
import { NOBODY, type SignInEvent } from '../audit.ts';
import type { Directory } from '../people/directory.ts';
import { followSignIns } from '../sessions/follow.ts';
import { configurationOf } from './configuration.ts';
import { jwtTokens } from './jwt-tokens.ts';
import { keycloakWords } from './keycloak-words.ts';
import type { ProviderOptions } from './open-provider.ts';
import { PASSWORD_GRANT, PASSWORD_PARAMETERS, passwordGrant } from './password-grant.ts';
import type { SigningKeys } from './signing-keys.ts';

/** oidc-provider, told everything. */
export async function createProvider(
  options: ProviderOptions & {
    signingKeys: SigningKeys;
    verify(token: string): Promise<JWTPayload | undefined>;
  },
): Promise<Provider> {
  const { audit } = options;
  const cookieKey = await options.keys.derive('keycloak/cookies');
  const configuration = configurationOf({
    ...options,
    cookieKey: Buffer.from(cookieKey).toString('base64url'),
  });
  const provider = new Provider(options.issuer, configuration);
  // The listener is ours: what it says about host and scheme is true.
  provider.proxy = false;
  provider.use(keycloakWords);
  provider.use(jwtTokens(options));
  provider.registerGrantType(PASSWORD_GRANT, passwordGrant(options), PASSWORD_PARAMETERS, []);
  followSignIns(provider, options.signIns);
  // The event comes when it is done: a sign-out is not undone because nobody can be told.
  provider.on('end_session.success', context => void audit.tell(signOutOf(context, options.directory)));
  provider.on('server_error', (_context, error) =>
    options.log.error('sign-in failed', { error: error.message }),
  );
  return provider;
}

function signOutOf({ oidc, req }: KoaContextWithOIDC, directory: Directory): SignInEvent {
  return {
    actor: directory.byId(oidc.session?.accountId ?? '')?.name ?? NOBODY,
    verb: 'sign-out',
    object: oidc.client?.clientId ?? 'every application',
    outcome: 'allowed',
    source: req.socket.remoteAddress,
  };
}
