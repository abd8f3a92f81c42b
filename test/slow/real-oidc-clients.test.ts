// OidcClients against the real Keycloak: tools get clients, roles and Secrets, and what is lost comes back by itself.
import assert from 'node:assert/strict';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, before, test } from 'node:test';
import { httpRequest } from '@slipway/definition';
import {
  CustomResourceDefinition,
  Namespace,
  OidcClient,
  oidcClientDefinition,
  Secret,
} from '@slipway/kinds';
import { type Kube, startKube } from '@slipway/kube';
import { oidcClientConformance } from '../../capabilities/identity/oidc-client/conformance.ts';
import { oidcClients } from '../../capabilities/identity/oidc-client/reconcile.ts';
import { keycloakIssuer } from '../../capabilities/identity/technologies/keycloak/wiring.ts';
import { eventually } from '../platform-process.ts';
import { noTools } from '../tools/cache.ts';
import { type Keycloak, startKeycloak } from '../tools/keycloak.ts';
import { signInByForm } from '../tools/keycloak-sign-in.ts';

const skip = noTools('keycloak');
const RESYNC_MS = 500;
const WAIT_MS = 20_000;
const DASHBOARDS = { namespace: 'dashboards', name: 'grafana' };
const REDIRECT = 'https://grafana.acme.example/login/generic_oauth';

let folder: string;
let kube: Kube;
let keycloak: Keycloak;

const secretText = (secret: Secret, key: string) =>
  Buffer.from(secret.data?.[key] ?? '', 'base64').toString();
const asked = (spec: Partial<OidcClient['spec']> = {}, key = DASHBOARDS): OidcClient => ({
  apiVersion: 'identity.slipway.dev/v1alpha1',
  kind: 'OidcClient',
  metadata: key,
  spec: {
    clientId: 'grafana',
    redirects: [REDIRECT],
    signedOut: ['https://grafana.acme.example/'],
    roles: { admin: ['platform-admins'], viewer: ['everyone'] },
    secret: { name: 'grafana-sign-in', keys: { clientSecret: 'client-secret' }, labels: { app: 'grafana' } },
    ...spec,
  },
});
const secretOf = () => kube.client().find(Secret, { namespace: 'dashboards', name: 'grafana-sign-in' });
const readyOf = async (key = DASHBOARDS) =>
  (await kube.client().get(OidcClient, key)).status?.conditions?.find(({ type }) => type === 'Ready');
const isReady = (key = DASHBOARDS) =>
  eventually(`${key.name} is ready`, WAIT_MS, async () => {
    const ready = await readyOf(key);
    return (ready?.status === 'True' && ready) || undefined;
  });

async function startFirst(): Promise<Keycloak> {
  const started = await startKeycloak({ folder, password: 'for-the-test' });
  assert.ok(started);
  return started;
}

before(async () => {
  if (skip) return;
  folder = await mkdtemp(join(tmpdir(), 'slipway-oidc-clients-'));
  [kube, keycloak] = await Promise.all([startKube(), startFirst()]);
  const client = kube.client();
  await client.create(CustomResourceDefinition, oidcClientDefinition);
  for (const name of ['keycloak', 'dashboards', 'others'])
    await client.create(Namespace, { apiVersion: 'v1', kind: 'Namespace', metadata: { name } });
  const issuer = keycloakIssuer({
    platform: 'acme',
    parameters: { realm: 'slipway' },
    namespace: 'keycloak',
    isInside: false,
    url: host => `https://${host}.acme.example`,
    address: keycloak.url,
    http: httpRequest,
  });
  kube.runtime.add([oidcClients(issuer, RESYNC_MS)], client);
  await kube.runtime.start();
});
after(async () => {
  await kube?.stop();
  await keycloak?.stop();
  if (folder) await rm(folder, { recursive: true, force: true });
});

