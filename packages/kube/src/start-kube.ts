import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import {
  type Clock,
  type KeyProvider,
  type Log,
  type Random,
  silentLog,
  systemClock,
  systemRandom,
  type UserInfo,
} from '@slipway/api';
import { type Client, createClient } from '@slipway/client';
import {
  type ApiServer,
  createApiServer,
  createRegistry,
  openDataFolder,
  openKeyFile,
  openStore,
} from '@slipway/server';

export interface KubeOptions {
  /** Absent: a temporary folder that `stop` removes. */
  dataDir?: string;
  /** Absent: a key file in a temporary folder, or beside `dataDir` (`<dataDir>-keys`). */
  keys?: KeyProvider;
  clock?: Clock;
  random?: Random;
  log?: Log;
  /** Also run the control plane's controllers; default true. */
  controllers?: boolean;
  /** Serve HTTPS too; without it there is only the in-process transport. */
  listen?: { port?: number; host?: string; cert: string; key: string; clientCa?: string };
}

export interface Kube {
  readonly server: ApiServer;
  /** Empty unless `listen` was given. */
  readonly url: string;
  /** As this user; default: the administrator (`system:masters`). */
  client(user?: UserInfo): Client;
  stop(): Promise<void>;
}

const ADMIN: UserInfo = { username: 'kubernetes-admin', groups: ['system:masters', 'system:authenticated'] };

/**
 * A Kubernetes API with nothing around it.
 * @example
 * const kube = await startKube();
 * await kube.client().create(ConfigMap, { apiVersion: 'v1', kind: 'ConfigMap', metadata: { name: 'a', namespace: 'default' } });
 * await kube.stop();
 */
export async function startKube(options: KubeOptions = {}): Promise<Kube> {
  const { clock = systemClock, random = systemRandom, log = silentLog } = options;
  const temporary =
    options.dataDir === undefined ? await mkdtemp(join(tmpdir(), 'slipway-kube-')) : undefined;
  const path = options.dataDir ?? join(temporary ?? '', 'data');
  const folder = openDataFolder({ path, clock, random });
  const keys = options.keys ?? openKeyFile({ path: join(`${path}-keys`, folder.id), random });
  const store = await openStore({ folder, keys, clock, random, log });
  const server = createApiServer({
    store,
    registry: createRegistry(),
    authorize: user => ({ allowed: user.groups.includes('system:masters'), reason: '' }),
    clock,
    random,
    log,
  });
  const listening = options.listen
    ? await server.listen({ port: 0, host: '127.0.0.1', ...options.listen })
    : undefined;
  return {
    server,
    url: listening?.url ?? '',
    client: (user = ADMIN) => createClient(server.transport(user)),
    stop: async () => {
      await server.close();
      await store.close();
      folder.release();
      if (temporary !== undefined) await rm(temporary, { recursive: true, force: true });
    },
  };
}
