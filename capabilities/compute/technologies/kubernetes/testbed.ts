import { execFileSync } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import process from 'node:process';
import { type Clock, type NodeConnector, silentLog, systemClock, systemRandom } from '@slipway/api';
import type { Client } from '@slipway/client';
import type { Ports, Running, Settings } from '@slipway/definition';
import { type Kube, startKube } from '@slipway/kube';
import { openBlobStore, pack } from '@slipway/oci';
import { openSandbox, type Sandbox, type SandboxOptions } from '@slipway/sandbox';
import { makeHostRoot } from '@slipway/sandbox/conformance';
import { folderAt } from '../../../../test/engine-bed.ts';
import type { Subject } from '../../conformance.ts';
import { kubernetes } from './index.ts';

/** An API server with its controllers and one node, as a platform has them; nothing is imitated. */
export interface Testbed {
  kube: Kube;
  client: Client;
  sandbox: Sandbox;
  connector: NodeConnector;
  /** Digest-pinned image of this machine's own programs, already in the blob store. */
  image: string;
  folder: string;
  /** Stops the node and starts it again over the same folders, as a restart of the platform does. */
  restart(): Promise<void>;
  close(): Promise<void>;
}

const ADDRESSES = {
  domain: 'slipway.localhost',
  appsDomain: 'slipway-apps.localhost',
  port: 8443,
  httpPort: 8080,
  apiPort: 6443,
};

export interface TestbedOptions {
  driver?: SandboxOptions['driver'];
  dockerSocket?: string;
  clock?: Clock;
  resolve?: Ports['resolve'];
  /** Also listens with TLS, for kubectl: needs openssl. */
  listen?: boolean;
}

export async function openTestbed(options: TestbedOptions = {}): Promise<Testbed> {
  const folder = mkdtempSync(join(tmpdir(), 'compute-'));
  const path = process.env.PATH ?? '';
  const clock = options.clock ?? systemClock;
  const blobs = await openBlobStore(join(folder, 'blobs'));
  const image = await makeImage(blobs, folder, path);
  const open = () =>
    openSandbox({
      driver: options.driver ?? 'auto',
      folder: join(folder, 'sandbox'),
      clock: systemClock,
      log: silentLog,
      singleUser: true,
      path,
      ...(options.dockerSocket ? { dockerSocket: options.dockerSocket } : {}),
    });
  const kube = await startKube({
    rootCa: 'a certificate',
    advertise: { address: '127.0.0.1', port: 6443 },
    ...(options.listen ? { listen: selfSigned(folder) } : {}),
  });
  const ports = {
    client: kube.runtime.client,
    as: kube.client,
    token: async () => 'none',
    clock,
    random: systemRandom,
    log: silentLog,
    keys: kube.keys,
    data: folderAt(join(folder, 'data')),
    blobs,
    pool: { run: runHere },
    resolve: options.resolve ?? (name => ({ host: '127.0.0.1', port: 1, serverName: name, ca: '' })),
  };
  let sandbox = await open();
  let running = await startNode({ ...ports, run: sandbox });
  const connect = () => kube.server.setNodeConnector(connectorOf(running));
  connect();
  // The controllers are told through whichever node runs at the time.
  kube.runtime.add(delegating(() => running));
  const stop = async () => {
    await running.stop();
    await sandbox.close();
  };
  return {
    kube,
    client: kube.client(),
    get sandbox() {
      return sandbox;
    },
    get connector() {
      return connectorOf(running);
    },
    image,
    folder,
    restart: async () => {
      await stop();
      sandbox = await open();
      running = await startNode({ ...ports, run: sandbox });
      connect();
      await tellAgain(kube, running);
    },
    close: async () => {
      await stop();
      await kube.stop();
      await sandbox.remove(folder);
      rmSync(folder, { recursive: true, force: true });
    },
  };
}

