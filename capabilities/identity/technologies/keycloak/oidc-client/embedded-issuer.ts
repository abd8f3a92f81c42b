import { createHash } from 'node:crypto';
import { hasReason, type Key, keyOf, keyText, type Random, SlipwayError, type Stored } from '@slipway/api';
import { type OidcClient, Secret } from '@slipway/kinds';
import { CLI_CLIENT, CLIENT_LABEL, CLIENT_TYPE } from '../../../objects/clients.ts';
import type { Issuer, IssuerContext } from '../../../oidc-client/issuer.ts';

/** Annotation of a client's Secret: the OidcClient it belongs to. */
const OWNER = 'slipway.dev/oidc-client-owner';
const MANAGER = { fieldManager: 'slipway-oidc-client', force: true };

/** Of the embedded engine: its clients are Secrets with a label, so a client is made by writing one. */
export function embeddedIssuer({ issuer, random }: { issuer: string; random: Random }): Issuer {
  return {
    ensure: async (wanted, context) => {
      const { isPublic } = wanted.spec;
      await refuseTaken(wanted, context);
      const present = await context.client.find(Secret, keyOfClient(wanted));
      const kept = textOf(present, 'client_secret') ?? context.presentSecret;
      const clientSecret = isPublic
        ? undefined
        : (kept ?? Buffer.from(random.bytes(32)).toString('base64url'));
      const secret = secretOf(wanted, clientSecret);
      if (!present || JSON.stringify(sorted(present.data)) !== JSON.stringify(sorted(secret.data)))
        await context.client.apply(Secret, secret, MANAGER);
      return { issuer, origin: 'managed', ...(clientSecret ? { clientSecret } : {}) };
    },
    end: async (gone, { client }) => {
      const key = keyOfClient(gone);
      const present = await client.find(Secret, key);
      if (present?.metadata.annotations?.[OWNER] !== keyText(keyOf(gone))) return;
      await client.delete(Secret, key).catch(error => {
        if (!hasReason(error, 'NotFound')) throw error;
      });
    },
  };
}

/** Beside the OidcClient, so that it counts as that namespace's and not as the platform's own. */
function keyOfClient({ metadata, spec }: Stored<OidcClient>): Key {
  const mark = createHash('sha256').update(spec.clientId).digest('hex').slice(0, 16);
  return { namespace: metadata.namespace ?? '', name: `oidc-client-${mark}` };
}

async function refuseTaken(wanted: Stored<OidcClient>, { client }: IssuerContext): Promise<void> {
  const { clientId } = wanted.spec;
  const owner = keyText(keyOf(wanted));
  const { items } = await client.list(Secret, { labelSelector: `${CLIENT_LABEL}=true` });
  const others = items.some(
    secret => textOf(secret, 'client_id') === clientId && secret.metadata.annotations?.[OWNER] !== owner,
  );
  if (others || clientId === CLI_CLIENT)
    throw new SlipwayError(
      'ClientTaken',
      `client ${JSON.stringify(clientId)}: the realm has one that is not this OidcClient's; choose another clientId`,
    );
}

function secretOf(wanted: Stored<OidcClient>, clientSecret: string | undefined): Secret {
  const { clientId, redirects, signedOut, roles } = wanted.spec;
  const texts = {
    client_id: clientId,
    client_name: clientId,
    redirect_uris: redirects.join('\n'),
    ...(signedOut ? { post_logout_redirect_uris: signedOut.join('\n') } : {}),
    ...(roles ? { roles: JSON.stringify(roles) } : {}),
    ...(clientSecret ? { client_secret: clientSecret } : {}),
  };
  const data = Object.entries(texts).map(([key, value]) => [key, Buffer.from(value).toString('base64')]);
  return {
    apiVersion: 'v1',
    kind: 'Secret',
    metadata: {
      ...keyOfClient(wanted),
      labels: { [CLIENT_LABEL]: 'true' },
      annotations: { [OWNER]: keyText(keyOf(wanted)) },
    },
    type: CLIENT_TYPE,
    data: Object.fromEntries(data),
  };
}

function textOf(secret: Secret | undefined, key: string): string | undefined {
  const value = secret?.data?.[key];
  return value === undefined ? undefined : Buffer.from(value, 'base64').toString('utf8');
}

function sorted(data: Record<string, string> = {}): [string, string][] {
  return Object.entries(data).toSorted(([a], [b]) => (a < b ? -1 : 1));
}
