// The portal against a cluster's API by network, with the account and ports that it has in a pod.
import assert from 'node:assert/strict';
import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, before, test } from 'node:test';
import { systemClock, systemRandom } from '@slipway/api';
import { applyObjects, besideAccounts, parseDefinition, select } from '@slipway/definition';
import { CustomResourceDefinition, Template } from '@slipway/kinds';
import { type Kube, startKube } from '@slipway/kube';
import { folderAt, loudLog, poolHere } from '../../../../test/engine-bed.ts';
import { ask } from '../../../../test/plain-process.ts';
import { selfSigned } from '../../../../test/self-signed.ts';
import { addressesOf } from '../addresses.ts';
import { clusterObjects } from '../own-kinds.ts';
import { catalogue } from '../technologies.ts';
import { clusterPorts } from './cluster-ports.ts';
import { type ClusterAccess, connectCluster } from './connect-cluster.ts';
import { PORTAL, type ServedPortal, servePortal } from './serve-portal.ts';

const DEFINITION = `apiVersion: slipway.dev/v1alpha1
kind: Platform
metadata: { name: acme }
spec:
  blueprint: minimal
  domain: acme.example
  target: { kubernetes: {} }
  capabilities:
    identity: keycloak
    code-repositories: gitea
    config-repositories: gitea
    workflow-orchestration: argo-workflows
    developer-portal:
      technology: slipway-portal
      parameters: { image: 'registry.acme.example/slipway@sha256:${'0'.repeat(64)}' }
`;

let kube: Kube;
let folder: string;
let access: ClusterAccess;
let portal: ServedPortal;
let url: string;

before(async () => {
  folder = await mkdtemp(join(tmpdir(), 'slipway-serve-portal-'));
  kube = await startKube({ listen: await selfSigned({ names: ['localhost'], addresses: ['127.0.0.1'] }) });
  const selection = select(parseDefinition(DEFINITION, 'platform.yaml'), catalogue());
  const client = kube.client();
  for (const object of await clusterObjects(selection))
    if (object.kind === 'CustomResourceDefinition')
      await client.create(CustomResourceDefinition, object as unknown as CustomResourceDefinition);
  const namespace = { apiVersion: 'v1', kind: 'Namespace', metadata: { name: 'slipway-system' } };
  await applyObjects(client, [namespace, ...besideAccounts(selection)]);
  await writeFile(join(folder, 'kubeconfig'), kube.kubeconfig(), { mode: 0o600 });
  access = await connectCluster({ kubeconfig: join(folder, 'kubeconfig') });
  const addresses = addressesOf({ port: 443, httpPort: 80, apiPort: 443 }, selection);
  const keys = { derive: async () => new Uint8Array(32) } as never;
  const common = { clock: systemClock, random: systemRandom, log: loudLog, pool: poolHere, keys };
  const portsOf = clusterPorts({ ...common, access, data: folderAt(folder), addresses, isInside: false });
  await writeClient(join(folder, 'sign-in'));
  const listen = { host: '127.0.0.1', port: 0 };
  const signIn = join(folder, 'sign-in');
  portal = await servePortal({ selection, addresses, listen, signIn, ports: await portsOf(PORTAL) });
  url = `http://127.0.0.1:${portal.port}`;
});
after(async () => {
  await portal?.close();
  access?.close();
  await kube?.stop();
  await rm(folder, { recursive: true, force: true });
});

test('pages lead to the sign-in at the issuer, as the portal’s own client', async () => {
  const page = await ask(`${url}/`, { headers: { accept: 'text/html' } });
  assert.equal(page.headers.location, '/auth/login?to=%2F');
  const login = await ask(`${url}/auth/login?to=%2F`);
  const to = new URL(String(login.headers.location));
  assert.equal(
    `${to.origin}${to.pathname}`,
    'https://id.example/realms/slipway/protocol/openid-connect/auth',
  );
  assert.equal(to.searchParams.get('client_id'), 'slipway-portal');
  assert.equal(to.searchParams.get('redirect_uri'), 'https://acme.example/auth/callback');
});

test('APIs take nobody without a session', async () => {
  for (const path of ['/k8s/api/v1/nodes', '/api/catalog/entities'])
    assert.equal((await ask(`${url}${path}`)).status, 401, path);
});

test('the portal’s account may do what its engine does at the start', async () => {
  const { items } = await kube.client().list(Template);
  assert.ok(items.length > 0, 'the shipped templates are there');
});

async function writeClient(path: string): Promise<void> {
  const issuer = 'https://id.example/realms/slipway';
  await mkdir(path);
  const files = { clientId: 'slipway-portal', clientSecret: 'for-the-test', issuer };
  for (const [name, text] of Object.entries(files)) await writeFile(join(path, name), text);
}