test('a client waits for the administrator’s secret, then is made with realm, groups and roles', {
  skip,
}, async () => {
  const client = kube.client();
  await client.create(OidcClient, asked());
  const waiting = await eventually('a condition', WAIT_MS, () => readyOf());
  assert.equal(waiting.reason, 'AdminSecretMissing');
  await client.create(Secret, {
    apiVersion: 'v1',
    kind: 'Secret',
    metadata: { namespace: 'keycloak', name: 'keycloak-admin' },
    data: { username: btoa('admin'), password: btoa(keycloak.admin.password) },
  });
  await isReady();
  const secret = await secretOf();
  assert.ok(secret);
  assert.equal(secretText(secret, 'clientId'), 'grafana');
  assert.equal(secretText(secret, 'issuer'), `${keycloak.url}/realms/slipway`);
  assert.equal(secret.metadata.labels?.app, 'grafana');
});

test('a person of a group signs in with what the secret says, and the token names groups and roles', {
  skip,
}, async () => {
  const secret = await secretOf();
  assert.ok(secret);
  await addPerson('ann', 'platform-admins');
  const claims = await signInByForm({
    issuer: secretText(secret, 'issuer'),
    clientId: secretText(secret, 'clientId'),
    clientSecret: secretText(secret, 'client-secret'),
    redirect: REDIRECT,
    scope: 'openid profile groups',
    username: 'ann',
    password: 'for-the-test',
  });
  assert.deepEqual(claims.groups, ['platform-admins']);
  assert.deepEqual(claims.roles, ['admin']);
  assert.equal(claims.preferred_username, 'ann');
});

test('its own client has few rights, and the administrator is not needed again', { skip }, async () => {
  const client = kube.client();
  const service = await client.get(Secret, { namespace: 'keycloak', name: 'keycloak-wiring' });
  assert.equal(secretText(service, 'clientId'), 'slipway-wiring');
  const [account] = await keycloak.manage<{ id: string }[]>(
    'GET',
    '/slipway/clients?clientId=slipway-wiring',
  );
  const user = await keycloak.manage<{ id: string }>(
    'GET',
    `/slipway/clients/${account?.id}/service-account-user`,
  );
  const { clientMappings } = await keycloak.manage<{
    clientMappings: Record<string, { mappings: { name: string }[] }>;
  }>('GET', `/slipway/users/${user.id}/role-mappings`);
  assert.deepEqual(clientMappings['realm-management']?.mappings.map(({ name }) => name).toSorted(), [
    'manage-clients',
    'manage-users',
  ]);
});

test('a secret that is deleted comes back the same; a changed one is put right', { skip }, async () => {
  const client = kube.client();
  const before = await secretOf();
  await client.delete(Secret, { namespace: 'dashboards', name: 'grafana-sign-in' });
  const again = await eventually('the secret again', WAIT_MS, secretOf);
  assert.deepEqual(again.data, before?.data);
  const body = { data: { 'client-secret': btoa('wrong') }, metadata: { labels: { app: null } } };
  await client.patch(Secret, { namespace: 'dashboards', name: 'grafana-sign-in' }, { type: 'merge', body });
  await eventually('the secret put right', WAIT_MS, async () => {
    const now = await secretOf();
    return (
      (now?.data?.['client-secret'] === before?.data?.['client-secret'] && now?.metadata.labels?.app) ||
      undefined
    );
  });
});

test('what somebody changes or deletes in Keycloak comes back, with the secret that the tool has', {
  skip,
}, async () => {
  const before = await secretOf();
  const found = await clientAtKeycloak('grafana');
  assert.ok(found);
  await keycloak.manage('PUT', `/slipway/clients/${found.id}`, {
    ...found,
    redirectUris: ['https://evil.example/*'],
  });
  await eventually('the redirects put right', WAIT_MS, async () => {
    const now = await clientAtKeycloak('grafana');
    return now?.redirectUris.join() === REDIRECT || undefined;
  });
  await keycloak.manage('DELETE', `/slipway/clients/${found.id}`);
  await eventually('the client again', WAIT_MS, async () => {
    const now = await clientAtKeycloak('grafana');
    return (now !== undefined && now.id !== found.id) || undefined;
  });
  await isReady();
  assert.deepEqual((await secretOf())?.data, before?.data);
});

