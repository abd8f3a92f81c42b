import { hasReason, type Random } from '@slipway/api';
import type { Client } from '@slipway/client';
import { Secret } from '@slipway/kinds';
import { SYSTEM_NAMESPACE } from './names.ts';

/** Secrets with this label (value `true`) are OpenID Connect clients. */
export const CLIENT_LABEL = 'slipway.dev/oidc-client';
export const CLIENT_TYPE = 'identity.slipway.dev/oidc-client';
/** The portal's client: confidential; its Secret has the same name, in `slipway-system`. */
export const PORTAL_CLIENT = 'slipway-portal';
/** The command line's client: public, device flow and code with PKCE on loopback. */
export const CLI_CLIENT = 'slipway-cli';

export interface PortalClient {
  clientId: string;
  clientSecret: string;
}

/** The portal's client; makes its Secret when it is missing, and keeps its redirect addresses true. */
export async function portalClient(options: {
  client: Client;
  random: Random;
  /** Public URL of the portal. */
  portalUrl: string;
}): Promise<PortalClient> {
  const { client, random, portalUrl } = options;
  const key = { namespace: SYSTEM_NAMESPACE, name: PORTAL_CLIENT };
  const present = await client.find(Secret, key);
  const secret = decode(present?.data?.client_secret) ?? Buffer.from(random.bytes(32)).toString('base64url');
  const data = {
    client_id: encode(PORTAL_CLIENT),
    client_secret: encode(secret),
    client_name: encode('Slipway portal'),
    redirect_uris: encode(`${portalUrl}/auth/callback`),
    post_logout_redirect_uris: encode(`${portalUrl}/`),
    audiences: encode('kubernetes'),
  };
  if (present && Object.entries(data).every(([name, value]) => present.data?.[name] === value)) {
    return { clientId: PORTAL_CLIENT, clientSecret: secret };
  }
  const object = {
    apiVersion: 'v1',
    kind: 'Secret',
    metadata: { ...key, labels: { [CLIENT_LABEL]: 'true' } },
    type: CLIENT_TYPE,
    data,
  };
  if (present) await client.patch(Secret, key, { type: 'merge', body: { data } });
  if (present) return { clientId: PORTAL_CLIENT, clientSecret: secret };
  try {
    await client.create(Secret, object);
  } catch (error) {
    // Somebody else was quicker; theirs is the one.
    if (!hasReason(error, 'AlreadyExists')) throw error;
    return portalClient(options);
  }
  return { clientId: PORTAL_CLIENT, clientSecret: secret };
}

function encode(text: string): string {
  return Buffer.from(text).toString('base64');
}

function decode(data: string | undefined): string | undefined {
  return data === undefined ? undefined : Buffer.from(data, 'base64').toString('utf8');
}
