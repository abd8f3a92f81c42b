// Real tools wired into one platform: cert-manager's certificate makes Keycloak's https, our OidcClient makes Gitea's
// client there, External Secrets brings its secret to Gitea, ann signs in to Gitea through Keycloak, her repository
// becomes Flux's artifact, and Prometheus counts it.
import assert from 'node:assert/strict';
import { mkdir, mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, before, test } from 'node:test';
import { silentLog, systemClock, systemRandom } from '@slipway/api';
import { httpRequest } from '@slipway/definition';
import { CustomResourceDefinition, OidcClient, oidcClientDefinition, Secret } from '@slipway/kinds';
import { createRuntime } from '@slipway/runtime';
import { oidcClients } from '../../capabilities/identity/oidc-client/reconcile.ts';
import { keycloakIssuer } from '../../capabilities/identity/technologies/keycloak/wiring.ts';
import { freePorts } from '../plain-process.ts';
import { eventually } from '../platform-process.ts';
import { noRealCluster, type RealCluster, realCluster } from '../real-cluster.ts';
import { noTools } from '../tools/cache.ts';
import { startCertManager } from '../tools/cert-manager.ts';
import { applyObjects, isReady, readObject } from '../tools/controller.ts';
import { startExternalSecrets } from '../tools/external-secrets.ts';
import { type Gitea, startGitea } from '../tools/gitea.ts';
import { type Keycloak, startKeycloak } from '../tools/keycloak.ts';
import { startPrometheus } from '../tools/prometheus.ts';
import { startSourceController } from '../tools/source-controller.ts';
import { visitor } from '../tools/visitor.ts';

const skip =
  noRealCluster() ||
  noTools('keycloak', 'gitea', 'external-secrets', 'source-controller', 'cert-manager', 'prometheus');
const TIMEOUT_MS = 60_000;
const REALM = 'slipway';
const SIGN_IN = { namespace: 'identity', name: 'gitea-client' };
const started: { stop(): Promise<void> }[] = [];
let folder: string;
let cluster: RealCluster | undefined;
let keycloak: Keycloak | undefined;
let gitea: Gitea | undefined;
let giteaPort = 0;

before(async () => {
  folder = await mkdtemp(join(tmpdir(), 'slipway-chain-'));
  for (const name of ['keycloak', 'gitea']) await mkdir(join(folder, name));
  if (skip) return;
  cluster = keep(await realCluster());
  const tools = [startCertManager(cluster), startExternalSecrets(cluster), startSourceController(cluster)];
  for (const tool of await Promise.all(tools)) keep(tool);
  await applyObjects(
    cluster,
    ...['cert-manager', 'identity', 'source'].map(name => ({
      apiVersion: 'v1',
      kind: 'Namespace',
      metadata: { name },
    })),
  );
});
after(async () => {
  for (const each of started.reverse()) await each.stop();
  await rm(folder, { recursive: true, force: true });
});

function keep<T extends { stop(): Promise<void> }>(one: T | undefined): T {
  assert.ok(one);
  started.push(one);
  return one;
}

function here(): RealCluster {
  assert.ok(cluster);
  return cluster;
}

function object(apiVersion: string, kind: string, namespace: string, name: string, spec: object): object {
  return { apiVersion, kind, metadata: { namespace, name }, spec };
}

function secret(namespace: string, name: string, stringData: object): object {
  return { apiVersion: 'v1', kind: 'Secret', metadata: { namespace, name }, stringData };
}

async function dataOf(namespace: string, name: string): Promise<Record<string, string>> {
  const { data = {} } = await eventually(`Secret ${namespace}/${name}`, TIMEOUT_MS, () =>
    here().client().get(Secret, { namespace, name }),
  );
  return Object.fromEntries(
    Object.entries(data).map(([key, value]) => [key, Buffer.from(value, 'base64').toString()]),
  );
}