/** A testbed as the conformance suite asks for it. */
export function subjectOf(bed: Testbed): Subject {
  const { ownFiles, ownNetwork, limits } = bed.sandbox.guarantees;
  return {
    client: bed.client,
    image: bed.image,
    namespace: 'default',
    dataFolder: join(bed.folder, 'data'),
    lacks: {
      ...(ownFiles.holds ? {} : { ownFiles: ownFiles.reason }),
      ...(ownNetwork.holds ? {} : { ownNetwork: ownNetwork.reason }),
      ...(limits.holds ? {} : { limits: limits.reason }),
    },
  };
}

function startNode(ports: Ports): Promise<Running> {
  const addresses = { ...ADDRESSES, url: () => '', appUrl: () => '' };
  const settings: Settings = { parameters: {}, environments: [], addresses };
  if (!kubernetes.embedded) throw new Error('no embedded engine');
  return kubernetes.embedded.start(ports, settings);
}

function selfSigned(folder: string): { cert: string; key: string } {
  const [cert, key] = [join(folder, 'cert.pem'), join(folder, 'key.pem')];
  const request = ['req', '-x509', '-newkey', 'ec', '-pkeyopt', 'ec_paramgen_curve:prime256v1', '-nodes'];
  const subject = [
    '-days',
    '1',
    '-subj',
    '/CN=localhost',
    '-addext',
    'subjectAltName=DNS:localhost,IP:127.0.0.1',
  ];
  execFileSync('openssl', [...request, ...subject, '-keyout', key, '-out', cert], { stdio: 'ignore' });
  return { cert: readFileSync(cert, 'utf8'), key: readFileSync(key, 'utf8') };
}

function delegating(running: () => Running): Running['controllers'] {
  return running().controllers.map((first, index) => ({
    ...first,
    reconcile: (object, context) => {
      const now = running().controllers[index];
      return (now ?? first).reconcile(object, context);
    },
    removed: async (key, context) => running().controllers[index]?.removed?.(key, context),
  }));
}

/** A new process would read everything anew. */
async function tellAgain(kube: Kube, running: Running): Promise<void> {
  for (const controller of running.controllers) {
    const { items } = await kube.client().list(controller.kind);
    const context = { client: kube.client() } as Parameters<typeof controller.reconcile>[1];
    for (const item of items) await controller.reconcile(item, context);
  }
}

function connectorOf({ nodeConnector }: Running): NodeConnector {
  if (!nodeConnector) throw new Error('no connector');
  return nodeConnector;
}

async function makeImage(blobs: Ports['blobs'], folder: string, path: string): Promise<string> {
  const root = join(folder, 'root');
  makeHostRoot(root, path);
  const options = { time: 0, owners: 'root' as const, exclude: [], lowers: [], timeoutMs: 60_000 };
  const layer = await pack({ blobs, run: runHere, folder: root, ...options });
  const write = (value: object) => blobs.write(bytesOf(value));
  const config = await write({
    architecture: process.arch === 'x64' ? 'amd64' : process.arch,
    os: 'linux',
    config: { Env: ['PATH=/bin', 'FROM_IMAGE=yes'], WorkingDir: '/', Labels: { 'dev.slipway.base': 'host' } },
    rootfs: { type: 'layers', diff_ids: [layer.digest] },
  });
  const manifest = await write({
    schemaVersion: 2,
    mediaType: 'application/vnd.oci.image.manifest.v1+json',
    config: { mediaType: 'application/vnd.oci.image.config.v1+json', ...config },
    layers: [{ mediaType: 'application/vnd.oci.image.layer.v1.tar', digest: layer.digest, size: layer.size }],
  });
  return `registry.slipway.internal/test/tools@${manifest.digest}`;
}

async function* bytesOf(value: object): AsyncIterable<Uint8Array> {
  yield Buffer.from(JSON.stringify(value));
}

async function runHere<T>({
  module,
  task,
  input,
}: {
  module: URL;
  task: string;
  input: unknown;
}): Promise<T> {
  const tasks = (await import(module.href)) as Record<string, (input: unknown) => T>;
  const run = tasks[task];
  if (!run) throw new Error(`${module}: no ${task}`);
  return run(input);
}
