// What both ingress technologies make of the same wish.
import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { RouteWish, UpstreamSettings } from '@slipway/definition';
import { upstream as gatewayApi } from './gateway-api/upstream.ts';
import { upstream as ingressNginx } from './ingress-nginx/upstream.ts';

const settings: UpstreamSettings = {
  platform: 'acme',
  parameters: { replicas: 1, service: 'LoadBalancer', isPlatformClass: true },
  domain: 'acme.example',
  environments: ['dev', 'prod'],
  appsDomain: 'apps.example',
  tls: { issuer: 'letsencrypt', acme: { email: 'ann@acme.example' } },
  namespace: 'ingress',
  version: '1.0.0',
  url: host => `https://${host === '' ? 'acme.example' : `${host}.acme.example`}`,
  gitops: false,
  isGranted: () => true,
};
const wish: RouteWish = { name: 'web', contract: 'route', host: 'shop', service: 'web', port: 80 };
const wisher = { component: 'shop', namespace: 'shops' };
const TOOLS = { 'gateway-api': gatewayApi, 'ingress-nginx': ingressNginx };

for (const [id, { grants }] of Object.entries(TOOLS)) {
  test(`${id} grants a route beside its wisher, with a certificate of its own`, () => {
    const granted = grants?.route?.(wish, wisher, settings);
    assert.deepEqual(granted?.facts, { host: 'shop.acme.example', url: 'https://shop.acme.example' });
    assert.deepEqual(granted?.wishes, [
      { name: 'web-tls', contract: 'certificate', dnsNames: ['shop.acme.example'], secret: 'web-tls' },
    ]);
    for (const { metadata } of granted?.objects ?? []) assert.equal(metadata.namespace, 'shops');
    assert.match(JSON.stringify(granted?.objects), /"web-tls"/);
  });

  test(`${id} leads the platform's own name to who wished the empty host`, () => {
    assert.equal(grants?.route?.({ ...wish, host: '' }, wisher, settings).facts.host, 'acme.example');
  });

  test(`${id} wishes no certificate where the platform brings one`, () => {
    const own: UpstreamSettings = { ...settings, tls: { issuer: 'files', files: { secret: 'acme-tls' } } };
    assert.deepEqual(grants?.route?.(wish, wisher, own).wishes, []);
  });
}

test('gateway-api lets a Gateway of the wisher use the platform’s certificate, and only that one', () => {
  const own: UpstreamSettings = { ...settings, tls: { issuer: 'files', files: { secret: 'acme-tls' } } };
  const objects = gatewayApi.grants?.route?.(wish, wisher, own).objects ?? [];
  const permit = objects.find(({ kind }) => kind === 'ReferenceGrant');
  assert.equal(permit?.metadata.namespace, 'slipway-system');
  assert.deepEqual(permit?.spec, {
    from: [{ group: 'gateway.networking.k8s.io', kind: 'Gateway', namespace: 'shops' }],
    to: [{ group: '', kind: 'Secret', name: 'acme-tls' }],
  });
});

test('gateway-api refuses a Service that speaks TLS: it would have to trust anybody', () => {
  const route = () => gatewayApi.grants?.route?.({ ...wish, protocol: 'https' }, wisher, settings);
  assert.throws(route, { code: 'RouteUnsupported' });
});

const WILDCARDS = [
  { issuer: 'local', wanted: undefined, has: true, because: 'an authority of its own signs anything' },
  { issuer: 'letsencrypt', wanted: undefined, has: false, because: 'proofs over HTTP are for one name' },
  { issuer: 'letsencrypt', wanted: true, has: true, because: 'somebody set up proofs by DNS' },
] as const;
for (const { issuer, wanted, has, because } of WILDCARDS) {
  test(`gateway-api ${has ? 'wishes' : 'wishes no'} certificate for all applications with ${issuer}: ${because}`, () => {
    const parameters = {
      ...settings.parameters,
      ...(wanted === undefined ? {} : { wildcardCertificate: wanted }),
    };
    const wishes = gatewayApi.wishes?.({ ...settings, parameters, tls: { issuer } }) ?? [];
    assert.deepEqual(
      wishes.flatMap(found => (found.contract === 'certificate' ? [found.dnsNames] : [])),
      has ? [['*.apps.example', '*.dev.apps.example', '*.prod.apps.example']] : [],
    );
    const apps = gatewayApi
      .objects?.({ ...settings, parameters, tls: { issuer } }, {})
      .find(({ metadata }) => metadata.name === 'slipway');
    assert.match(JSON.stringify(apps?.spec), has ? /"protocol":"HTTPS"/ : /"protocol":"HTTP"/);
  });
}
