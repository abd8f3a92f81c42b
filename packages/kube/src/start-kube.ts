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
  type DataFolder,
  ensureBootstrap,
  openDataFolder,
  openKeyFile,
  openStore,
  type Store,
} from '@slipway/server';

export interface KubeOptions {
  /** Absent: a temporary folder that `stop` removes. */
  dataDir?: string;
  /** A data folder that the caller has opened already, instead of `dataDir`; `stop` releases it. */
  folder?: DataFolder;
  /** Absent: a key file named after the platform id in `keysFolder` (default `<dataDir>-keys`). */
  keys?: KeyProvider;
  keysFolder?: string;
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
  listen?: {
    port?: number;
    host?: string;
    cert: string;
    key: string;
    /** What clients trust; default: `cert`, for self-signed ones. */
    ca?: string;
    clientCa?: string;
  };
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
  /** For kubectl, as the administrator; only with `listen`. */
  kubeconfig(): string;
  stop(): Promise<void>;
}

/** As whom the controllers act, so that the audit tells them from people. */
const CONTROLLERS: UserInfo = {
  username: 'system:kube-controller-manager',
  groups: ['system:masters', 'system:authenticated'],
};
const ADMIN: UserInfo = { username: 'kubernetes-admin', groups: ['system:masters', 'system:authenticated'] };

/**
 * A Kubernetes API with nothing around it.
 * @example
 * const kube = await startKube();
 * await kube.client().create(ConfigMap, { apiVersion: 'v1', kind: 'ConfigMap', metadata: { name: 'a', namespace: 'default' } });
 * await kube.stop();
 */
export async function startKube(options: KubeOptions = {}): Promise<Kube> {
  const settled = { clock: systemClock, random: systemRandom, log: silentLog, ...options };
  const cleanups: (() => unknown)[] = [];
  try {
    return await start(settled, cleanups);
  } catch (error) {
    await runAll(cleanups);
    throw error;
  }
}

type Settled = KubeOptions & { clock: Clock; random: Random; log: Log };

async function runAll(cleanups: (() => unknown)[]): Promise<void> {
  for (const cleanup of cleanups.splice(0).reverse()) await cleanup();
}

async function start(options: Settled, cleanups: (() => unknown)[]): Promise<Kube> {
  const { store, keys } = await openData(options, cleanups);
  const { clock, random, log, rootCa, advertise } = options;
  const token = Buffer.from(random.bytes(24)).toString('base64url');
  // Without a listener nobody can bring a token.
  const staticTokens = options.listen ? [{ token, user: ADMIN }] : [];
  const access = await createAccessControl({ store, keys, clock, random, staticTokens });
  const server = createApiServer({ store, registry: createRegistry(), access, clock, random, log });
  cleanups.push(() => server.close());
  const transport = server.transport(CONTROLLERS);
  await ensureBootstrap({ store, transport, ...(advertise ? { advertise } : {}) });
  const runtime = createRuntime({ client: createClient(transport), clock, random, log });
  cleanups.push(() => runtime.stop());
  if (options.controllers !== false) {
    await startControlplane({ runtime, clock, log, ...(rootCa ? { rootCa } : {}) });
  }
  const { listen } = options;
  const listening = listen ? await server.listen({ port: 0, host: '127.0.0.1', ...listen }) : undefined;
  const url = listening?.url ?? '';
  return {
    server,
    runtime,
    keys,
    url,
    client: (user = ADMIN) => createClient(server.transport(user)),
    kubeconfig: () => kubeconfigText({ url, token, ca: listen?.ca ?? listen?.cert ?? '' }),
    stop: () => runAll(cleanups),
  };
}

async function openData(
  { clock, random, log, ...options }: Settled,
  cleanups: (() => unknown)[],
): Promise<{ store: Store; keys: KeyProvider }> {
  const given = options.folder?.path ?? options.dataDir;
  const temporary = given === undefined ? await mkdtemp(join(tmpdir(), 'slipway-kube-')) : undefined;
  if (temporary !== undefined) cleanups.push(() => rm(temporary, { recursive: true, force: true }));
  const path = given ?? join(temporary ?? '', 'data');
  const folder = options.folder ?? openDataFolder({ path, clock, random });
  cleanups.push(() => folder.release());
  const keysFolder = options.keysFolder ?? `${path}-keys`;
  const keys = options.keys ?? openKeyFile({ path: join(keysFolder, folder.id), random });
  const store = await openStore({ folder, keys, clock, random, log });
  cleanups.push(() => store.close());
  return { store, keys };
}

/** JSON is YAML: kubectl reads it as it is. */
function kubeconfigText({ url, token, ca }: { url: string; token: string; ca: string }): string {
  const authority = Buffer.from(ca).toString('base64');
  return JSON.stringify({
    apiVersion: 'v1',
    kind: 'Config',
    clusters: [{ name: 'kube', cluster: { server: url, 'certificate-authority-data': authority } }],
    users: [{ name: 'admin', user: { token } }],
    contexts: [{ name: 'kube', context: { cluster: 'kube', user: 'admin' } }],
    'current-context': 'kube',
  });
}
