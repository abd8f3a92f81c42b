import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import { silentLog, systemClock } from '@slipway/api';
import type { Client } from '@slipway/client';
import { loadKubeconfig, type NodeTransportOptions } from '@slipway/client/node';
import { ConfigMap, Namespace, Secret } from '@slipway/kinds';
import { type Kube, startKube } from '@slipway/kube';
import { selfSigned, testAuthority } from '../../../../../test/self-signed.ts';
import { openSettings } from '../settings/settings.ts';
import { type Clusters, openClusters } from './clusters.ts';

/** Names a kubeconfig of a real API server: the same tests then deliver there. */
const REAL = process.env.SLIPWAY_TEST_KUBECONFIG;

interface Remote {
  url: string;
  token: string;
  ca: string;
  clientCertificate?: { cert: string; key: string };
}

let own: Kube;
let remoteKube: Kube | undefined;
let remote: Remote;
let client: Client;
let clusters: Clusters;
const abort = new AbortController();

before(async () => {
  own = await startKube({ controllers: false });
  client = own.client();
  await client.create(Namespace, { apiVersion: 'v1', kind: 'Namespace', metadata: { name: 'argocd' } });
  remote = REAL ? await realRemote(REAL) : await ownRemote();
  const ports = { client, clock: systemClock, log: silentLog, signal: abort.signal };
  const settings = openSettings(ports);
  await settings.synced;
  clusters = openClusters({ ...ports, settings });
});
after(async () => {
  abort.abort(new Error('the test ends'));
  await remoteKube?.stop();
  await own.stop();
});

/** A second API server of ours, with a certificate that only its own CA vouches for. */
async function ownRemote(): Promise<Remote> {
  const authority = await testAuthority('clients');
  const { cert, key } = await selfSigned({ names: ['remote.test'], addresses: ['127.0.0.1'] });
  remoteKube = await startKube({ controllers: false, listen: { cert, key, clientCa: authority.cert } });
  const kubeconfig = JSON.parse(remoteKube.kubeconfig()) as { users: { user: { token: string } }[] };
  const clientCertificate = await selfSigned({
    names: [],
    ca: authority,
    clientName: 'deployer',
    organizations: ['system:masters'],
  });
  return { url: remoteKube.url, token: kubeconfig.users[0]?.user.token ?? '', ca: cert, clientCertificate };
}

async function realRemote(path: string): Promise<Remote> {
  const { url, token, ca = '', cert, key } = (await loadKubeconfig(path)) as NodeTransportOptions;
  return {
    url,
    token: typeof token === 'string' ? token : '',
    ca,
    ...(cert && key ? { clientCertificate: { cert, key } } : {}),
  };
}

const base64 = (text: string) => Buffer.from(text).toString('base64');

async function register(name: string, config: object, more: Record<string, string> = {}): Promise<void> {
  await client.apply(
    Secret,
    {
      apiVersion: 'v1',
      kind: 'Secret',
      metadata: { name, namespace: 'argocd', labels: { 'argocd.argoproj.io/secret-type': 'cluster' } },
      stringData: { name, server: remote.url, config: JSON.stringify(config), ...more },
    },
    { fieldManager: 'test', force: true },
  );
  await eventually(() => clusters.list().some(cluster => cluster.name === name));
}

async function forget(name: string): Promise<void> {
  await client.delete(Secret, { namespace: 'argocd', name });
  await eventually(() => !clusters.list().some(cluster => cluster.name === name));
}

async function eventually(holds: () => boolean): Promise<void> {
  const end = performance.now() + 10_000;
  while (!holds()) {
    if (performance.now() > end) throw new Error(`never so: ${holds}`);
    await new Promise(resolve => setTimeout(resolve, 5));
  }
}