test('Keycloak serves the certificate that cert-manager issued', { skip }, async () => {
  const v1 = 'cert-manager.io/v1';
  const issuerRef = (name: string) => ({ name, kind: 'Issuer' });
  const privateKey = { algorithm: 'ECDSA', size: 256, encoding: 'PKCS8' };
  await applyObjects(
    here(),
    object(v1, 'Issuer', 'identity', 'itself', { selfSigned: {} }),
    object(v1, 'Certificate', 'identity', 'ca', {
      isCA: true,
      commonName: 'the platform',
      secretName: 'ca',
      privateKey,
      issuerRef: issuerRef('itself'),
    }),
    object(v1, 'Issuer', 'identity', 'platform', { ca: { secretName: 'ca' } }),
    object(v1, 'Certificate', 'identity', 'keycloak', {
      dnsNames: ['localhost'],
      secretName: 'keycloak-tls',
      privateKey,
      issuerRef: issuerRef('platform'),
    }),
  );
  await eventually('issued', TIMEOUT_MS, () => isReady(here(), 'certificate', 'keycloak', 'identity'));
  const tls = await dataOf('identity', 'keycloak-tls');
  keycloak = keep(
    await startKeycloak({
      folder: join(folder, 'keycloak'),
      host: 'localhost',
      tls: { cert: tls['tls.crt'] ?? '', key: tls['tls.key'] ?? '' },
    }),
  );
  assert.match(keycloak.url, /^https:/);
});

test('an OidcClient makes Gitea’s client in Keycloak and writes its Secret', { skip }, async () => {
  assert.ok(keycloak);
  const { url, admin } = keycloak;
  const client = here().client();
  const ca = (await dataOf('identity', 'keycloak-tls'))['ca.crt'] ?? '';
  const issuer = keycloakIssuer({
    platform: 'acme',
    parameters: { realm: REALM },
    namespace: 'identity',
    isInside: false,
    url: host => `https://${host}.acme.example`,
    address: url,
    http: asked => httpRequest({ ...asked, ca }),
  });
  await client.create(CustomResourceDefinition, oidcClientDefinition);
  await here().kubectl(['wait', '--for=condition=Established', `crd/${oidcClientDefinition.metadata.name}`]);
  const runtime = createRuntime({ client, clock: systemClock, random: systemRandom, log: silentLog });
  started.push(runtime);
  runtime.add([oidcClients(issuer)]);
  await runtime.start();
  await applyObjects(here(), secret('identity', 'keycloak-admin', admin));
  giteaPort = (await freePorts(1))[0] ?? 0;
  await client.create(OidcClient, {
    apiVersion: 'identity.slipway.dev/v1alpha1',
    kind: 'OidcClient',
    metadata: SIGN_IN,
    spec: {
      clientId: 'gitea',
      redirects: [`http://127.0.0.1:${giteaPort}/user/oauth2/keycloak/callback`],
      secret: { name: SIGN_IN.name },
    },
  });
  const { clientId, issuer: at } = await dataOf('identity', SIGN_IN.name);
  assert.deepEqual({ clientId, at }, { clientId: 'gitea', at: `${url}/realms/${REALM}` });
});

test('External Secrets brings the client’s secret to where Gitea runs', { skip }, async () => {
  const v1 = 'external-secrets.io/v1';
  const { url, ca, token } = here();
  const kubernetes = {
    remoteNamespace: 'identity',
    server: { url, caBundle: Buffer.from(ca).toString('base64') },
    auth: { token: { bearerToken: { name: 'token', key: 'token' } } },
  };
  await applyObjects(
    here(),
    secret('source', 'token', { token }),
    object(v1, 'SecretStore', 'source', 'identity', { provider: { kubernetes } }),
    object(v1, 'ExternalSecret', 'source', 'sign-in', {
      secretStoreRef: { name: 'identity', kind: 'SecretStore' },
      target: { name: 'sign-in' },
      data: [
        { secretKey: 'clientSecret', remoteRef: { key: SIGN_IN.name, property: 'clientSecret' } },
        { secretKey: 'ca', remoteRef: { key: 'keycloak-tls', property: 'ca.crt' } },
      ],
    }),
  );
  const [sent, arrived] = [await dataOf('identity', SIGN_IN.name), await dataOf('source', 'sign-in')];
  assert.ok(sent.clientSecret);
  assert.equal(arrived.clientSecret, sent.clientSecret);
});

