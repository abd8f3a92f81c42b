import { readFile } from 'node:fs/promises';
import { dirname, join, resolve } from 'node:path';
import { messageOf, systemClock } from '@slipway/api';
import { type Client, createClient, patientTransport } from '@slipway/client';
import { loadKubeconfig, nodeTransport } from '@slipway/client/node';
import { type ClusterPlan, gitMirror, planFor, type Sources } from '@slipway/cluster';
import { emptyLock, LOCK_FILE, type Lock, lockText, parseLock, type Selection } from '@slipway/definition';
import { writeWhole } from '@slipway/oci';
import { type Config, catalogue, clusterObjects, readConfig } from '@slipway/platform';
import { CommandError } from '../output.ts';
import { keptRenderings } from './kept-renderings.ts';

/** A cluster that a definition names, and what is needed to plan for it. */
export interface Cluster {
  client: Client;
  selection: Selection;
  /** As `slipway.lock` beside the definition has it; empty when there is none. */
  lock: Lock;
  lockFile: string;
  sources: Sources;
  /** What the definition comes to with a lock: the file's own unless another is given. */
  plan(lock?: Lock): Promise<ClusterPlan>;
  /** Replaces the lock's file, all or nothing. */
  writeLock(lock: Lock): Promise<void>;
  close(): void;
}

export interface OpenOptions {
  /** Nothing is fetched: what this machine does not have is refused. */
  offline?: boolean;
}

/**
 * Opens the cluster that a definition's target names, with the kubeconfig of this machine.
 * @throws CommandError when the context is not there or the cluster does not answer
 */
export async function openCluster(
  selection: Selection,
  file: string,
  { offline = false }: OpenOptions = {},
): Promise<Cluster> {
  const config = readConfig();
  const lockFile = join(dirname(resolve(file)), LOCK_FILE);
  const transport = nodeTransport(await connectionOf(selection, file, config.kubeconfigs));
  const client = createClient(patientTransport(transport, systemClock));
  const { cacheFolder } = config;
  const sources: Sources = { ...sourcesOf(config), ...(offline ? { offline } : {}) };
  const lock = await readLock(lockFile);
  const definitions = await clusterObjects(selection);
  return {
    client,
    selection,
    lock,
    lockFile,
    sources,
    plan: async (wanted = lock) => {
      await reach(client.read('/version'));
      const rendered = keptRenderings(cacheFolder);
      return planFor({
        client,
        selection,
        catalogue: catalogue(),
        lock: wanted,
        sources,
        definitions,
        ...(rendered ? { rendered } : {}),
      });
    },
    writeLock: changed => writeLockFile(lockFile, changed),
    close: () => transport.close(),
  };
}

/** Where files of releases come from on this machine. */
export function sourcesOf({ cacheFolder, gitMirror: template }: Config): Sources {
  return { cacheFolder, ...(template ? { mirrorOf: gitMirror(template) } : {}) };
}

/** Replaces a lock's file, all or nothing. */
export async function writeLockFile(path: string, lock: Lock): Promise<void> {
  await writeWhole(path, lockText(lock), { durable: true, mode: 0o644 });
}

async function reach<T>(asked: Promise<T>): Promise<T> {
  return await asked.catch(error => {
    throw new CommandError(`the cluster does not answer: ${messageOf(error)}`, {
      next: 'kubectl cluster-info',
    });
  });
}

async function readLock(path: string): Promise<Lock> {
  const text = await readFile(path, 'utf8').catch(error => {
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') return undefined;
    throw error;
  });
  return text === undefined ? emptyLock() : parseLock(text, LOCK_FILE);
}

/** The first kubeconfig that has the context; the definition's own path counts from its file. */
async function connectionOf({ document }: Selection, file: string, known: string[]) {
  const { target } = document.spec ?? {};
  const { context, kubeconfig } = typeof target === 'object' ? target.kubernetes : {};
  const paths = kubeconfig === undefined ? known : [resolve(dirname(file), kubeconfig)];
  const wrong: string[] = [];
  for (const path of paths) {
    try {
      return await loadKubeconfig(path, context === undefined ? {} : { context });
    } catch (error) {
      wrong.push(messageOf(error));
    }
  }
  throw new CommandError(`no cluster: ${wrong.join('; ')}`, { next: 'kubectl config get-contexts' });
}
