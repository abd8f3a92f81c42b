// A real Kubernetes in the place where tests of engines have ours, and engines on it with their own account's token.
import { type KubeObject, keyOf, type Stored, type UserInfo } from '@slipway/api';
import { type Client, createClient, impersonate } from '@slipway/client';
import { type NodeTransport, nodeTransport } from '@slipway/client/node';
import { accountObjects, applyObjects, type Technology } from '@slipway/definition';
import { CustomResourceDefinition, Namespace, ServiceAccount, type TokenRequest } from '@slipway/kinds';
import type { Kube } from '@slipway/kube';
import type { EngineAccount } from './engine-bed.ts';
import { eventually } from './platform-process.ts';
import type { RealCluster } from './real-cluster.ts';

const ESTABLISHED_MS = 60_000;
/** Kinds that several suites on one cluster make, each for itself. */
const SHARED = [CustomResourceDefinition.kind, Namespace.kind];

export interface RealKube {
  /** What engines' tests use of `Kube`; the rest is ours alone and fails when it is asked for. */
  kube: Kube;
  /** The ServiceAccount of a technology in `slipway-system`, with the rights that it names and no others. */
  account(technology: Pick<Technology, 'id' | 'rules'>): Promise<EngineAccount>;
  stop(): Promise<void>;
}

export function realKube(cluster: RealCluster): RealKube {
  const transports: NodeTransport[] = [];
  const transportOf = (token: string) => {
    const transport = nodeTransport({ url: cluster.url, ca: cluster.ca, token });
    transports.push(transport);
    return transport;
  };
  const admin = transportOf(cluster.token);
  const clientAs = (user?: UserInfo) => sharing(createClient(user ? impersonate(admin, user) : admin));
  const kube = { url: cluster.url, client: clientAs, stop: async () => {}, server: noServer() };
  return {
    kube: kube as unknown as Kube,
    account: async ({ id, rules }) => {
      const client = clientAs();
      const namespace = { apiVersion: 'v1', kind: 'Namespace', metadata: { name: 'slipway-system' } };
      await applyObjects(client, [namespace, ...accountObjects(id, rules)]);
      const transport = transportOf(await tokenOf(client, id));
      return { client: createClient(transport), as: user => createClient(impersonate(transport, user)) };
    },
    stop: async () => {
      for (const transport of transports) transport.close();
    },
  };
}

/** What ours does in its server, a cluster does by objects: see `recordedAuthors`. */
function noServer(): object {
  return { addAdmission: () => {} };
}

async function tokenOf(client: Client, name: string): Promise<string> {
  const request: TokenRequest = {
    apiVersion: 'authentication.k8s.io/v1',
    kind: 'TokenRequest',
    metadata: { namespace: 'slipway-system' },
    spec: { expirationSeconds: 3600 },
  };
  const made = await client.create(ServiceAccount as never, request as never, { subresource: 'token', name });
  return (made as unknown as TokenRequest).status?.token ?? '';
}

/** Definitions and namespaces may be there already; a definition is there when its kind is served. */
function sharing(client: Client): Client {
  const create: Client['create'] = async (kind, object, options) => {
    if (!SHARED.includes(kind.kind)) return client.create(kind, object, options);
    const present = await client.find(kind, keyOf(object));
    if (present) return present;
    const made = await client.create(kind, object, options);
    if (kind.kind === CustomResourceDefinition.kind) await established(client, made);
    return made;
  };
  return { ...client, create };
}

async function established(client: Client, { metadata }: Stored<KubeObject>): Promise<void> {
  await eventually(`${metadata.name} is served`, ESTABLISHED_MS, async () => {
    const { status } = (await client.get(CustomResourceDefinition, metadata)) as {
      status?: { conditions?: { type: string; status: string }[] };
    };
    return (
      status?.conditions?.some(each => each.type === 'Established' && each.status === 'True') || undefined
    );
  });
}
