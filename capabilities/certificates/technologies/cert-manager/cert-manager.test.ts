import assert from 'node:assert/strict';
import { createPrivateKey, X509Certificate } from 'node:crypto';
import { after, before, test } from 'node:test';
import { type Clock, silentLog, systemClock, systemRandom } from '@slipway/api';
import { type Client, mutate } from '@slipway/client';
import type { Addresses, Ports, Running } from '@slipway/definition';
import { CustomResourceDefinition, Secret } from '@slipway/kinds';
import { type Kube, startKube } from '@slipway/kube';
import { createRuntime, type Runtime } from '@slipway/runtime';
import { engineAccount } from '../../../../test/engine-bed.ts';
import { certificatesConformance } from '../../conformance.ts';
import { Certificate, CertificateRequest, ClusterIssuer, Issuer } from './cert-manager-kinds.ts';
import { certManager } from './index.ts';
import { temporaryFolder, testKeys } from './testing/authority.fixture.ts';

const DAY_MS = 24 * 3600 * 1000;

let kube: Kube;
let client: Client;
let running: Running;
let runtime: Runtime;
let skewMs = 0;
const wakers = new Set<() => void>();
/** Goes with the real one, and further when a test says so; sleepers wake up then. */
const clock: Clock = {
  now: () => Date.now() + skewMs,
  sleep: async (ms, signal) => {
    const early = new AbortController();
    wakers.add(() => early.abort());
    const either = AbortSignal.any([early.signal, ...(signal ? [signal] : [])]);
    await systemClock.sleep(ms, either).catch(() => {});
    signal?.throwIfAborted();
  },
};
const folder = await temporaryFolder();

before(async () => {
  kube = await startKube();
  client = kube.client();
  for (const definition of (await certManager.kinds?.()) ?? []) {
    await client.create(CustomResourceDefinition, definition as CustomResourceDefinition);
  }
  const engineClient = kube.client(await engineAccount(client, certManager));
  const ports = {
    client: engineClient,
    clock,
    random: systemRandom,
    log: silentLog,
    data: folder,
    keys: testKeys,
  };
  const addresses = { domain: 'slipway.localhost', appsDomain: 'slipway-apps.localhost' } as Addresses;
  const started = await certManager.embedded?.start(ports as unknown as Ports, {
    parameters: {},
    addresses,
    environments: [],
  });
  assert.ok(started);
  running = started;
  runtime = createRuntime({ client: engineClient, clock, random: systemRandom, log: silentLog });
  runtime.add(running.controllers);
  await runtime.start();
});
after(async () => {
  await running.stop();
  await runtime.stop();
  await kube.stop();
  await folder.remove();
});

async function until(condition: () => unknown, what: string): Promise<void> {
  for (let i = 0; i < 1000; i++) {
    if (await condition()) return;
    await new Promise(resolve => setTimeout(resolve, 10));
  }
  throw new Error(`still not: ${what}`);
}

async function issue(name: string, spec: Partial<Certificate['spec']>): Promise<Secret> {
  await client.create(Certificate, {
    apiVersion: 'cert-manager.io/v1',
    kind: 'Certificate',
    metadata: { name, namespace: 'default' },
    spec: { secretName: `${name}-tls`, issuerRef: { name: 'local', kind: 'ClusterIssuer' }, ...spec },
  });
  return ready(name);
}

async function ready(name: string, revision = 1): Promise<Secret> {
  let seen: unknown;
  await until(async () => {
    const certificate = await client.get(Certificate, { namespace: 'default', name });
    seen = certificate.status;
    const isReady = certificate.status?.conditions?.some(
      each => each.type === 'Ready' && each.status === 'True',
    );
    return isReady && certificate.status?.revision === revision;
  }, `${name} is ready`).catch(error => {
    throw new Error(`${error.message}: ${JSON.stringify(seen)}`);
  });
  return client.get(Secret, { namespace: 'default', name: `${name}-tls` });
}

function read(secret: Secret, name: string): string {
  return Buffer.from(secret.data?.[name] ?? '', 'base64').toString('utf8');
}

certificatesConformance(() => ({
  client,
  namespace: 'default',
  issuerRef: { name: 'local', kind: 'ClusterIssuer' },
}));

