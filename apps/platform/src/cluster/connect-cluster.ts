import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { SlipwayError, type UserInfo } from '@slipway/api';
import { type Client, createClient, impersonate } from '@slipway/client';
import { loadKubeconfig, type NodeTransportOptions, nodeTransport } from '@slipway/client/node';

/** Where a pod finds its ServiceAccount's credentials (Kubernetes, "Accessing the API from a Pod"). */
const ACCOUNT_FOLDER = '/var/run/secrets/kubernetes.io/serviceaccount';

/** A cluster's API, as ourselves and as others. */
export interface ClusterAccess {
  url: string;
  /** PEM text; absent: the system's authorities. */
  ca?: string;
  /** As who started us. */
  client: Client;
  /** With this token, and in somebody's name if one is given. */
  clientWith(token: () => Promise<string>, as?: UserInfo): Client;
  /** Closes kept connections. */
  close(): void;
}

export interface ConnectOptions {
  /** Absent: the pod's own ServiceAccount. */
  kubeconfig?: string;
  context?: string;
  /** Stands for the pod's folder in tests. */
  accountFolder?: string;
  /** Address of the API as pods are told it: `KUBERNETES_SERVICE_HOST` and `_PORT`. */
  apiAddress?: { host: string; port: string };
}

/**
 * By a kubeconfig, or in a pod by its ServiceAccount, whose token is read anew for each request, for it is replaced.
 * @throws SlipwayError ClusterUnknown when there is neither; KubeconfigInvalid
 */
export async function connectCluster(options: ConnectOptions): Promise<ClusterAccess> {
  const reach = options.kubeconfig
    ? await loadKubeconfig(options.kubeconfig, options.context ? { context: options.context } : {})
    : inPod(options);
  const own = nodeTransport(reach);
  const { url, ca, serverName } = reach;
  const place = { url, ...(ca ? { ca } : {}), ...(serverName ? { serverName } : {}) };
  const others = new Map<() => Promise<string>, ReturnType<typeof nodeTransport>>();
  const transportWith = (token: () => Promise<string>) => {
    const made = others.get(token) ?? nodeTransport({ ...place, token });
    others.set(token, made);
    return made;
  };
  return {
    url,
    ...(ca ? { ca } : {}),
    client: createClient(own),
    clientWith: (token, as) =>
      createClient(as ? impersonate(transportWith(token), as) : transportWith(token)),
    close: () => {
      for (const transport of [own, ...others.values()]) transport.close();
    },
  };
}

function inPod({ accountFolder = ACCOUNT_FOLDER, apiAddress }: ConnectOptions): NodeTransportOptions {
  const token = join(accountFolder, 'token');
  if (!apiAddress || !existsSync(token))
    throw new SlipwayError(
      'ClusterUnknown',
      `cluster: no ServiceAccount at ${accountFolder}: give --kubeconfig, or run in a pod that has its token`,
    );
  const { host, port } = apiAddress;
  return {
    url: `https://${host.includes(':') ? `[${host}]` : host}:${port}`,
    ca: readFileSync(join(accountFolder, 'ca.crt'), 'utf8'),
    token: async () => readFileSync(token, 'utf8').trim(),
  };
}
