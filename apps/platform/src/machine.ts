import { availableParallelism } from 'node:os';
import { join } from 'node:path';
import type { Clock, Folder, Random } from '@slipway/api';
import type { Addresses, Selection } from '@slipway/definition';
import { openBlobStore } from '@slipway/oci';
import { openSandbox, type Sandbox } from '@slipway/sandbox';
import { openDataFolder } from '@slipway/server';
import { accountTokens } from './account-tokens.ts';
import { addressesOf, choosePorts } from './addresses.ts';
import type { Config, UpOptions } from './config.ts';
import { type ControlPlane, startControlPlane } from './control-plane.ts';
import { localAdminToken, writeKubeconfig } from './credentials.ts';
import { writeDurably } from './data-folder.ts';
import type { CommonPorts } from './engines.ts';
import { resolver } from './internal-names.ts';
import type { LogFile } from './log-file.ts';
import { applyPlan } from './platform-objects.ts';
import { storedSelection } from './stored-definition.ts';
import { openWorkerPool } from './worker-pool.ts';

/** Everything that stands before the first engine starts. */
export interface Machine {
  /** The platform's id. */
  id: string;
  controlPlane: ControlPlane;
  selection: Selection;
  addresses: Addresses;
  sandbox: Sandbox;
  ports: CommonPorts;
  kubeconfig: string;
  caFile: string;
}

export interface MachineOptions {
  config: Config;
  data: Folder;
  options: UpOptions & { progress: (line: string) => void };
  /** Absent: what the platform holds. */
  selection: Selection | undefined;
  clock: Clock;
  random: Random;
  log: LogFile;
  cleanups: (() => Promise<unknown>)[];
}

/** Store, API server, certificates, sandbox and the plan's objects, in this order. */
export async function startMachine(given: MachineOptions): Promise<Machine> {
  const { config, data, options, clock, random, log, cleanups } = given;
  const folder = openDataFolder({ path: data.path, clock, random });
  // Whatever fails before the store is open must give the folder back.
  cleanups.push(async () => folder.release());
  const chosen = await choosePorts(data.path, options);
  const engines = await data.folder('engines');
  const adminToken = await localAdminToken(data.path, random);
  const controlPlane = await startControlPlane({
    folder,
    engines,
    keysFolder: config.keysFolder,
    apiPort: chosen.apiPort,
    adminToken,
    clock,
    random,
    log,
  });
  cleanups.push(() => controlPlane.kube.stop());
  const { keys, client, authority } = controlPlane;
  const selection = given.selection ?? (await storedSelection(client, options.name));
  const addresses = addressesOf(chosen, selection);
  const caFile = join(data.path, 'ca.crt');
  await writeDurably(caFile, authority.caPem, 0o644);
  const server = `https://localhost:${addresses.apiPort}`;
  const credentials = { name: selection.name, server, caPem: authority.caPem, token: adminToken };
  const kubeconfig = await writeKubeconfig(data.path, credentials);
  options.progress('API server is up; applying the plan');
  const opening = openSandbox({
    driver: options.driver,
    folder: (await data.folder('sandbox')).path,
    clock,
    log,
    path: config.searchPath,
    singleUser: true,
    ...(config.dockerSocket ? { dockerSocket: config.dockerSocket } : {}),
  });
  // Known before it is open: when one of the others fails first, it is closed all the same.
  cleanups.push(() =>
    opening.then(
      each => each.close(),
      () => {},
    ),
  );
  const [sandbox, blobs] = await Promise.all([
    opening,
    openBlobStore((await data.folder('blobs')).path),
    applyPlan(client, selection),
  ]);
  const pool = openWorkerPool(availableParallelism());
  cleanups.push(() => pool.close());
  const ports: CommonPorts = {
    clock,
    random,
    log,
    data: engines,
    keys,
    run: sandbox,
    blobs,
    pool,
    resolve: resolver(addresses, authority.caPem),
    clientOf: controlPlane.clientOf,
    clientAs: controlPlane.clientAs,
    tokenOf: accountTokens(client, clock),
  };
  return { id: folder.id, controlPlane, selection, addresses, sandbox, ports, kubeconfig, caFile };
}