test('a Certificate of the local issuer becomes a Secret as cert-manager writes it', async () => {
  const secret = await issue('web', {
    commonName: 'web.example',
    dnsNames: ['web.example', '*.web.example'],
    ipAddresses: ['127.0.0.1', '::1'],
    uris: ['spiffe://example/web'],
    usages: ['digital signature', 'server auth', 'client auth'],
    privateKey: { algorithm: 'ECDSA', size: 384, encoding: 'PKCS8' },
    secretTemplate: { labels: { team: 'shop' }, annotations: { note: 'x' } },
  });
  assert.equal(secret.type, 'kubernetes.io/tls');
  const leaf = new X509Certificate(read(secret, 'tls.crt'));
  assert.ok(leaf.checkPrivateKey(createPrivateKey(read(secret, 'tls.key'))));
  assert.match(read(secret, 'tls.key'), /BEGIN PRIVATE KEY/);
  assert.ok(leaf.verify(new X509Certificate(read(secret, 'ca.crt')).publicKey));
  assert.equal(leaf.checkHost('a.web.example'), '*.web.example');
  assert.equal(leaf.checkIP('::1'), '::1');
  assert.match(leaf.subjectAltName ?? '', /URI:spiffe:\/\/example\/web/);
  const { annotations, labels } = secret.metadata;
  assert.equal(annotations?.['cert-manager.io/alt-names'], 'web.example,*.web.example');
  assert.equal(annotations?.['cert-manager.io/issuer-kind'], 'ClusterIssuer');
  assert.deepEqual([labels?.team, annotations?.note], ['shop', 'x']);
  assert.equal(
    await client.find(Secret, { namespace: 'default', name: 'web-next-key' }),
    undefined,
    'nothing is left over',
  );
  const request = await client.get(CertificateRequest, { namespace: 'default', name: 'web-1' });
  assert.ok(request.status?.conditions?.some(each => each.type === 'Approved' && each.status === 'True'));
});

const KEYS = [
  { privateKey: {}, pem: /BEGIN RSA PRIVATE KEY/, because: 'RSA in PKCS#1 is the default' },
  { privateKey: { algorithm: 'ECDSA' }, pem: /BEGIN EC PRIVATE KEY/, because: 'PKCS1 means SEC 1 for ECDSA' },
  { privateKey: { algorithm: 'Ed25519' }, pem: /BEGIN PRIVATE KEY/, because: 'Ed25519 has no older form' },
];
for (const [index, row] of KEYS.entries()) {
  test(`private key ${JSON.stringify(row.privateKey)}: ${row.because}`, async () => {
    const secret = await issue(`key-${index}`, { dnsNames: ['k.example'], privateKey: row.privateKey });
    assert.match(read(secret, 'tls.key'), row.pem);
  });
}

test('self-signed roots make CA issuers, whose leaves carry the chain', async () => {
  const namespace = 'default';
  const apiVersion = 'cert-manager.io/v1';
  await client.create(Issuer, {
    apiVersion,
    kind: 'Issuer',
    metadata: { name: 'self', namespace },
    spec: { selfSigned: {} },
  });
  const root = await issue('root', {
    commonName: 'root',
    isCA: true,
    issuerRef: { name: 'self' },
    privateKey: { algorithm: 'ECDSA' },
  });
  const rootCertificate = new X509Certificate(read(root, 'tls.crt'));
  assert.ok(rootCertificate.ca && rootCertificate.checkIssued(rootCertificate));
  const ca = (name: string, secretName: string) => ({
    apiVersion,
    kind: 'Issuer',
    metadata: { name, namespace },
    spec: { ca: { secretName } },
  });
  await client.create(Issuer, ca('ca', 'middle-tls'));
  await client.create(Issuer, ca('root', 'root-tls'));
  await issue('middle', {
    commonName: 'middle',
    isCA: true,
    issuerRef: { name: 'root' },
    privateKey: { algorithm: 'ECDSA' },
  });
  const leaf = await issue('leaf', { dnsNames: ['leaf.example'], issuerRef: { name: 'ca' } });
  assert.equal(read(leaf, 'tls.crt').match(/BEGIN CERTIFICATE/g)?.length, 2, 'leaf and intermediate');
  assert.equal(read(leaf, 'ca.crt').trim(), read(root, 'tls.crt').trim());
});

