import assert from 'node:assert/strict';
import { mkdir, mkdtemp, rm } from 'node:fs/promises';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { test } from 'node:test';
import { type Kind, silentLog, systemClock, systemRandom } from '@slipway/api';
import type { Client } from '@slipway/client';
import type { Ports, Settings } from '@slipway/definition';
import { ServiceAccount, type TokenRequest } from '@slipway/kinds';
import { startKube } from '@slipway/kube';
import { createRegistryClient, HOST_IMAGE, HOST_LABEL, openBlobStore, parseReference } from '@slipway/oci';
import { openSandbox } from '@slipway/sandbox';
import { folderAt } from '../../../../test/engine-bed.ts';
import { inThread } from './build/testbed.ts';
import { ociRegistry } from './index.ts';

async function tokenOf(client: Client): Promise<string> {
  const metadata = { name: 'anybody', namespace: 'default' };
  await client.create(ServiceAccount, { apiVersion: 'v1', kind: 'ServiceAccount', metadata });
  const request: TokenRequest = {
    apiVersion: 'authentication.k8s.io/v1',
    kind: 'TokenRequest',
    metadata: { namespace: 'default' },
    spec: {},
  };
  const { group, version, kind, plural, namespaced } = ServiceAccount;
  const tokens: Kind<TokenRequest> = { group, version, kind, plural, namespaced };
  const made = await client.create(tokens, request, { name: 'anybody', subresource: 'token' });
  return made.status?.token ?? '';
}

test('the engine serves the registry, makes the host image when it is asked for, and stops', async () => {
  const folder = await mkdtemp(join(tmpdir(), 'slipway-engine-'));
  const kube = await startKube({ controllers: false });
  const run = await openSandbox({
    driver: 'process',
    folder: join(folder, 'run'),
    clock: systemClock,
    log: silentLog,
    singleUser: true,
    path: '/usr/bin:/bin',
  });
  const ports: Ports = {
    client: kube.client(),
    token: async () => 'none',
    clock: systemClock,
    random: systemRandom,
    log: silentLog,
    data: folderAt(join(folder, 'data')),
    keys: kube.keys,
    run,
    blobs: await openBlobStore(join(folder, 'blobs')),
    pool: inThread,
    resolve: () => assert.fail('nothing is resolved here'),
  } as unknown as Ports;
  await mkdir(ports.data.path);
  const token = await tokenOf(kube.client());
  const settings = { parameters: { maxBlobMiB: 1 }, addresses: {}, environments: [] } as unknown as Settings;
  const running = await ociRegistry.embedded?.start(ports, settings);
  assert.ok(running);
  const [route] = running.routes;
  assert.equal(route?.host, 'registry');
  assert.deepEqual(
    running.controllers.map(({ name }) => name),
    ['build', 'build-sources'],
  );
  const server = createServer((request, response) => {
    Promise.resolve(route?.handler(request, response)).catch(() => response.destroy());
  });
  await new Promise<void>(resolve => server.listen(0, '127.0.0.1', resolve));
  const { port } = server.address() as AddressInfo;
  const as = (password: string) =>
    createRegistryClient({
      endpoint: () => ({ host: '127.0.0.1', port, plain: true }),
      credentials: async () => ({ password }),
      attempts: 1,
    });
  const [stranger, known] = [as('made up'), as(token)];
  try {
    await assert.rejects(stranger.manifest(parseReference(HOST_IMAGE)), { code: 'RegistryDenied' });
    const image = await known.pull(parseReference(HOST_IMAGE), { blobs: ports.blobs });
    assert.equal(image.config.config?.Labels?.[HOST_LABEL], 'host');
    assert.equal(
      image.manifest.layers.length,
      1,
      'the process driver takes the lowest layer for the machine itself',
    );
  } finally {
    stranger.close();
    known.close();
    server.closeAllConnections();
    server.close();
    await running.stop();
    await run.close();
    await kube.stop();
    await rm(folder, { recursive: true, force: true });
  }
});
