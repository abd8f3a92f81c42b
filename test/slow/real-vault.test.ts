// The real Vault with the real External Secrets: a workload's own token opens Vault, and what lies there is delivered.
import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import { Secret } from '@slipway/kinds';
import { eventually } from '../platform-process.ts';
import { noRealCluster, type RealCluster, realCluster } from '../real-cluster.ts';
import { noTools } from '../tools/cache.ts';
import { applyObjects } from '../tools/controller.ts';
import { startExternalSecrets } from '../tools/external-secrets.ts';
import { startVault, type Vault } from '../tools/vault.ts';

const skip = noRealCluster() || noTools('vault', 'external-secrets');
const TIMEOUT_MS = 40_000;
const namespace = 'shop';
const started: { stop(): Promise<void> }[] = [];
let cluster: RealCluster | undefined;
let vault: Vault | undefined;

before(async () => {
  if (skip) return;
  cluster = await realCluster();
  assert.ok(cluster);
  started.push(cluster);
  vault = await startVault(cluster.folder);
  const controller = await startExternalSecrets(cluster);
  assert.ok(vault && controller);
  started.push(vault, controller);
});
after(async () => {
  for (const each of started.reverse()) await each.stop();
});

test('a ServiceAccount’s token opens Vault, and its secret is delivered and follows', { skip }, async () => {
  assert.ok(cluster && vault);
  const { api } = vault;
  await api('POST', '/sys/mounts/secret', { type: 'kv', options: { version: '2' } });
  await api('POST', '/secret/data/database', { data: { password: 'first' } });
  await api('PUT', '/sys/policies/acl/shop', {
    policy: 'path "secret/data/database" { capabilities = ["read"] }',
  });
  await api('POST', '/sys/auth/kubernetes', { type: 'kubernetes' });
  await api('POST', '/auth/kubernetes/config', {
    kubernetes_host: cluster.url,
    kubernetes_ca_cert: cluster.ca,
    token_reviewer_jwt: cluster.token,
    disable_local_ca_jwt: true,
  });
  await api('POST', '/auth/kubernetes/role/shop', {
    bound_service_account_names: 'external-secrets',
    bound_service_account_namespaces: namespace,
    audience: 'vault',
    token_policies: 'shop',
  });
  const serviceAccountRef = { name: 'external-secrets', audiences: ['vault'] };
  const made = (kind: string, name: string, spec: object) => ({
    apiVersion: 'external-secrets.io/v1',
    kind,
    metadata: { namespace, name },
    spec,
  });
  await applyObjects(
    cluster,
    { apiVersion: 'v1', kind: 'Namespace', metadata: { name: namespace } },
    { apiVersion: 'v1', kind: 'ServiceAccount', metadata: { namespace, name: 'external-secrets' } },
    made('SecretStore', 'vault', {
      provider: {
        vault: {
          server: vault.url,
          path: 'secret',
          version: 'v2',
          auth: { kubernetes: { mountPath: 'kubernetes', role: 'shop', serviceAccountRef } },
        },
      },
    }),
    made('ExternalSecret', 'database', {
      refreshInterval: '1s',
      secretStoreRef: { name: 'vault', kind: 'SecretStore' },
      target: { name: 'database' },
      data: [{ secretKey: 'password', remoteRef: { key: 'database', property: 'password' } }],
    }),
  );
  const client = cluster.client();
  const delivered = (password: string) =>
    eventually(`'${password}' is delivered`, TIMEOUT_MS, async () => {
      const { data } = await client.get(Secret, { namespace, name: 'database' });
      return Buffer.from(data?.password ?? '', 'base64').toString() === password || undefined;
    });
  await delivered('first');
  await api('POST', '/secret/data/database', { data: { password: 'second' } });
  await delivered('second');
});
