// The real External Secrets against the real Kubernetes: what a provider holds becomes a Secret, and becomes it again.
import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import { Secret } from '@slipway/kinds';
import { secretsConformance } from '@slipway/secrets/conformance';
import { externalSecrets } from '@slipway/secrets/technologies/external-secrets';
import { eventually } from '../platform-process.ts';
import { noRealCluster, type RealCluster, realCluster } from '../real-cluster.ts';
import { noTools } from '../tools/cache.ts';
import { applyObjects, type Controller } from '../tools/controller.ts';
import { startExternalSecrets } from '../tools/external-secrets.ts';
import { installable, settingsOf } from '../upstream-settings.ts';

const skip = noRealCluster() || noTools('external-secrets');
const TIMEOUT_MS = 40_000;
const namespace = 'default';
let cluster: RealCluster | undefined;
let controller: Controller | undefined;

before(async () => {
  if (skip) return;
  cluster = await realCluster();
  if (cluster) controller = await startExternalSecrets(cluster);
});
after(async () => {
  await controller?.stop();
  await cluster?.stop();
});

function externalSecret(name: string, store: string, remoteRef: object): object {
  return {
    apiVersion: 'external-secrets.io/v1',
    kind: 'ExternalSecret',
    metadata: { name, namespace },
    spec: {
      refreshInterval: '10s',
      secretStoreRef: { name: store, kind: 'SecretStore' },
      target: { name },
      data: [{ secretKey: 'password', remoteRef }],
    },
  };
}

function store(name: string, provider: object): object {
  const kind = 'SecretStore';
  return { apiVersion: 'external-secrets.io/v1', kind, metadata: { name, namespace }, spec: { provider } };
}

/** The password in a Secret once it is there and is not `before`. */
async function password(name: string, before?: string): Promise<string> {
  assert.ok(cluster);
  const client = cluster.client();
  return eventually(`Secret ${name}`, TIMEOUT_MS, async () => {
    const { data } = await client.get(Secret, { namespace, name });
    const found = Buffer.from(data?.password ?? '', 'base64').toString();
    return found && found !== before ? found : undefined;
  });
}

test('a value of the provider fake is delivered', { skip }, async () => {
  assert.ok(cluster);
  const data = [{ key: 'database', value: 'from-fake', version: 'v1' }];
  const remote = { key: 'database', version: 'v1' };
  await applyObjects(cluster, store('fake', { fake: { data } }), externalSecret('one', 'fake', remote));
  assert.equal(await password('one'), 'from-fake');
});

test('a Secret of another namespace is delivered, follows it, and comes back when deleted', {
  skip,
}, async () => {
  assert.ok(cluster);
  const { url, ca, token } = cluster;
  const vault = { name: 'database', namespace: 'vault' };
  const held = (text: string) => ({
    apiVersion: 'v1',
    kind: 'Secret',
    metadata: vault,
    stringData: { password: text },
  });
  const kubernetes = {
    remoteNamespace: 'vault',
    server: { url, caBundle: Buffer.from(ca).toString('base64') },
    auth: { token: { bearerToken: { name: 'token', key: 'token' } } },
  };
  await applyObjects(
    cluster,
    { apiVersion: 'v1', kind: 'Namespace', metadata: { name: 'vault' } },
    { apiVersion: 'v1', kind: 'Secret', metadata: { name: 'token', namespace }, stringData: { token } },
  );
  await applyObjects(
    cluster,
    held('first'),
    store('cluster', { kubernetes }),
    externalSecret('two', 'cluster', { key: 'database', property: 'password' }),
  );
  assert.equal(await password('two'), 'first');
  await applyObjects(cluster, held('second'));
  assert.equal(await password('two', 'first'), 'second');
  await cluster.client().delete(Secret, { namespace, name: 'two' });
  assert.equal(await password('two'), 'second');
});

secretsConformance('external-secrets', () => {
  if (skip || !cluster) return { missing: skip || 'no cluster' };
  const own = cluster;
  const [technology] = installable([externalSecrets]);
  const wisher = { component: 'shop', namespace };
  return {
    client: own.client(),
    namespace,
    grant: async wish => {
      const settings = settingsOf(externalSecrets);
      const granted = technology?.upstream.grants?.secret?.(wish, wisher, settings);
      await applyObjects(own, ...(granted?.objects ?? []));
    },
  };
});
