// cert-manager's real controllers against the real Kubernetes: a CA of its own making signs a certificate, and again.
import assert from 'node:assert/strict';
import { X509Certificate } from 'node:crypto';
import { after, before, test } from 'node:test';
import { certManager } from '@slipway/certificates/technologies/cert-manager';
import { Secret } from '@slipway/kinds';
import { eventually } from '../platform-process.ts';
import { noRealCluster, type RealCluster, realCluster } from '../real-cluster.ts';
import { noTools } from '../tools/cache.ts';
import { startCertManager } from '../tools/cert-manager.ts';
import { applyObjects, type Controller, isReady } from '../tools/controller.ts';
import { settingsOf } from '../upstream-settings.ts';

const skip = noRealCluster() || noTools('cert-manager');
const TIMEOUT_MS = 40_000;
const namespace = 'cert-manager';
let cluster: RealCluster | undefined;
let controller: Controller | undefined;

before(async () => {
  if (skip) return;
  cluster = await realCluster();
  if (cluster) controller = await startCertManager(cluster);
});
after(async () => {
  await controller?.stop();
  await cluster?.stop();
});

function made(kind: string, name: string, spec: object): object {
  return { apiVersion: 'cert-manager.io/v1', kind, metadata: { name, namespace }, spec };
}

async function certificate(name: string): Promise<{ leaf: X509Certificate; ca: X509Certificate }> {
  assert.ok(cluster);
  const client = cluster.client();
  const data = await eventually(`Secret ${name}`, TIMEOUT_MS, async () => {
    const found = (await client.get(Secret, { namespace, name })).data;
    return found?.['tls.crt'] ? found : undefined;
  });
  const pem = (key: string) => new X509Certificate(Buffer.from(data[key] ?? '', 'base64'));
  return { leaf: pem('tls.crt'), ca: pem('ca.crt') };
}

test('a ClusterIssuer with a CA of its own making signs for a host', { skip }, async () => {
  assert.ok(cluster);
  const here = cluster;
  await applyObjects(
    here,
    { apiVersion: 'v1', kind: 'Namespace', metadata: { name: namespace } },
    made('Issuer', 'itself', { selfSigned: {} }),
    made('Certificate', 'ca', {
      isCA: true,
      commonName: 'the platform',
      secretName: 'ca',
      privateKey: { algorithm: 'ECDSA', size: 256 },
      issuerRef: { name: 'itself', kind: 'Issuer' },
    }),
    {
      apiVersion: 'cert-manager.io/v1',
      kind: 'ClusterIssuer',
      metadata: { name: 'platform' },
      spec: { ca: { secretName: 'ca' } },
    },
    made('Certificate', 'shop', {
      dnsNames: ['shop.example.com'],
      secretName: 'shop',
      issuerRef: { name: 'platform', kind: 'ClusterIssuer' },
    }),
  );
  await eventually('issued', TIMEOUT_MS, () => isReady(here, 'certificate', 'shop', namespace));
  const { leaf, ca } = await certificate('shop');
  assert.ok(leaf.verify(ca.publicKey) && leaf.checkHost('shop.example.com'));
  await here.client().delete(Secret, { namespace, name: 'shop' });
  const again = await certificate('shop');
  assert.notEqual(again.leaf.serialNumber, leaf.serialNumber);
  assert.ok(again.leaf.verify(ca.publicKey));
});

test('what is configured and granted on a cluster are certificates of the platform’s own authority', {
  skip,
}, async () => {
  assert.ok(cluster && certManager.upstream);
  const here = cluster;
  const { objects, grants } = certManager.upstream;
  const settings = settingsOf(certManager);
  const wisher = { component: 'shop', namespace };
  const granted = (name: string, dnsNames: string[]) => {
    const wish = { name, contract: 'certificate' as const, dnsNames, secret: `granted-${name}` };
    return grants?.certificate?.(wish, wisher, settings).objects ?? [];
  };
  await applyObjects(
    here,
    ...(objects?.(settings, {}) ?? []),
    ...granted('public', [`shop.${settings.domain}`, `*.${settings.appsDomain}`]),
    ...granted('inside', ['shop.cert-manager.svc']),
  );
  const open = await certificate('granted-public');
  const inside = await certificate('granted-inside');
  assert.equal(open.ca.fingerprint256, inside.ca.fingerprint256, 'one authority');
  assert.ok(open.leaf.verify(open.ca.publicKey) && open.leaf.checkHost(`shop.${settings.domain}`));
  assert.ok(open.leaf.checkHost(`a.${settings.appsDomain}`));
  assert.ok(inside.leaf.checkHost('shop.cert-manager.svc'));
});