test('roles that nobody wishes any more give nobody anything', { skip }, async () => {
  const client = kube.client();
  const body = { spec: { roles: { admin: ['operators'], viewer: null } } };
  await client.patch(OidcClient, DASHBOARDS, { type: 'merge', body });
  await eventually('the new roles', WAIT_MS, async () => {
    const found = await clientAtKeycloak('grafana');
    const roles = await keycloak.manage<{ name: string }[]>('GET', `/slipway/clients/${found?.id}/roles`);
    const groups = await keycloak
      .manage<{ name: string }[]>('GET', `/slipway/clients/${found?.id}/roles/admin/groups`)
      .catch(() => []);
    const seen = `${roles.map(({ name }) => name)} ${groups.map(({ name }) => name)}`;
    return seen === 'admin operators' || undefined;
  });
});

test('nobody takes over a client that is another’s', { skip }, async () => {
  const client = kube.client();
  const mine = { namespace: 'others', name: 'mine' };
  await client.create(OidcClient, asked({ secret: { name: 'stolen' } }, mine));
  const builtIn = { namespace: 'others', name: 'built-in' };
  await client.create(
    OidcClient,
    asked({ clientId: 'realm-management', secret: { name: 'stolen' } }, builtIn),
  );
  for (const [key, words] of [
    [mine, /OidcClient dashboards\/grafana asked for it first/],
    [builtIn, /the realm has one that is not this OidcClient's/],
  ] as const) {
    const ready = await eventually('a condition', WAIT_MS, () => readyOf(key));
    assert.equal(ready.reason, 'ClientTaken');
    assert.match(ready.message, words);
    await client.delete(OidcClient, key);
    await eventually('it is gone', WAIT_MS, async () => !(await client.find(OidcClient, key)) || undefined);
  }
  assert.equal(await client.find(Secret, { namespace: 'others', name: 'stolen' }), undefined);
  assert.ok(await clientAtKeycloak('realm-management'), 'what was not ours is still there');
});

test('a Keycloak that lost everything is filled anew; tools keep their secrets', { skip }, async () => {
  const before = await secretOf();
  await keycloak.manage('DELETE', '/slipway');
  await eventually('the client again', WAIT_MS, () => clientAtKeycloak('grafana').catch(() => undefined));
  await eventually('the secret is as before', WAIT_MS, async () => {
    const found = await clientAtKeycloak('grafana');
    const secret = await keycloak.manage<{ value: string }>(
      'GET',
      `/slipway/clients/${found?.id}/client-secret`,
    );
    return btoa(secret.value) === before?.data?.['client-secret'] || undefined;
  });
});

test('a client that is deleted takes what was made for it along', { skip }, async () => {
  const client = kube.client();
  await client.delete(OidcClient, DASHBOARDS);
  await eventually(
    'it is gone',
    WAIT_MS,
    async () => !(await client.find(OidcClient, DASHBOARDS)) || undefined,
  );
  assert.equal(await clientAtKeycloak('grafana'), undefined);
  assert.equal(await secretOf(), undefined);
});

if (!skip)
  oidcClientConformance('keycloak itself', () => ({
    client: kube.client(),
    namespace: 'others',
    clientAt: async clientId => {
      const found = await clientAtKeycloak(clientId);
      if (!found) return undefined;
      const { value } = await keycloak.manage<{ value?: string }>(
        'GET',
        `/slipway/clients/${found.id}/client-secret`,
      );
      return { redirects: found.redirectUris, ...(value ? { secret: value } : {}) };
    },
    lose: async clientId => {
      const found = await clientAtKeycloak(clientId);
      await keycloak.manage('DELETE', `/slipway/clients/${found?.id}`);
    },
  }));

test('while Keycloak is down the condition says so', { skip }, async () => {
  const client = kube.client();
  await keycloak.stop();
  await client.create(OidcClient, asked());
  const down = await eventually('a condition', WAIT_MS, () => readyOf());
  assert.equal(down.reason, 'NoAnswer');
});

async function clientAtKeycloak(clientId: string) {
  const path = `/slipway/clients?clientId=${clientId}`;
  const [found] = await keycloak.manage<{ id: string; redirectUris: string[] }[]>('GET', path);
  return found;
}

async function addPerson(username: string, group: string): Promise<void> {
  await keycloak.manage('POST', '/slipway/users', {
    username,
    enabled: true,
    email: `${username}@example.com`,
    firstName: username,
    lastName: 'Example',
    groups: [group],
    credentials: [{ type: 'password', value: 'for-the-test', temporary: false }],
  });
}
