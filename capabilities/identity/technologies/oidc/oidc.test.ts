// Clients of an issuer that somebody else runs: registered where it lets us, else given; against a real issuer.
import assert from 'node:assert/strict';
import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
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
import Provider from 'oidc-provider';
import { oidcClients } from '../../oidc-client/reconcile.ts';
import { oidcIssuer } from './wiring.ts';

const RESYNC_MS = 300;
const CREDENTIALS = { namespace: 'slipway-system', name: 'issuer' };
let kube: Kube;
let server: Server;
let provider: Provider;
let issuer: string;

const asked = (name: string, spec: Partial<OidcClient['spec']> = {}): OidcClient => ({
  apiVersion: 'identity.slipway.dev/v1alpha1',
  kind: 'OidcClient',
  metadata: { namespace: 'default', name },
  spec: { clientId: name, redirects: [`https://${name}.acme.example/callback`], secret: { name }, ...spec },
});
const secretOf = async (name: string) => {
  const secret = await kube.client().find(Secret, { namespace: 'default', name });
  const entries = Object.entries(secret?.data ?? {}).map(([key, value]) => [key, atob(value)]);
  return secret && (Object.fromEntries(entries) as Record<string, string>);
};
const stateOf = async (name: string) => {
  const { status } = await kube.client().get(OidcClient, { namespace: 'default', name });
  return { ...status, ready: status?.conditions?.[0] };
};

async function until<T>(what: string, look: () => Promise<T | undefined | false>): Promise<T> {
  for (let turn = 0; turn < 500; turn++) {
    const seen = await look();
    if (seen) return seen;
    await new Promise(resolve => setTimeout(resolve, 20));
  }
  throw new Error(`not seen: ${what}`);
}

before(async () => {
  server = createServer((request, response) => provider.callback()(request, response));
  await new Promise<void>(resolve => server.listen(0, '127.0.0.1', resolve));
  issuer = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
  provider = new Provider(issuer, {
    features: {
      registration: {
        enabled: true,
        initialAccessToken: 'initial',
        // An issuer that lets those who register choose the id; `elsewhere` it chooses itself.
        idFactory: context => {
          const { client_id: id } = (context.oidc.body ?? {}) as { client_id?: string };
          return id === undefined || id === 'elsewhere' ? 'its-own' : id;
        },
      },
      registrationManagement: { enabled: true },
    },
  });
  kube = await startKube();
  const client = kube.client();
  await client.create(CustomResourceDefinition, oidcClientDefinition);
  await client.create(Namespace, {
    apiVersion: 'v1',
    kind: 'Namespace',
    metadata: { name: 'slipway-system' },
  });
  const existing = { address: issuer, credentials: CREDENTIALS };
  const settings = { platform: 'acme', parameters: {}, namespace: 'slipway-system', isInside: false };
  const url = (host: string) => `https://${host}.acme.example`;
  kube.runtime.add(
    [oidcClients(oidcIssuer({ ...settings, url, existing, http: httpRequest }), RESYNC_MS)],
    client,
  );
  await kube.runtime.start();
});
after(async () => {
  await kube?.stop();
  server?.closeAllConnections();
  server?.close();
});

test('a client that nobody made is asked for by name, and taken when its secret is written down', async () => {
  const client = kube.client();
  await client.create(OidcClient, asked('grafana'));
  const { ready } = await until('a condition', async () => {
    const state = await stateOf('grafana');
    return state.ready && state;
  });
  assert.equal(ready?.reason, 'ClientNotGiven');
  assert.match(
    ready?.message ?? '',
    /make it at the issuer with the redirects https:\/\/grafana.*secret slipway-system\/issuer as grafana/,
  );
  const data = { grafana: btoa('by hand') };
  await client.create(Secret, { apiVersion: 'v1', kind: 'Secret', metadata: CREDENTIALS, data });
  const secret = await until('the secret', () => secretOf('grafana'));
  assert.deepEqual(secret, { clientId: 'grafana', clientSecret: 'by hand', issuer });
  await until('the origin', async () => (await stateOf('grafana')).origin === 'given');
});

test('with an initial access token clients are registered, kept true, and ended', async () => {
  const client = kube.client();
  const data = { registrationToken: btoa('initial') };
  await client.patch(Secret, CREDENTIALS, { type: 'merge', body: { data } });
  await client.create(OidcClient, asked('harbor'));
  const secret = await until('the secret', () => secretOf('harbor'));
  const known = await provider.Client.find('harbor');
  assert.equal(known?.clientSecret, secret.clientSecret);
  assert.deepEqual(known?.redirectUris, ['https://harbor.acme.example/callback']);

  const redirects = ['https://registry.acme.example/callback'];
  await client.patch(
    OidcClient,
    { namespace: 'default', name: 'harbor' },
    { type: 'merge', body: { spec: { redirects } } },
  );
  await until('the new redirects', async () =>
    (await provider.Client.find('harbor'))?.redirectUris?.includes(redirects[0] ?? ''),
  );
  await client.delete(OidcClient, { namespace: 'default', name: 'harbor' });
  await until(
    'it is gone',
    async () => !(await client.find(OidcClient, { namespace: 'default', name: 'harbor' })),
  );
  assert.equal(await provider.Client.find('harbor'), undefined);
  assert.equal(await secretOf('harbor'), undefined);
  assert.equal(await secretOf('harbor-registration'), undefined);
});

test('an issuer that chooses ids itself is refused, and what it made is taken back', async () => {
  await kube.client().create(OidcClient, asked('elsewhere'));
  const { ready } = await until('a condition', async () => {
    const state = await stateOf('elsewhere');
    return state.ready && state;
  });
  assert.equal(ready?.reason, 'RegistrationRefused');
  assert.match(ready?.message ?? '', /chooses clients’ ids itself.*make client "elsewhere" by hand/);
  await until('it is taken back', async () => (await provider.Client.find('its-own')) === undefined);
});
