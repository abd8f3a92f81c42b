import { type Clock, type Key, keyText, SlipwayError } from '@slipway/api';
import type { Client } from '@slipway/client';
import { Secret } from '@slipway/kinds';
import { type AdminAddress, type AdminApi, adminApi, tokenBy } from './admin-api.ts';
import type { ClientRepresentation, RoleRepresentation } from './representation.ts';

export interface SessionOptions {
  address: AdminAddress;
  realm: string;
  /** Keycloak's first administrator: `username`, `password`. Used only while the service client has to be made. */
  admin: Key;
  /** Credentials of the client that this controller made for itself: `clientId`, `clientSecret`. */
  service: Key;
  client: Client;
  clock: Clock;
}

/** The client that wires others: what it may do, and no more. */
const SERVICE_CLIENT = 'slipway-wiring';
const SERVICE_ROLES = ['manage-clients', 'manage-users'];
const MANAGER = { fieldManager: 'slipway-wiring', force: true };

/**
 * Signs in to the realm's admin REST as a client of little rights, which is made with the administrator's credentials
 * when it is not there: after a first installation, and after Keycloak lost what it knew.
 * @throws SlipwayError AdminSecretMissing, AdminRefused, NoAnswer, KeycloakRefused
 */
export function openSession(options: SessionOptions): { api(): Promise<AdminApi> } {
  let kept: { token: string; until: number } | undefined;
  const { address, realm, clock } = options;
  const token = async () => {
    if (kept && kept.until > clock.now()) return kept.token;
    const given = (await signIn(options)) ?? (await makeServiceClient(options).then(() => signIn(options)));
    if (!given)
      throw new SlipwayError(
        'KeycloakRefused',
        `Keycloak: client ${SERVICE_CLIENT} was made and is refused a token`,
      );
    kept = { token: given.token, until: clock.now() + given.lifeMs / 2 };
    return given.token;
  };
  return {
    api: async () => {
      await token();
      return forgetful(adminApi(address, realm, token), () => {
        kept = undefined;
      });
    },
  };
}

/** A Keycloak that was made anew refuses old tokens: the next try signs in again. */
function forgetful(api: AdminApi, forget: () => void): AdminApi {
  const guard =
    <Given extends unknown[], Result>(call: (...given: Given) => Promise<Result>) =>
    (...given: Given) =>
      call(...given).catch(error => {
        forget();
        throw error;
      });
  return {
    get: guard(api.get) as AdminApi['get'],
    create: guard(api.create),
    put: guard(api.put),
    send: guard(api.send),
    remove: guard(api.remove),
  };
}

async function signIn({ client, service, address, realm }: SessionOptions) {
  const secret = await client.find(Secret, service);
  const { clientId, clientSecret } = textsOf(secret);
  if (!clientId || !clientSecret) return undefined;
  const form = { grant_type: 'client_credentials', client_id: clientId, client_secret: clientSecret };
  return tokenBy(address, realm, form);
}

/** As the administrator: the realm, the client, its rights, and the Secret that lets us be it. */
async function makeServiceClient(options: SessionOptions): Promise<void> {
  const { address, realm, client, service } = options;
  const token = await administrator(options);
  const master = adminApi(address, realm, async () => token);
  if ((await master.get('')) === undefined) await makeRealm(address, realm, token);
  const id = (await serviceClientId(master)) ?? '';
  const user = await master.get<{ id: string }>(`clients/${id}/service-account-user`);
  const [management] = (await master.get<ClientRepresentation[]>('clients?clientId=realm-management')) ?? [];
  const roles = await Promise.all(
    SERVICE_ROLES.map(name => master.get<RoleRepresentation>(`clients/${management?.id}/roles/${name}`)),
  );
  await master.send(`users/${user?.id}/role-mappings/clients/${management?.id}`, roles);
  const secret = await master.get<{ value: string }>(`clients/${id}/client-secret`);
  await client.apply(
    Secret,
    {
      apiVersion: 'v1',
      kind: 'Secret',
      metadata: service,
      type: 'Opaque',
      data: { clientId: btoa(SERVICE_CLIENT), clientSecret: btoa(secret?.value ?? '') },
    },
    MANAGER,
  );
}

async function administrator({ client, admin, address }: SessionOptions): Promise<string> {
  const { username, password } = textsOf(await client.find(Secret, admin));
  if (!username || !password)
    throw new SlipwayError(
      'AdminSecretMissing',
      `secret ${keyText(admin)}: it is not there or has no username and password; it is made with Keycloak`,
    );
  const form = { grant_type: 'password', client_id: 'admin-cli', username, password };
  const given = await tokenBy(address, 'master', form);
  if (given) return given.token;
  throw new SlipwayError(
    'AdminRefused',
    `Keycloak: it refuses the administrator of secret ${keyText(admin)}; write the username and password that it takes into that secret`,
  );
}

async function makeRealm(address: AdminAddress, realm: string, token: string): Promise<void> {
  const url = `${address.base}/admin/realms`;
  const headers = { authorization: `Bearer ${token}` };
  const body = {
    realm,
    enabled: true,
    sslRequired: 'external',
    registrationAllowed: false,
    bruteForceProtected: true,
  };
  const { ca } = address;
  const answer = await address.http({ ...(ca ? { ca } : {}), url, method: 'POST', headers, body });
  if (![201, 409].includes(answer.status))
    throw new SlipwayError('KeycloakRefused', `Keycloak: realm ${realm} cannot be made: ${answer.status}`);
}

async function serviceClientId(master: AdminApi): Promise<string | undefined> {
  const find = async () =>
    (await master.get<ClientRepresentation[]>(`clients?clientId=${SERVICE_CLIENT}`))?.[0]?.id;
  const body: ClientRepresentation = {
    clientId: SERVICE_CLIENT,
    name: 'Slipway wiring',
    enabled: true,
    protocol: 'openid-connect',
    publicClient: false,
    serviceAccountsEnabled: true,
    standardFlowEnabled: false,
    directAccessGrantsEnabled: false,
  };
  return (await find()) ?? (await master.create('clients', body)) ?? (await find());
}

function textsOf(secret: Secret | undefined): Record<string, string> {
  const entries = Object.entries(secret?.data ?? {});
  return Object.fromEntries(
    entries.map(([key, value]) => [key, Buffer.from(value, 'base64').toString('utf8')]),
  );
}
