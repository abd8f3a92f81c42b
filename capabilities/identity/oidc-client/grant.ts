import type { Grant, SignInWish, Wisher } from '@slipway/definition';
import { OidcClient } from '@slipway/kinds';

/** A client for each wish, made by the controllers that follow OidcClients; its Secret lies with who wished. */
export function signInGrant(
  wish: SignInWish,
  { component, namespace }: Wisher,
  issuer: string,
  clientId = clientIdOf(wish, component),
): Grant {
  const { name, redirects, signedOut, roles, isPublic, secret, keys, labels } = wish;
  const client: OidcClient = {
    apiVersion: `${OidcClient.group}/${OidcClient.version}`,
    kind: OidcClient.kind,
    metadata: { name: `${component}-${name}`, namespace },
    spec: {
      clientId,
      redirects,
      ...(signedOut ? { signedOut } : {}),
      ...(roles ? { roles } : {}),
      ...(isPublic ? { isPublic } : {}),
      secret: { name: secret, ...(keys ? { keys } : {}), ...(labels ? { labels } : {}) },
    },
  };
  return { objects: [{ ...client }], facts: { issuer, clientId, secret } };
}

export function clientIdOf({ name }: SignInWish, component: string): string {
  return name === 'sign-in' ? component : `${component}-${name}`;
}