test('a changed spec and a removed Secret are issued anew, with a new key', async () => {
  const first = await issue('change', { dnsNames: ['one.example'] });
  await mutate(client, Certificate, { namespace: 'default', name: 'change' }, draft => {
    draft.spec.dnsNames = ['two.example'];
  });
  const second = await ready('change', 2);
  assert.equal(new X509Certificate(read(second, 'tls.crt')).checkHost('two.example'), 'two.example');
  assert.notEqual(read(first, 'tls.key'), read(second, 'tls.key'));
  await client.delete(Secret, { namespace: 'default', name: 'change-tls' });
  await ready('change', 3);
});

test('rotationPolicy Never keeps the key', async () => {
  const first = await issue('stay', { dnsNames: ['one.example'], privateKey: { rotationPolicy: 'Never' } });
  await mutate(client, Certificate, { namespace: 'default', name: 'stay' }, draft => {
    draft.spec.dnsNames = ['two.example'];
  });
  const second = await ready('stay', 2);
  assert.equal(read(first, 'tls.key'), read(second, 'tls.key'));
});

const REFUSED = [
  {
    name: 'keystores',
    spec: { dnsNames: ['a'], keystores: { jks: { create: true, passwordSecretRef: { name: 'x' } } } },
    message: /spec\.keystores/,
  },
  { name: 'nameless', spec: {}, message: /at least one of/ },
  { name: 'short', spec: { dnsNames: ['a'], duration: '10m' }, message: /spec\.duration/ },
];
for (const row of REFUSED) {
  test(`Certificate "${row.name}" is refused by a condition that names the field`, async () => {
    await client.create(Certificate, {
      apiVersion: 'cert-manager.io/v1',
      kind: 'Certificate',
      metadata: { name: row.name, namespace: 'default' },
      spec: { secretName: 'x', issuerRef: { name: 'local', kind: 'ClusterIssuer' }, ...row.spec },
    });
    await until(async () => {
      const certificate = await client.get(Certificate, { namespace: 'default', name: row.name });
      return certificate.status?.conditions?.some(
        each => each.status === 'False' && row.message.test(each.message),
      );
    }, 'the condition says so');
  });
}

test('issuers of other types are refused, and what waits for them says so', async () => {
  await client.create(ClusterIssuer, {
    apiVersion: 'cert-manager.io/v1',
    kind: 'ClusterIssuer',
    metadata: { name: 'letsencrypt' },
    spec: { acme: { server: 'https://acme.example', privateKeySecretRef: { name: 'x' }, solvers: [] } },
  });
  await until(async () => {
    const issuer = await client.get(ClusterIssuer, { name: 'letsencrypt' });
    return issuer.status?.conditions?.some(
      each => each.status === 'False' && /spec\.acme/.test(each.message),
    );
  }, 'refused');
  await client.create(Certificate, {
    apiVersion: 'cert-manager.io/v1',
    kind: 'Certificate',
    metadata: { name: 'waits', namespace: 'default' },
    spec: { secretName: 'waits', dnsNames: ['a'], issuerRef: { name: 'letsencrypt', kind: 'ClusterIssuer' } },
  });
  await until(async () => {
    const request = await client.find(CertificateRequest, { namespace: 'default', name: 'waits-1' });
    return request?.status?.conditions?.some(each => each.reason === 'Pending');
  }, 'the request is pending');
});

test('names of the platform get certificates, others do not', async () => {
  const rows = {
    'slipway.localhost': true,
    'a.dev.slipway-apps.localhost': true,
    'git.slipway.internal': true,
    '': true,
    'evil.example': false,
    'a_b.slipway.localhost': false,
  };
  for (const [name, expected] of Object.entries(rows)) {
    assert.equal((await running.certificates?.(name)) !== undefined, expected, name);
  }
});

test('Certificates are renewed at two thirds of their life', async () => {
  await issue('renew', { dnsNames: ['renew.example'], duration: '2160h' });
  skewMs = 61 * DAY_MS;
  for (const wake of wakers) wake();
  const secret = await ready('renew', 2);
  assert.ok(Date.parse(new X509Certificate(read(secret, 'tls.crt')).validTo) > clock.now() + 80 * DAY_MS);
});
