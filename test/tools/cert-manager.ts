// cert-manager's real controllers in one process; its webhook and cainjector do not run.
import type { RealCluster } from '../real-cluster.ts';
import { type Controller, startController } from './controller.ts';

/** Undefined when it is not on this machine (`npm run tools -- cert-manager`). */
export function startCertManager(cluster: RealCluster): Promise<Controller | undefined> {
  return startController({
    cluster,
    tool: 'cert-manager',
    crds: ['deploy/crds'],
    ports: 1,
    settings: ([health]) => ({
      args: ['--cluster-resource-namespace=cert-manager', `--healthz-listen-address=127.0.0.1:${health}`],
      ready: `http://127.0.0.1:${health}/readyz`,
    }),
  });
}
