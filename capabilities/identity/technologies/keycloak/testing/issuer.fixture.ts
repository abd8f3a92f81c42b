// For tests: the engine on a real API server, with exactly the rights it asks for, behind a real gateway.
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import {
  type Clock,
  type Folder,
  type KeyProvider,
  type Log,
  type LogFields,
  systemClock,
  systemRandom,
} from '@slipway/api';
import type { Client } from '@slipway/client';
import type { Addresses, Ports, Running } from '@slipway/definition';
import { type Gateway, openGateway, type Route } from '@slipway/gateway';
import { auditRecordDefinition, CustomResourceDefinition, environmentDefinition, User } from '@slipway/kinds';
import { type Kube, startKube } from '@slipway/kube';
import { engineAccount } from '../../../../../test/engine-bed.ts';
import { selfSigned } from '../../../../../test/self-signed.ts';
import { keycloak } from '../index.ts';
import { type Browser, browser } from './browser.fixture.ts';

export interface TestIssuer {
  kube: Kube;
  /** As administrator. */
  client: Client;
  gateway: Gateway;
  running: Running;
  issuer: string;
  portalUrl: string;
  /** The engine's data folder. */
  dataPath: string;
  /** Every line logged, as JSON. */
  logged: string[];
  ca: string;
  keys: KeyProvider;
  newBrowser(): Browser;
  addUser(name: string, spec?: User['spec']): Promise<void>;
  /** Puts something else behind the portal's host. */
  setPortal(route: Omit<Route, 'host'>): void;
  /** Stops the engine and starts it again over the same folder. */
  restart(): Promise<void>;
  stop(): Promise<void>;
}

export async function startIssuer(
  options: { clock?: Clock; environments?: string[] } = {},
): Promise<TestIssuer> {
  const clock = options.clock ?? systemClock;
  const path = await mkdtemp(join(tmpdir(), 'slipway-identity-'));
  const logged: string[] = [];
  const log = recordingLog(logged);
  const { cert, key } = await selfSigned({ names: ['portal.example', 'id.example', 'localhost'] });
  const kube = await startKube({ clock, log, listen: { cert, key } });
  const client = kube.client();
  kube.server.openAuditDoor({ definition: auditRecordDefinition, namespace: 'slipway-system' });
  const account = await prepare(client);
  const certificates = async () => ({ cert, key });
  const gateway = await openGateway({ host: '127.0.0.1', port: 0, certificates, clock, log });
  const url = (host: string) => `https://${host || 'portal'}.example:${gateway.port}`;
  let portal: Omit<Route, 'host'> = {
    handler: (request, response) => void response.end(`portal ${request.url}`),
  };
  const mount = (engine: Running) =>
    gateway.setRoutes([
      ...engine.routes.map(route => ({ ...route, host: `${route.host}.example` })),
      { host: 'portal.example', ...portal },
    ]);
  const start = async (): Promise<Running> => {
    const engineClient = kube.client(account);
    const addresses = { url, domain: 'example', port: gateway.port } as Addresses;
    const data: Folder = { path, folder: async () => data };
    const ports = {
      client: engineClient,
      clock,
      random: systemRandom,
      log,
      data,
      keys: testKeys,
    } as unknown as Ports;
    const started = await keycloak.embedded?.start(ports, {
      parameters: {},
      addresses,
      environments: options.environments ?? ['dev', 'prod'],
    });
    if (!started) throw new Error('no engine');
    mount(started);
    return started;
  };
  let running = await start();
  const detach = running.authenticator && kube.server.addAuthenticator(running.authenticator);
  kube.runtime.add(running.controllers, kube.client(account));
  await kube.runtime.start();
  return {
    kube,
    client,
    gateway,
    get running() {
      return running;
    },
    issuer: `${url('id')}/realms/slipway`,
    portalUrl: url(''),
    dataPath: path,
    logged,
    ca: cert,
    keys: testKeys,
    newBrowser: () => browser({ port: gateway.port, ca: cert }),
    addUser: async (name, spec = {}) => {
      await client.create(User, {
        apiVersion: 'identity.slipway.dev/v1alpha1',
        kind: 'User',
        metadata: { name },
        spec,
      });
      await until(() => running.probes[0]?.check(AbortSignal.timeout(1000)) !== undefined);
    },
    setPortal: route => {
      portal = route;
      mount(running);
    },
    restart: async () => {
      detach?.();
      await running.stop();
      running = await start();
      if (running.authenticator) kube.server.addAuthenticator(running.authenticator);
    },
    stop: async () => {
      await running.stop();
      await gateway.close({ graceMs: 0 });
      await kube.stop();
      await rm(path, { recursive: true, force: true });
    },
  };
}

async function prepare(client: Client) {
  const definitions = [
    ...((await keycloak.kinds?.()) ?? []),
    environmentDefinition,
  ] as CustomResourceDefinition[];
  for (const definition of definitions) await client.create(CustomResourceDefinition, definition);
  return engineAccount(client, keycloak);
}

/** Waits until a condition holds; fails after ten seconds, saying which. */
export async function until(condition: () => unknown, what = String(condition)): Promise<void> {
  for (let i = 0; i < 1000; i++) {
    if (await condition()) return;
    await new Promise(resolve => setTimeout(resolve, 10));
  }
  throw new Error(`still not: ${what}`);
}

export function recordingLog(lines: string[]): Log {
  const write = (level: string) => (message: string, fields?: LogFields) => {
    lines.push(JSON.stringify({ level, message, ...fields }));
  };
  const log: Log = {
    debug: write('debug'),
    info: write('info'),
    warn: write('warn'),
    error: write('error'),
    with: () => log,
  };
  return log;
}

/** Seals by flipping bits: enough to see that nothing lies about in the clear. */
const flip = (bytes: Uint8Array) => bytes.map(byte => byte ^ 0x5a);
const testKeys: KeyProvider = {
  keyId: 'test',
  encrypt: async plain => ({ keyId: 'test', data: flip(plain) }),
  decrypt: async sealed => flip(sealed.data),
  derive: async purpose => Buffer.alloc(32, purpose),
};
