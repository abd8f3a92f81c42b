import assert from 'node:assert/strict';
import { createServer } from 'node:https';
import type { AddressInfo } from 'node:net';
import { after, before, test } from 'node:test';
import type { Selection } from '@slipway/definition';
import { Secret } from '@slipway/kinds';
import { type Kube, startKube } from '@slipway/kube';
import { selfSigned } from '../../../../test/self-signed.ts';
import { platformAuthority, trustingHttp } from './platform-authority.ts';
import { askProbe } from './probe.ts';

let kube: Kube;
before(async () => {
  kube = await startKube();
});
after(() => kube.stop());

const selection = (issuer?: string) =>
  ({ document: { spec: issuer ? { tls: { issuer } } : {} } }) as unknown as Selection;

test('a platform that is its own authority is trusted as soon as its certificate is there', async () => {
  const { cert, key } = await selfSigned({ names: ['git.acme.localhost'] });
  const server = createServer({ cert, key }, (_request, response) => response.end('pass'));
  await new Promise<void>(resolve => server.listen(0, '127.0.0.1', resolve));
  const url = `https://git.acme.localhost:${(server.address() as AddressInfo).port}/`;
  const client = kube.client();
  try {
    const authority = platformAuthority(client, selection());
    const probe = () => askProbe(trustingHttp(authority), { name: 'health', url, contains: 'pass' });
    assert.equal(await authority(), undefined);
    assert.match((await probe()) ?? '', /self-signed certificate/);
    const metadata = { namespace: 'default', name: 'platform-trust' };
    await client.create(Secret, {
      apiVersion: 'v1',
      kind: 'Secret',
      metadata,
      data: { 'ca.crt': btoa(cert), 'tls.key': btoa('nobody reads it') },
    });
    assert.equal(await probe(), undefined);
    assert.equal(await authority(), cert);
    const elsewhere = platformAuthority(client, selection('letsencrypt'));
    assert.equal(await elsewhere(), undefined, 'where everybody trusts it already, nothing is asked');
  } finally {
    server.close();
  }
});
