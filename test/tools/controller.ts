// Tools that are Kubernetes controllers: their CRDs, then one process with the administrator's kubeconfig.
import { readdir } from 'node:fs/promises';
import { join } from 'node:path';
import { ask, freePorts, type PlainProcess, startProcess, untilReady } from '../plain-process.ts';
import { eventually } from '../platform-process.ts';
import type { RealCluster } from '../real-cluster.ts';
import { toolFolder } from './cache.ts';

const READY_MS = 60_000;

export interface ControllerOptions {
  cluster: RealCluster;
  tool: string;
  /** Folders or files with its CRDs, below the tool's own. */
  crds: string[];
  /** How many ports it wants. */
  ports: number;
  /** Its arguments; it is ready once `ready` answers 200. */
  settings: (ports: number[]) => { args: string[]; ready: string; env?: Record<string, string> };
}

export interface Controller {
  process: PlainProcess;
  ports: number[];
  /** Starts another process with the same arguments, after the first was stopped or killed. */
  restart(): Promise<void>;
  stop(): Promise<void>;
}

/** Undefined when the tool is not on this machine (`npm run tools -- <tool>`). */
export async function startController(options: ControllerOptions): Promise<Controller | undefined> {
  const { cluster, tool } = options;
  const folder = toolFolder(tool);
  if (!folder) return undefined;
  for (const path of options.crds) await applyCrds(cluster, join(folder, path));
  const ports = await freePorts(options.ports);
  const { args, ready, env = {} } = options.settings(ports);
  const launch = async () => {
    const started = startProcess({
      name: tool,
      command: join(folder, tool),
      args,
      folder: cluster.folder,
      env: { KUBECONFIG: cluster.kubeconfig, ...env },
    });
    await untilReady(started, READY_MS, async () => (await ask(ready)).status === 200);
    return started;
  };
  let running = await launch();
  return {
    get process() {
      return running;
    },
    ports,
    async restart() {
      running = await launch();
    },
    stop: () => running.stop(),
  };
}

/** All CRDs of a file or a folder, established when the promise resolves. */
export async function applyCrds(cluster: RealCluster, path: string): Promise<void> {
  const names = path.endsWith('.yaml') ? [path] : (await readdir(path)).map(name => join(path, name));
  const files = names
    .filter(name => name.endsWith('.yaml') && !name.endsWith('kustomization.yaml'))
    .flatMap(name => ['-f', name]);
  await cluster.kubectl(['apply', '--server-side', '--force-conflicts', ...files]);
  // kubectl gives up on one that has no conditions at all yet.
  await eventually('the CRDs are served', READY_MS, () =>
    cluster
      .kubectl(['wait', '--for=condition=Established', '--timeout=30s', ...files])
      .catch(() => undefined),
  );
}

/** Server-side apply of objects of any kind. */
export async function applyObjects(cluster: RealCluster, ...objects: object[]): Promise<void> {
  const items = { apiVersion: 'v1', kind: 'List', items: objects };
  await cluster.kubectl(['apply', '--server-side', '-f', '-'], JSON.stringify(items));
}

/** One object of any kind, as JSON; rejects when there is none. */
export async function readObject<T>(
  cluster: RealCluster,
  resource: string,
  name: string,
  namespace = 'default',
): Promise<T> {
  return JSON.parse(await cluster.kubectl(['get', resource, name, '-n', namespace, '-o', 'json']));
}

interface WithConditions {
  status?: { conditions?: { type: string; status: string; reason?: string; message?: string }[] };
}

/** True once its condition `Ready` is; until then it throws with the reason, as `eventually` wants it. */
export async function isReady(
  cluster: RealCluster,
  resource: string,
  name: string,
  namespace?: string,
): Promise<true> {
  const { status } = await readObject<WithConditions>(cluster, resource, name, namespace);
  const ready = status?.conditions?.find(({ type }) => type === 'Ready');
  if (ready?.status === 'True') return true;
  throw new Error(`${resource} ${name}: ${ready ? `${ready.reason}: ${ready.message}` : 'no condition yet'}`);
}
