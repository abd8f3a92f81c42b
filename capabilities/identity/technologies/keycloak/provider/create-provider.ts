import type { JWTPayload } from 'jose';
import Provider from 'oidc-provider';
import { configurationOf } from './configuration.ts';
import { jwtTokens } from './jwt-tokens.ts';
import type { ProviderOptions } from './open-provider.ts';
import type { SigningKeys } from './signing-keys.ts';

/** oidc-provider, told everything. */
export async function createProvider(
  options: ProviderOptions & {
    signingKeys: SigningKeys;
    verify(token: string): Promise<JWTPayload | undefined>;
  },
): Promise<Provider> {
  const cookieKey = await options.keys.derive('keycloak/cookies');
  const configuration = configurationOf({
    ...options,
    cookieKey: Buffer.from(cookieKey).toString('base64url'),
  });
  const provider = new Provider(options.issuer, configuration);
  // The listener is ours: what it says about host and scheme is true.
  provider.proxy = false;
  provider.use(jwtTokens(options));
  provider.on('server_error', (_context, error) =>
    options.log.error('sign-in failed', { error: error.message }),
  );
  return provider;
}
