// What tests of the registry need: the real handler on a loopback listener, with users in a table.
import { mkdtemp, rm } from 'node:fs/promises';
import { createServer, type RequestListener } from 'node:http';
import { createServer as createSecureServer } from 'node:https';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { silentLog, systemClock, systemRandom } from '@slipway/api';
import { openBlobStore } from '@slipway/oci';
import { folderAt } from '../../../../test/engine-bed.ts';
import type { ImageAction, RecordAction } from '../../contract.ts';
import { registryHandler } from './http/handler.ts';
import type { Rights } from './http/rights.ts';
import { type OpenRegistry, openRegistry } from './open-registry.ts';
import { Failure } from './registry/failure.ts';

export interface TestRegistry {
  url: string;
  port: number;
  opened: OpenRegistry;
  folder: string;
  actions: ImageAction[];
  close(): Promise<void>;
}

/** `Basic` or `Bearer` with one of these as the token: `ada` is of team acme, `bob` of none. */
export const ADA = 'Bearer ada';
export const BOB = `Basic ${Buffer.from('x:bob').toString('base64')}`;

export const tableRights: Rights = {
  identify: async request => {
    const [scheme, value = ''] = (request.headers.authorization ?? '').split(' ');
    const token = scheme === 'Basic' ? Buffer.from(value, 'base64').toString().split(':')[1] : value;
    if (token === 'ada' || token === 'bob') return { username: token, groups: [] };
    const headers = { 'www-authenticate': 'Basic realm="slipway registry"' };
    throw new Failure('UNAUTHORIZED', 'sign in', { headers });
  },
  allows: async (user, _verb, repository) => user.username === 'ada' && repository.startsWith('acme/'),
};

export async function startTestRegistry(
  options: {
    folder?: string;
    limit?: number;
    tls?: { key: string; cert: string };
    rights?: Rights;
    record?: RecordAction;
  } = {},
): Promise<TestRegistry> {
  const folder = options.folder ?? (await mkdtemp(join(tmpdir(), 'slipway-registry-')));
  const limit = options.limit ?? 1e9;
  const opened = await openRegistry({
    data: folderAt(folder),
    blobs: await openBlobStore(join(folder, 'blobs')),
    clock: systemClock,
    random: systemRandom,
    limits: { blobBytes: limit, uploadAgeMs: 1e8, orphanAgeMs: 0 },
  });
  const actions: ImageAction[] = [];
  const handler = registryHandler({
    ...opened,
    rights: options.rights ?? tableRights,
    record: async action => {
      actions.push(action);
      await options.record?.(action);
    },
    log: silentLog,
    limit,
  });
  const listener: RequestListener = (request, response) => {
    Promise.resolve(handler(request, response)).catch(() => response.destroy());
  };
  const server = options.tls ? createSecureServer(options.tls, listener) : createServer(listener);
  await new Promise<void>(resolve => server.listen(0, '127.0.0.1', resolve));
  const { port } = server.address() as AddressInfo;
  return {
    opened,
    folder,
    actions,
    port,
    url: `${options.tls ? 'https' : 'http'}://127.0.0.1:${port}`,
    close: async () => {
      server.closeAllConnections();
      await new Promise(resolve => server.close(resolve));
      await opened.close();
      if (!options.folder) await rm(folder, { recursive: true, force: true });
    },
  };
}
