import { type Clock, keyText, type Stored } from '@slipway/api';
import type { Client } from '@slipway/client';
import { Secret } from '@slipway/kinds';
import type { ClientMetadata } from 'oidc-provider';
import { CLI_CLIENT, CLIENT_LABEL } from '../../../objects/clients.ts';
import { SYSTEM_NAMESPACE } from '../../../objects/names.ts';

export interface OidcClient {
  metadata: ClientMetadata;
  /** Its tokens are good for the Kubernetes API; only clients of the platform itself may have that. */
  isPlatform: boolean;
  /** Its roles, and which groups have them; as the claim `roles`. */
  roles?: Record<string, string[]>;
}

/** OpenID Connect clients: Secrets with the label, and the command line's own. */
export interface Clients {
  find(id: string): Promise<OidcClient | undefined>;
  list(): Promise<OidcClient[]>;
}

const KEPT_MS = 1000;
const GRANTS = 'authorization_code refresh_token';
const DEVICE_GRANT = 'urn:ietf:params:oauth:grant-type:device_code';

export function openClients(options: { client: Client; clock: Clock }): Clients {
  const { client, clock } = options;
  let kept: { until: number; clients: Promise<Map<string, OidcClient>> } | undefined;
  const all = (): Promise<Map<string, OidcClient>> => {
    if (kept && kept.until > clock.now()) return kept.clients;
    const clients = readClients(client);
    kept = { until: clock.now() + KEPT_MS, clients };
    clients.catch(() => {
      kept = undefined;
    });
    return clients;
  };
  return {
    find: async id => (await all()).get(id),
    list: async () => [...(await all()).values()],
  };
}

async function readClients(client: Client): Promise<Map<string, OidcClient>> {
  const { items } = await client.list(Secret, { labelSelector: `${CLIENT_LABEL}=true` });
  const found = new Map([[CLI_CLIENT, commandLine()]]);
  // The platform's own first, then the oldest: nobody can take over another's id.
  const rank = (secret: Stored<Secret>) =>
    `${secret.metadata.namespace === SYSTEM_NAMESPACE ? 0 : 1} ${secret.metadata.creationTimestamp} ${keyText({ namespace: secret.metadata.namespace ?? '', name: secret.metadata.name })}`;
  for (const secret of items.toSorted((a, b) => rank(a).localeCompare(rank(b)))) {
    const made = clientOf(secret);
    if (made && !found.has(made.metadata.client_id)) found.set(made.metadata.client_id, made);
  }
  return found;
}

function commandLine(): OidcClient {
  return {
    isPlatform: true,
    metadata: {
      client_id: CLI_CLIENT,
      client_name: 'Slipway command line',
      application_type: 'native',
      token_endpoint_auth_method: 'none',
      grant_types: ['authorization_code', 'refresh_token', DEVICE_GRANT],
      response_types: ['code'],
      // RFC 8252, 7.3: any port of the loopback address.
      redirect_uris: ['http://127.0.0.1/callback', 'http://[::1]/callback'],
      id_token_signed_response_alg: 'ES256',
    },
  };
}

/** The client in a Secret: `client_id`, `client_secret` (absent: public), `redirect_uris` (one each line), … */
export function clientOf(secret: Stored<Secret>): OidcClient | undefined {
  const text = (name: string) => decode(secret.data?.[name]);
  const words = (name: string) => text(name)?.split(/\s+/).filter(Boolean);
  const id = text('client_id');
  if (!id) return undefined;
  const clientSecret = text('client_secret');
  const redirects = words('redirect_uris') ?? [];
  const isPlatform =
    secret.metadata.namespace === SYSTEM_NAMESPACE && (words('audiences') ?? []).includes('kubernetes');
  const grants = words('grant_types') ?? (redirects.length > 0 ? GRANTS.split(' ') : ['client_credentials']);
  const name = text('client_name');
  const logouts = words('post_logout_redirect_uris');
  const roles = rolesIn(text('roles'));
  return {
    isPlatform,
    ...(roles ? { roles } : {}),
    metadata: {
      client_id: id,
      ...(name ? { client_name: name } : {}),
      ...(clientSecret ? { client_secret: clientSecret } : {}),
      token_endpoint_auth_method: clientSecret
        ? ((text('token_endpoint_auth_method') ?? 'client_secret_basic') as 'client_secret_basic')
        : 'none',
      grant_types: grants,
      response_types: grants.includes('authorization_code') ? ['code'] : [],
      redirect_uris: redirects,
      ...(logouts ? { post_logout_redirect_uris: logouts } : {}),
      ...(isPlatform ? { id_token_signed_response_alg: 'ES256' as const } : {}),
    },
  };
}

function rolesIn(text: string | undefined): Record<string, string[]> | undefined {
  try {
    return text === undefined ? undefined : (JSON.parse(text) as Record<string, string[]>);
  } catch {
    // Somebody's own Secret: it has no roles that could be read.
    return undefined;
  }
}

function decode(data: string | undefined): string | undefined {
  return data === undefined ? undefined : Buffer.from(data, 'base64').toString('utf8').trim();
}
