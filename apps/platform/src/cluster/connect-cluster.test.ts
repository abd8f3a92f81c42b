// A pod's way to the API: its ServiceAccount's files, whose token is replaced while it runs.
import assert from 'node:assert/strict';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, before, test } from 'node:test';
import { askWho } from '@slipway/client';
import { ServiceAccount, type TokenRequest } from '@slipway/kinds';
import { type Kube, startKube } from '@slipway/kube';
import { selfSigned } from '../../../../test/self-signed.ts';
import { connectCluster } from './connect-cluster.ts';

let kube: Kube;
let folder: string;

before(async () => {
  folder = await mkdtemp(join(tmpdir(), 'slipway-account-'));
  const tls = await selfSigned({ names: ['localhost'], addresses: ['127.0.0.1'] });
  kube = await startKube({ listen: tls });
  await writeFile(join(folder, 'ca.crt'), tls.cert);
});
after(async () => {
  await kube?.stop();
  await rm(folder, { recursive: true, force: true });
});

async function tokenOf(name: string): Promise<string> {
  const client = kube.client();
  const metadata = { namespace: 'default', name };
  await client.create(ServiceAccount, { apiVersion: 'v1', kind: 'ServiceAccount', metadata });
  const request: TokenRequest = {
    apiVersion: 'authentication.k8s.io/v1',
    kind: 'TokenRequest',
    metadata: { namespace: 'default' },
    spec: {},
  };
  const made = await client.create(ServiceAccount as never, request as never, { subresource: 'token', name });
  return (made as unknown as TokenRequest).status?.token ?? '';
}

test('a pod acts as its ServiceAccount, by the token that its file has now', async t => {
  const { hostname: host, port } = new URL(kube.url);
  await writeFile(join(folder, 'token'), await tokenOf('one'));
  const access = await connectCluster({ accountFolder: folder, apiAddress: { host, port } });
  t.after(() => access.close());
  assert.equal((await askWho(access.client)).username, 'system:serviceaccount:default:one');
  await writeFile(join(folder, 'token'), await tokenOf('two'));
  assert.equal((await askWho(access.client)).username, 'system:serviceaccount:default:two');
  const third = await tokenOf('three');
  assert.equal(
    (await askWho(access.clientWith(async () => third))).username,
    'system:serviceaccount:default:three',
  );
});

test('without kubeconfig and account it says what is missing', async () => {
  const nowhere = connectCluster({ accountFolder: join(folder, 'nothing') });
  await assert.rejects(nowhere, { code: 'ClusterUnknown', message: /give --kubeconfig, or run in a pod/ });
});
