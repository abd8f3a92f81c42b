// Who and what a running platform trusts: identity and certificates pass their suites on it, every listener shows a
// certificate of the one authority, and `slipway trust` hands out just that.
import assert from 'node:assert/strict';
import { X509Certificate } from 'node:crypto';
import { readFile } from 'node:fs/promises';
import { get } from 'node:http';
import { text } from 'node:stream/consumers';
import { after, before, test } from 'node:test';
import { connect } from 'node:tls';
import { certificatesConformance } from '@slipway/certificates/conformance';
import { type Client, createClient } from '@slipway/client';
import { loadKubeconfig, nodeTransport } from '@slipway/client/node';
import { identityConformance } from '@slipway/identity/conformance';
import { type Platform, startPlatform } from '../platform-process.ts';

let platform: Platform;
let client: Client;
let ca: string;

before(async () => {
  platform = await startPlatform();
  client = createClient(nodeTransport(await loadKubeconfig(platform.report.kubeconfig)));
  ca = await readFile(platform.report.ca, 'utf8');
});
after(() => platform?.stop());

identityConformance(() => {
  const issuer = `https://id.${new URL(platform.report.portal).host}/realms/slipway`;
  return { client, issuer, get: platform.fetch };
});
certificatesConformance(() => ({
  client,
  namespace: 'default',
  issuerRef: { name: 'local', kind: 'ClusterIssuer' },
}));

/** What a listener shows to a client that trusts the authority alone. */
function shown(port: number, servername: string): Promise<X509Certificate> {
  return new Promise((resolve, reject) => {
    const socket = connect({ host: '127.0.0.1', port, servername, ca }, () => {
      const leaf = socket.getPeerX509Certificate();
      socket.destroy();
      return leaf ? resolve(leaf) : reject(new Error(`${servername}: no certificate`));
    });
    socket.once('error', reject);
  });
}

test('every name of the platform shows a certificate of its authority, for ninety days', async () => {
  const { hostname, port } = new URL(platform.report.portal);
  const names = ['', 'id.', 'git.', 'registry.', 'argocd.'].map(prefix => `${prefix}${hostname}`);
  const inside = ['git.slipway.internal', 'registry.slipway.internal'];
  const leaves = await Promise.all([
    ...[...names, ...inside].map(name => shown(Number(port), name)),
    shown(Number(new URL(platform.report.api).port), 'localhost'),
  ]);
  const root = new X509Certificate(ca);
  for (const leaf of leaves) {
    assert.ok(leaf.verify(root.publicKey));
    const days = (Date.parse(leaf.validTo) - Date.now()) / 86_400_000;
    assert.ok(days > 80 && days < 91, `${leaf.subjectAltName}: ${days} days`);
    assert.equal(leaf.ca, false);
  }
  await assert.rejects(shown(Number(port), 'evil.example'), 'names of others get none');
});

test('slipway trust prints the authority’s certificate, which the plain port offers too', async () => {
  const { stdout } = await platform.cli(['trust', '--print']);
  assert.equal(stdout, ca);
  const certificate = new X509Certificate(stdout);
  assert.ok(certificate.ca && certificate.verify(certificate.publicKey));
  const { stdout: status } = await platform.cli(['status', '-o', 'json']);
  const plain = /http:\/\/localhost:\d+/.exec(status)?.[0];
  if (!plain) return;
  const answer = await new Promise<string>((resolve, reject) =>
    get(`${plain}/ca.crt`, response => resolve(text(response))).once('error', reject),
  );
  assert.equal(answer.trim(), ca.trim());
});