test('ann signs in to Gitea through Keycloak', { skip }, async () => {
  assert.ok(keycloak);
  await keycloak.manage('POST', `/${REALM}/users`, {
    username: 'ann',
    enabled: true,
    email: 'ann@example.com',
    emailVerified: true,
    firstName: 'Ann',
    lastName: 'Example',
    credentials: [{ type: 'password', value: 'known-to-ann', temporary: false }],
  });
  const { clientSecret = '', ca = '' } = await dataOf('source', 'sign-in');
  gitea = keep(
    await startGitea({
      folder: join(folder, 'gitea'),
      port: giteaPort,
      trust: ca,
      signIn: [
        {
          name: 'keycloak',
          clientId: 'gitea',
          clientSecret,
          discoveryUrl: `${keycloak.url}/realms/${REALM}/.well-known/openid-configuration`,
        },
      ],
    }),
  );
  const ann = visitor();
  const form = await ann.open(`${gitea.url}/user/oauth2/keycloak`);
  assert.ok(form.url.startsWith(`${keycloak.url}/realms/${REALM}/`), form.url);
  const refused = await ann.submit(form, { username: 'ann', password: 'a guess' });
  assert.ok(refused.url.startsWith(keycloak.url), refused.url);
  const home = await ann.submit(refused, { username: 'ann', password: 'known-to-ann' });
  assert.ok(home.url.startsWith(gitea.url), home.url);
  const settings = await ann.open(`${gitea.url}/user/settings/account`);
  assert.deepEqual([settings.status, settings.body.includes('ann@example.com')], [200, true]);
  const user = await gitea.api<{ login: string; email: string; source_id: number }>('GET', '/users/ann');
  assert.deepEqual([user.login, user.source_id], ['ann', 1]);
});

test('ann’s repository becomes Flux’s artifact', { skip }, async () => {
  assert.ok(gitea);
  const { username, password } = gitea.admin;
  await gitea.api('POST', '/admin/users/ann/repos', { name: 'shop', private: true, auto_init: true });
  await applyObjects(
    here(),
    secret('source', 'gitea', { username, password }),
    object('source.toolkit.fluxcd.io/v1', 'GitRepository', 'source', 'shop', {
      interval: '1m',
      url: `${gitea.url}/ann/shop.git`,
      ref: { branch: 'main' },
      secretRef: { name: 'gitea' },
    }),
  );
  await eventually('synced', TIMEOUT_MS, () => isReady(here(), 'gitrepository', 'shop', 'source'));
  const { status } = await readObject<{ status: { artifact: { revision: string } } }>(
    here(),
    'gitrepository',
    'shop',
    'source',
  );
  const branch = await gitea.api<{ commit: { id: string } }>('GET', '/repos/ann/shop/branches/main');
  assert.equal(status.artifact.revision, `main@sha1:${branch.commit.id}`);
});

test('Prometheus counts what Gitea holds', { skip }, async () => {
  assert.ok(gitea);
  const targets = [new URL(gitea.url).host];
  const configuration = {
    scrape_configs: [{ job_name: 'gitea', scrape_interval: '1s', static_configs: [{ targets }] }],
  };
  const prometheus = keep(await startPrometheus(folder, configuration));
  const [found] = await eventually('scraped', TIMEOUT_MS, async () => {
    const samples = await prometheus.query('gitea_repositories');
    return samples.length > 0 ? samples : undefined;
  });
  assert.equal(found?.value, 1);
});
