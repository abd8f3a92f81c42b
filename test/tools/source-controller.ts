// Flux's real source-controller; artifacts are served at the first of its ports.
import { mkdir } from 'node:fs/promises';
import { join } from 'node:path';
import type { RealCluster } from '../real-cluster.ts';
import { type Controller, startController } from './controller.ts';

/** Undefined when it is not on this machine (`npm run tools -- source-controller`). */
export async function startSourceController(cluster: RealCluster): Promise<Controller | undefined> {
  const storage = join(cluster.folder, 'artifacts');
  await mkdir(storage, { recursive: true });
  return startController({
    cluster,
    tool: 'source-controller',
    crds: ['config/crd/bases'],
    ports: 3,
    settings: ([artifacts, metrics, health]) => ({
      args: [
        `--storage-path=${storage}`,
        `--storage-addr=127.0.0.1:${artifacts}`,
        `--storage-adv-addr=127.0.0.1:${artifacts}`,
        `--metrics-addr=127.0.0.1:${metrics}`,
        `--health-addr=127.0.0.1:${health}`,
        '--watch-all-namespaces=true',
        '--enable-leader-election=false',
      ],
      ready: `http://127.0.0.1:${health}/readyz`,
      env: { RUNTIME_NAMESPACE: 'default', TMPDIR: cluster.folder },
    }),
  });
}
