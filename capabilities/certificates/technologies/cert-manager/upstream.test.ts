import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { TlsSettings, UpstreamSettings } from '@slipway/definition';
import { upstream } from './upstream.ts';

const settingsOf = (tls: TlsSettings, parameters: object = {}): UpstreamSettings => ({
  platform: 'acme',
  parameters: { leafDays: 90, replicas: 1, ...parameters },
  domain: 'acme.example',
  environments: ['dev', 'prod'],
  appsDomain: 'apps.example',
  tls,
  namespace: 'cert-manager',
  version: '1.21.1',
  url: host => `https://${host}.acme.example`,
  gitops: false,
  isGranted: () => true,
});
const wisher = { component: 'shop', namespace: 'shops' };

const NAMES = [
  { dnsNames: ['shop.acme.example'], issuer: 'slipway', because: 'people ask for it' },
  { dnsNames: ['*.apps.example'], issuer: 'slipway', because: 'applications are public, too' },
  { dnsNames: ['web.shops.svc'], issuer: 'slipway-local', because: 'no ACME server can prove it' },
  { dnsNames: ['acme.example', 'web.shops.svc'], issuer: 'slipway-local', because: 'one name is inside' },
  { dnsNames: ['notacme.example'], issuer: 'slipway-local', because: 'it only ends alike' },
];
for (const { dnsNames, issuer, because } of NAMES) {
  test(`a certificate for ${dnsNames.join(', ')} comes from ${issuer}: ${because}`, () => {
    const settings = settingsOf({ issuer: 'letsencrypt', acme: { email: 'ann@acme.example' } });
    const wish = { name: 'tls', contract: 'certificate' as const, dnsNames, secret: 'shop-tls' };
    const [certificate] = upstream.grants?.certificate?.(wish, wisher, settings).objects ?? [];
    assert.deepEqual(certificate?.metadata, { name: 'shop-tls', namespace: 'shops' });
    assert.deepEqual(certificate?.spec?.issuerRef, {
      group: 'cert-manager.io',
      kind: 'ClusterIssuer',
      name: issuer,
    });
    assert.equal(certificate?.spec?.duration, issuer === 'slipway' ? undefined : '2160h');
  });
}

const ISSUERS: { tls: TlsSettings; parameters?: object; spec: object; because: string }[] = [
  {
    tls: { issuer: 'local' },
    spec: { ca: { secretName: 'slipway-local-ca' } },
    because: 'the platform is its own authority',
  },
  {
    tls: { issuer: 'letsencrypt', acme: { email: 'ann@acme.example' } },
    spec: {
      acme: {
        server: 'https://acme-v02.api.letsencrypt.org/directory',
        email: 'ann@acme.example',
        privateKeySecretRef: { name: 'slipway-acme-account' },
        solvers: [{ http01: { ingress: { ingressClassName: 'slipway' } } }],
      },
    },
    because: 'proofs go through whichever ingress there is',
  },
  {
    tls: { issuer: 'acme', acme: { server: 'https://ca.acme.example/acme' } },
    parameters: { dns01: { region: 'eu-west-1', hostedZone: 'Z1' } },
    spec: {
      acme: {
        server: 'https://ca.acme.example/acme',
        privateKeySecretRef: { name: 'slipway-acme-account' },
        solvers: [{ dns01: { route53: { region: 'eu-west-1', hostedZoneID: 'Z1' } } }],
      },
    },
    because: 'records in Route 53 prove wildcards as well',
  },
];
for (const { tls, parameters, spec, because } of ISSUERS) {
  test(`public names with ${tls.issuer}: ${because}`, () => {
    const objects = upstream.objects?.(settingsOf(tls, parameters), {}) ?? [];
    const issuer = objects.find(({ metadata }) => metadata.name === 'slipway');
    assert.deepEqual(issuer?.spec, spec);
  });
}
