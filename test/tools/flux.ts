// The real Flux that a platform installed: source-controller and kustomize-controller as plain processes, with the
// arguments of their Deployments and the rights of their ServiceAccounts.
import { mkdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import type { Deployment } from '@slipway/kinds';
import { accountKubeconfig } from '../real-cluster/kubeconfig.ts';
import type { RealCluster } from '../real-cluster.ts';
import { type Controller, readObject, startController } from './controller.ts';

const namespace = 'flux-system';

/** Undefined when a tool is not on this machine (`npm run tools -- source-controller kustomize-controller`). */
export async function startFlux(cluster: RealCluster): Promise<{ stop(): Promise<void> } | undefined> {
  const storage = join(cluster.folder, 'flux');
  await mkdir(storage, { recursive: true });
  const source = await startInstalled(cluster, 'source-controller', ([artifacts]) => [
    `--storage-path=${storage}`,
    `--storage-addr=127.0.0.1:${artifacts}`,
    `--storage-adv-addr=127.0.0.1:${artifacts}`,
  ]);
  if (!source) return undefined;
  try {
    const kustomize = await startInstalled(cluster, 'kustomize-controller', () => []);
    const stop = async () => {
      await kustomize?.stop();
      await source.stop();
    };
    if (kustomize) return { stop };
  } catch (error) {
    await source.stop();
    throw error;
  }
  await source.stop();
  return undefined;
}

async function startInstalled(
  cluster: RealCluster,
  name: string,
  more: (ports: number[]) => string[],
): Promise<Controller | undefined> {
  const installed = await readObject<Deployment>(cluster, 'deployment', name, namespace);
  const { args = [] } = installed.spec.template.spec?.containers[0] ?? {};
  const kubeconfig = join(cluster.folder, `${name}.conf`);
  await writeFile(kubeconfig, await accountKubeconfig(cluster, { namespace, name }), { mode: 0o600 });
  return startController({
    cluster,
    tool: name,
    crds: [],
    ports: 3,
    settings: ([metrics, health, ...others]) => ({
      // Of two that are the same the last holds. Nobody is there who would hear of events.
      args: [
        ...args,
        '--events-addr=',
        '--enable-leader-election=false',
        `--metrics-addr=127.0.0.1:${metrics}`,
        `--health-addr=127.0.0.1:${health}`,
        ...more(others),
      ],
      ready: `http://127.0.0.1:${health}/readyz`,
      env: { KUBECONFIG: kubeconfig, RUNTIME_NAMESPACE: namespace, TMPDIR: cluster.folder },
    }),
  });
}
