// What `apply` brings of ours to a cluster, without the tools, and how a process takes part there.
import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import type { Client } from '@slipway/client';
import { settle } from '@slipway/cluster';
import {
  applyObjects,
  besideAccounts,
  CONTROLLER_ACCOUNT,
  emptyLock,
  mapObjects,
  type PlatformDocument,
  recordRevision,
  type Selection,
  SYSTEM_NAMESPACE,
} from '@slipway/definition';
import { CustomResourceDefinition, ServiceAccount, type TokenRequest } from '@slipway/kinds';
import { recordedAuthors } from '../../apps/platform/src/cluster/recorded-authors.ts';
import { clusterDefinitions } from '../../apps/platform/src/own-kinds.ts';
import { catalogue } from '../../apps/platform/src/technologies.ts';
import { settledObject } from '../../packages/cluster/src/base-objects.ts';
import type { RealCluster } from '../real-cluster.ts';

/** Serves the kinds, makes the accounts, and writes `kubeconfig` (of the pod's account) and `key` into the folder. */
export async function prepareCluster(
  cluster: RealCluster,
  selection: Selection,
  folder: string,
): Promise<void> {
  const client = cluster.client();
  await serve(client, selection);
  await recordRevision(client, selection.document as PlatformDocument, { actor: 'ann', cause: 'test' });
  await writeFile(join(folder, 'key'), 'shared', { mode: 0o600 });
  await writeKubeconfig(cluster, join(folder, 'kubeconfig'));
}

async function serve(client: Client, selection: Selection): Promise<void> {
  const brought = await Promise.all(selection.components.map(({ technology }) => technology.kinds?.() ?? []));
  const all = [...clusterDefinitions(), ...(brought.flat() as CustomResourceDefinition[])];
  const distinct = [...new Map(all.map(definition => [definition.metadata.name, definition])).values()];
  await Promise.all(
    distinct.map(each => client.apply(CustomResourceDefinition, each, { fieldManager: 'test', force: true })),
  );
  const namespace = { apiVersion: 'v1', kind: 'Namespace', metadata: { name: SYSTEM_NAMESPACE } };
  await applyObjects(client, [
    namespace,
    ...recordedAuthors(),
    ...besideAccounts(selection),
    ...mapObjects(catalogue(), 'kubernetes'),
    ...settle(selection, new Map()).map(each => settledObject(each, emptyLock())),
  ]);
}

async function writeKubeconfig(cluster: RealCluster, path: string): Promise<void> {
  const request: TokenRequest = {
    apiVersion: 'authentication.k8s.io/v1',
    kind: 'TokenRequest',
    metadata: { namespace: SYSTEM_NAMESPACE },
    spec: { expirationSeconds: 3600 },
  };
  const options = { subresource: 'token', name: CONTROLLER_ACCOUNT };
  const made = await cluster.client().create(ServiceAccount as never, request as never, options);
  const { status } = made as unknown as TokenRequest;
  const config = {
    apiVersion: 'v1',
    kind: 'Config',
    'current-context': 'a',
    clusters: [
      {
        name: 'a',
        cluster: {
          server: cluster.url,
          'certificate-authority-data': Buffer.from(cluster.ca).toString('base64'),
        },
      },
    ],
    users: [{ name: 'a', user: { token: status?.token ?? '' } }],
    contexts: [{ name: 'a', context: { cluster: 'a', user: 'a' } }],
  };
  await writeFile(path, JSON.stringify(config), { mode: 0o600 });
}