const credentials = (): [how: string, config: object][] => {
  const { token, ca, clientCertificate } = remote;
  const tls = { caData: base64(ca) };
  const all: [string, object][] = [];
  if (token) all.push(['a token', { bearerToken: token, tlsClientConfig: tls }]);
  if (token)
    all.push(['an unchecked certificate', { bearerToken: token, tlsClientConfig: { insecure: true } }]);
  if (clientCertificate) {
    const { cert, key } = clientCertificate;
    const both = { ...tls, certData: base64(cert), keyData: base64(key) };
    all.push(['a client certificate', { tlsClientConfig: both }]);
  }
  return all;
};

test('clientFor() reaches another API server by each kind of credentials', async () => {
  for (const [how, config] of credentials()) {
    await register('remote', config);
    const { client: there, capabilities } = clusters.clientFor({ name: 'remote' });
    const key = { namespace: 'default', name: 'slipway-clusters-test' };
    await there.create(ConfigMap, { apiVersion: 'v1', kind: 'ConfigMap', metadata: key, data: { how } });
    assert.equal((await there.get(ConfigMap, key)).data?.how, how);
    assert.equal(await client.find(ConfigMap, key), undefined, 'the platform itself has none of it');
    await there.delete(ConfigMap, key);
    const { kubeVersion, apiVersions } = await capabilities();
    assert.match(kubeVersion, /^v1\.\d+/, how);
    for (const each of [
      'v1',
      'v1/ConfigMap',
      'apps/v1',
      'apps/v1/Deployment',
      'policy/v1/PodDisruptionBudget',
    ])
      assert.ok(apiVersions.includes(each), each);
    await forget('remote');
  }
});

test('clientFor() keeps one client until the Secret says something else, and ends its watches then', async () => {
  const [first] = credentials();
  const config = first?.[1] ?? {};
  await register('watched', config);
  const reached = clusters.clientFor({ server: remote.url });
  assert.equal(clusters.clientFor({ name: 'watched' }), reached);
  const watching = (async () => {
    const options = { namespace: 'default', signal: reached.signal };
    for await (const _event of reached.client.watch(ConfigMap, options));
  })().catch(() => {});
  await register('watched', config, { namespaces: 'web' });
  await eventually(() => reached.signal.aborted);
  await watching;
  const again = clusters.clientFor({ name: 'watched' });
  assert.notEqual(again, reached);
  assert.deepEqual(again.cluster.namespaces, ['web']);
  await forget('watched');
  assert.ok(again.signal.aborted);
  assert.throws(
    () => clusters.clientFor({ name: 'watched' }),
    /there are no clusters with this name: watched/,
  );
});

test('clientFor() of the platform itself is its own client', () => {
  assert.equal(clusters.clientFor({ name: 'in-cluster' }).client, client);
});

const strangers: [why: string, config: (remote: Remote) => object, message: RegExp][] = [
  ['a certificate that nobody vouches for', ({ token }) => ({ bearerToken: token }), /certificate/],
  [
    'a wrong token',
    ({ ca }) => ({ bearerToken: 'wrong', tlsClientConfig: { caData: base64(ca) } }),
    /Unauthorized/,
  ],
  ['a program', () => ({ execProviderConfig: { command: 'x' } }), /execProviderConfig is not supported/],
];
for (const [index, [why, config, message]] of strangers.entries()) {
  test(`connection() tells of ${why}`, async () => {
    const name = `stranger-${index}`;
    await register(name, config(remote));
    const state = await clusters.connection(remote.url);
    assert.equal(state.status, 'Failed');
    assert.match(state.message, message);
    await forget(name);
  });
}

test('connection() tells the version of a server that answers', async () => {
  await register('good', credentials()[0]?.[1] ?? {});
  const { status, serverVersion } = await clusters.connection(remote.url);
  assert.equal(status, 'Successful');
  assert.match(serverVersion ?? '', /^v1\./);
  await forget('good');
});

test('clientFor() refuses credentials for the platform itself', async () => {
  await register('self', { bearerToken: 'x' }, { server: 'https://kubernetes.default.svc' });
  assert.throws(() => clusters.clientFor({ name: 'self' }), /it acts as itself there/);
  await forget('self');
});
