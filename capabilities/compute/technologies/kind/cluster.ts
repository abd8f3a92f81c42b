/** Nodes that kind publishes, newest first, each by digest: a tag may be pushed anew. */
export const NODE_IMAGES = {
  '1.36.1':
    'docker.io/kindest/node:v1.36.1@sha256:3489c7674813ba5d8b1a9977baea8a6e553784dab7b84759d1014dbd78f7ebd5',
  '1.35.0':
    'docker.io/kindest/node:v1.35.0@sha256:452d707d4862f52530247495d180205e029056831160e22870e37e3f6c1ac31f',
};

export interface KindOptions {
  /** The context in kubeconfig is `kind-<name>`. */
  name: string;
  /** Version of Kubernetes; default the newest. */
  kubernetes?: keyof typeof NODE_IMAGES;
  /** Nodes besides the control plane; with none, that one runs everything. */
  workers?: number;
  /** Ports of this machine's loopback that lead to node ports, such as the gateway's. */
  ports?: { host: number; node: number }[];
}

/**
 * A cluster on one machine, as `kind create cluster --config` reads it (kind.x-k8s.io/v1alpha4). Everything listens on
 * loopback only, nodes are images by digest, and containers get the runtime's seccomp profile. For trying and for
 * tests, never for production.
 */
export function kindCluster(options: KindOptions): Record<string, unknown> {
  const { name, kubernetes = '1.36.1', workers = 0, ports = [] } = options;
  const image = NODE_IMAGES[kubernetes];
  return {
    kind: 'Cluster',
    apiVersion: 'kind.x-k8s.io/v1alpha4',
    name,
    networking: { apiServerAddress: '127.0.0.1' },
    // JSON is YAML; kind merges each into kubeadm's own document of that kind.
    kubeadmConfigPatches: [JSON.stringify({ kind: 'KubeletConfiguration', seccompDefault: true })],
    nodes: [
      {
        role: 'control-plane',
        image,
        extraPortMappings: ports.map(({ host, node }) => ({
          containerPort: node,
          hostPort: host,
          listenAddress: '127.0.0.1',
          protocol: 'TCP',
        })),
      },
      ...Array.from({ length: workers }, () => ({ role: 'worker', image })),
    ],
  };
}
