import { availableParallelism } from 'node:os';
import { join } from 'node:path';
import type { Clock, Folder, Random } from '@slipway/api';
import { type Authority, openAuthority } from '@slipway/certificates/contract';
import type { Addresses, Selection } from '@slipway/definition';
import { openBlobStore } from '@slipway/oci';
import { openSandbox, type Sandbox } from '@slipway/sandbox';
import { accountTokens } from './account-tokens.ts';
import { addressesOf, choosePorts } from './addresses.ts';
import type { Config, UpOptions } from './config.ts';
import { type ControlPlane, localAdminAuthenticator, startControlPlane } from './control-plane.ts';
import { localAdminToken, writeKubeconfig } from './credentials.ts';
import { writeDurably } from './data-folder.ts';
import type { CommonPorts } from './engines.ts';
import { resolver } from './internal-names.ts';
import type { LogFile } from './log-file.ts';
import { applyPlan } from './platform-objects.ts';
import { openWorkerPool } from './worker-pool.ts';

/** Everything that stands before the first engine starts. */
export interface Machine {
  controlPlane: ControlPlane;
  addresses: Addresses;
  authority: Authority;
  sandbox: Sandbox;
  ports: CommonPorts;
  kubeconfig: string;
  caFile: string;
}

export interface MachineOptions {
  config: Config;
  data: Folder;
  options: UpOptions & { progress: (line: string) => void };
  selection: Selection;
  clock: Clock;
  random: Random;
  log: LogFile;
  cleanups: (() => Promise<unknown>)[];
}

const LEAF_MS = 90 * 24 * 3600 * 1000;

/** Store, API server, certificates, sandbox and the plan's objects, in this order. */
export async function startMachine(given: MachineOptions): Promise<Machine> {
  const { config, data, options, selection, clock, random, log, cleanups } = given;
  const controlPlane = await startControlPlane({
    dataDir: data.path,
    keysFolder: config.keysFolder,
    clock,
    random,
    log,
  });
  cleanups.push(() => controlPlane.kube.stop());
  const addresses = addressesOf(await choosePorts(data.path, options), selection);
  const { keys, kube, client } = controlPlane;
  const authority = await openAuthority({
    folder: await data.folder('certificates'),
    keys,
    clock,
    random,
    commonName: 'Slipway local CA',
  });
  const caFile = join(data.path, 'ca.crt');
  await writeDurably(caFile, authority.caPem, 0o644);
  const token = await localAdminToken(data.path, random);
  kube.server.addAuthenticator(localAdminAuthenticator(token));
  await serveApi(controlPlane, authority, addresses);
  const server = `https://localhost:${addresses.apiPort}`;
  const kubeconfig = await writeKubeconfig(data.path, {
    name: selection.name,
    server,
    caPem: authority.caPem,
    token,
  });
  options.progress('API server is up; applying the plan');
  const [sandbox, blobs] = await Promise.all([
    openSandbox({
      driver: options.driver,
      folder: await data.folder('sandbox'),
      clock,
      log,
      singleUser: true,
      ...(config.dockerSocket ? { dockerSocket: config.dockerSocket } : {}),
    }),
    openBlobStore((await data.folder('blobs')).path),
    applyPlan(client, selection),
  ]);
  cleanups.push(() => sandbox.clean());
  const pool = openWorkerPool(availableParallelism());
  cleanups.push(() => pool.close());
  const ports: CommonPorts = {
    clock,
    random,
    log,
    data: await data.folder('engines'),
    keys,
    run: sandbox,
    blobs,
    pool,
    resolve: resolver(addresses, authority.caPem),
    clientOf: controlPlane.clientOf,
    tokenOf: accountTokens(client, clock),
  };
  return { controlPlane, addresses, authority, sandbox, ports, kubeconfig, caFile };
}

async function serveApi({ kube }: ControlPlane, authority: Authority, { apiPort }: Addresses): Promise<void> {
  const { cert, key } = await authority.issue({
    names: [
      'localhost',
      'kubernetes',
      'kubernetes.default',
      'kubernetes.default.svc',
      'kubernetes.default.svc.cluster.local',
    ],
    addresses: ['127.0.0.1', '::1', '10.96.0.1'],
    ttlMs: LEAF_MS,
  });
  await kube.server.listen({ host: '127.0.0.1', port: apiPort, cert, key });
}
