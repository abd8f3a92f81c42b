// Kubeconfigs for programs that take part with a token.
import type { RealCluster } from '../real-cluster.ts';

/** JSON of a kubeconfig; `ca` is PEM text. */
export function kubeconfigOf(server: string, ca: string, token: string): string {
  const certificate = Buffer.from(ca).toString('base64');
  return JSON.stringify({
    apiVersion: 'v1',
    kind: 'Config',
    'current-context': 'a',
    clusters: [{ name: 'a', cluster: { server, 'certificate-authority-data': certificate } }],
    users: [{ name: 'a', user: { token } }],
    contexts: [{ name: 'a', context: { cluster: 'a', user: 'a' } }],
  });
}

/** JSON of a kubeconfig with an hour's token of a ServiceAccount. */
export async function accountKubeconfig(
  cluster: RealCluster,
  { namespace, name }: { namespace: string; name: string },
): Promise<string> {
  const token = await cluster.kubectl(['create', 'token', name, '-n', namespace, '--duration=1h']);
  return kubeconfigOf(cluster.url, cluster.ca, token.trim());
}
