// The real External Secrets controller, with the providers fake, kubernetes, vault and webhook.
import type { RealCluster } from '../real-cluster.ts';
import { type Controller, startController } from './controller.ts';

/** Undefined when it is not on this machine (`npm run tools -- external-secrets`). */
export function startExternalSecrets(cluster: RealCluster): Promise<Controller | undefined> {
  return startController({
    cluster,
    tool: 'external-secrets',
    crds: ['config/crds/bases'],
    ports: 2,
    settings: ([metrics, live]) => ({
      args: [`--metrics-addr=127.0.0.1:${metrics}`, `--live-addr=127.0.0.1:${live}`, '--loglevel=info'],
      ready: `http://127.0.0.1:${metrics}/metrics`,
    }),
  });
}
