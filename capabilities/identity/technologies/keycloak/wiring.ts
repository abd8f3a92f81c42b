import type { Wiring, WiringSettings } from '@slipway/definition';
import { Namespace } from '@slipway/kinds';
import type { Issuer, IssuerContext } from '../../oidc-client/issuer.ts';
import { oidcClients } from '../../oidc-client/reconcile.ts';
import type { AdminAddress } from './admin/admin-api.ts';
import { openSession } from './admin/open-session.ts';
import { endClient, ensureClient } from './oidc-client/ensure.ts';

/** Keycloak's first administrator, in its own namespace: `username`, `password`. */
export const ADMIN_SECRET = 'keycloak-admin';
/** What the wiring signs in with; made by it. */
const SERVICE_SECRET = 'keycloak-wiring';
/** Keycloak's Service, from within the cluster. */
const PORT = 8080;

/** Makes clients of the realm for whoever wishes to sign people in. */
export const wiring: Wiring = settings => [oidcClients(keycloakIssuer(settings))];

export function keycloakIssuer(settings: WiringSettings): Issuer {
  const { namespace, platform, parameters, http } = settings;
  const realm = String(parameters.realm ?? 'slipway');
  const address: AdminAddress = { http, base: baseOf(settings), ...(settings.ca ? { ca: settings.ca } : {}) };
  const admin = settings.existing?.credentials ?? { namespace, name: ADMIN_SECRET };
  const service = { namespace, name: SERVICE_SECRET };
  // One for each client: the API's client belongs to the run that calls.
  let session: ReturnType<typeof openSession> | undefined;
  const sessionOf = ({ client, clock }: IssuerContext) => {
    session ??= openSession({ address, realm, admin, service, client, clock });
    return session.api();
  };
  return {
    secrets: [admin, service],
    ensure: async (wanted, context) => {
      const api = await sessionOf(context);
      const { clientSecret } = await ensureClient(api, wanted, { ...context, platform });
      const facts = { issuer: await issuerOf(address, realm), origin: 'managed' as const };
      return clientSecret === undefined ? facts : { ...facts, clientSecret };
    },
    end: async (gone, context) => {
      // What Keycloak knew goes with it.
      const home = await context.client.find(Namespace, { name: namespace });
      if (!home || home.metadata.deletionTimestamp) return;
      await endClient(await sessionOf(context), gone, platform);
    },
  };
}

function baseOf({ address, existing, isInside, namespace, url }: WiringSettings): string {
  const known = address ?? existing?.address;
  if (known !== undefined) return known;
  return isInside ? `http://keycloak.${namespace}.svc:${PORT}` : url('id');
}

/** The issuer as it calls itself: tools compare it letter by letter. */
async function issuerOf({ http, base, ca }: AdminAddress, realm: string): Promise<string> {
  const url = `${base}/realms/${encodeURIComponent(realm)}/.well-known/openid-configuration`;
  const answer = await http({ url, ...(ca ? { ca } : {}) });
  const { issuer } = (answer.json() ?? {}) as { issuer?: string };
  return issuer ?? `${base}/realms/${realm}`;
}
