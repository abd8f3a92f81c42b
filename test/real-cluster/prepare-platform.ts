// What `apply` brings of ours to a cluster, without the tools, and how a process takes part there.
import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { systemClock } from '@slipway/api';
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
import { CustomResourceDefinition } from '@slipway/kinds';
import { awaitAuthors } from '../../apps/platform/src/cluster/await-authors.ts';
import { recordedAuthors } from '../../apps/platform/src/cluster/recorded-authors.ts';
import { clusterDefinitions } from '../../apps/platform/src/own-kinds.ts';
import { catalogue } from '../../apps/platform/src/technologies.ts';
import { settledObject } from '../../packages/cluster/src/base-objects.ts';
import type { RealCluster } from '../real-cluster.ts';
import { accountKubeconfig } from './kubeconfig.ts';

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
  const account = { namespace: SYSTEM_NAMESPACE, name: CONTROLLER_ACCOUNT };
  await writeFile(join(folder, 'kubeconfig'), await accountKubeconfig(cluster, account), { mode: 0o600 });
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
  await awaitAuthors(client, { clock: systemClock, namespace: SYSTEM_NAMESPACE, timeoutMs: 30_000 });
}
