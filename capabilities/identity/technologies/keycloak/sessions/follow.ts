import type Provider from 'oidc-provider';
import type { KoaContextWithOIDC } from 'oidc-provider';
import { type SignIns, signInOf } from './sign-ins.ts';

/** Keeps the list of sign-ins true to what the provider does. */
export function followSignIns(provider: Provider, signIns: SignIns): void {
  provider.on('authorization.success', context => noteBrowser(context, signIns));
  provider.on('grant.success', context => noteTokens(context, signIns));
  provider.on('end_session.success', ({ oidc }) => {
    // Who stayed signed in and left one application only keeps the session.
    const session: { uid: string; destroyed?: boolean } | undefined = oidc.session;
    if (session?.destroyed) signIns.end(session.uid);
  });
}

/** The browser is there only now; the tokens are fetched by the application. */
function noteBrowser({ oidc, req }: KoaContextWithOIDC, signIns: SignIns): void {
  const { session, client, entities } = oidc;
  // On the device page the browser signs in somebody else: that device's own request is what counts.
  if (!session?.accountId || !client || entities.DeviceCode) return;
  signIns.note({
    id: session.uid,
    accountId: session.accountId,
    client: client.clientId,
    grant: session.grantIdFor(client.clientId),
    isOffline: false,
    ipAddress: req.socket.remoteAddress,
    userAgent: req.headers['user-agent'],
  });
}

function noteTokens({ oidc, req }: KoaContextWithOIDC, signIns: SignIns): void {
  const { AccessToken: token, DeviceCode: device } = oidc.entities;
  const signIn = token && signInOf(token);
  if (!signIn || !token.accountId || !oidc.client) return;
  const isPersons = device !== undefined;
  signIns.note({
    ...signIn,
    accountId: token.accountId,
    client: oidc.client.clientId,
    grant: token.grantId,
    ...(isPersons ? { ipAddress: req.socket.remoteAddress, userAgent: req.headers['user-agent'] } : {}),
  });
}
