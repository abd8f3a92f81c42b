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
import { startControlplane } from '@slipway/controlplane';
import { createRuntime, type Runtime } from '@slipway/runtime';
import {
  type ApiServer,
  createAccessControl,
  createApiServer,
  createRegistry,
  ensureBootstrap,
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
  /** PEM text of the CA that pods trust the API by (`kube-root-ca.crt`). */
  rootCa?: string;
  /** Where pods reach the API: makes the Service `default/kubernetes` and its endpoints. */
  advertise?: { address: string; port: number };
  /** Serve HTTPS too; without it there is only the in-process transport. */
  listen?: { port?: number; host?: string; cert: string; key: string; clientCa?: string };
}

export interface Kube {
  readonly server: ApiServer;
  /** Runs the control plane; more controllers may be added. */
  readonly runtime: Runtime;
  readonly keys: KeyProvider;
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
  const access = await createAccessControl({ store, keys, clock, random });
  const server = createApiServer({
    store,
    registry: createRegistry(),
    authorize: access.authorize,
    authenticators: [access.authenticator],
    admissions: [access.admission],
    virtual: access.virtual,
    clock,
    random,
    log,
  });
  const transport = server.transport(ADMIN);
  const { rootCa, advertise } = options;
  await ensureBootstrap({ store, transport, ...(advertise ? { advertise } : {}) });
  const runtime = createRuntime({ client: createClient(transport), clock, random, log });
  if (options.controllers !== false) {
    await startControlplane(runtime, rootCa ? { rootCa } : {});
    await runtime.start();
  }
  const listening = options.listen
    ? await server.listen({ port: 0, host: '127.0.0.1', ...options.listen })
    : undefined;
  return {
    // Token reviews must know every source of users, so they are added where both look.
    server: { ...server, addAuthenticator: access.addAuthenticator },
    runtime,
    keys,
    url: listening?.url ?? '',
    client: (user = ADMIN) => createClient(server.transport(user)),
    stop: async () => {
      await runtime.stop();
      await server.close();
      access.close();
      await store.close();
      folder.release();
      if (temporary !== undefined) await rm(temporary, { recursive: true, force: true });
    },
  };
}
