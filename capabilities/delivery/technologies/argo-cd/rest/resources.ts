import type { AnyObject, Stored } from '@slipway/api';
import { GrpcError, readJson } from '@slipway/gateway';
import { hideSecretData } from '../application/diff/hide-secret-data.ts';
import { applicationOf, keyOf, requireApplication, type StoredApplication } from './application-access.ts';
import { type Exchange, flag, send } from './exchange.ts';
import { identityOf } from './tree/build-tree.ts';
import type { ResourceNode } from './tree/node.ts';
import { type Tree, treeOf } from './tree/tree-of.ts';

export interface Found {
  application: StoredApplication;
  tree: Tree;
  node: ResourceNode;
  object: Stored<AnyObject>;
}

/**
 * The live object that `namespace`, `resourceName`, `kind` and `group` of the query name, where it belongs to the
 * Application: nothing else of a cluster can be had this way.
 * @throws GrpcError InvalidArgument
 */
export async function liveResource(exchange: Exchange, name: string): Promise<Found> {
  const { query, state } = exchange;
  const application = await applicationOf(exchange, name);
  const tree = await treeOf(state, application);
  const wanted = {
    group: query.get('group') ?? '',
    kind: query.get('kind') ?? '',
    namespace: query.get('namespace') ?? '',
    name: query.get('resourceName') ?? '',
  };
  const nodes = [...tree.nodes, ...(tree.orphanedNodes ?? [])];
  const node = nodes.find(each => each.uid && identityOf(each) === identityOf(wanted));
  const object = tree.live.get(node?.uid ?? '');
  if (node && object) return { application, tree, node, object };
  throw new GrpcError(
    'InvalidArgument',
    `${wanted.kind} ${wanted.group} ${wanted.name} not found as part of application ${name}`,
  );
}

/** The object as JSON text; a Secret's values are hidden. */
export async function getResource(exchange: Exchange, [name = '']: string[]): Promise<void> {
  const { object } = await liveResource(exchange, name);
  send(exchange, { manifest: JSON.stringify(withoutSecrets(exchange, object)) });
}

function withoutSecrets({ state }: Exchange, object: AnyObject): AnyObject {
  if (object.kind !== 'Secret' || object.apiVersion !== 'v1') return object;
  const { maskedAnnotations } = state.desk.settings.config();
  return hideSecretData({ target: undefined, live: object }, maskedAnnotations).live ?? object;
}

/** As the caller where it is the platform's own cluster; elsewhere whoever may change the Application may. */
export async function writerOf({ state, user }: Exchange, { application, tree }: Found) {
  const { reached } = tree;
  await requireApplication({ state, user } as Exchange, 'update', keyOf(application));
  return reached.cluster.secret === '' ? state.desk.ports.as(user) : reached.client;
}

export async function deleteResource(exchange: Exchange, [name = '']: string[]): Promise<void> {
  const { query } = exchange;
  const found = await liveResource(exchange, name);
  const client = await writerOf(exchange, found);
  const { kind, key } = await targetOf(found);
  const policy = flag(query, 'orphan') ? 'Orphan' : flag(query, 'force') ? 'Background' : 'Foreground';
  await client.delete(kind, key, {
    propagationPolicy: policy,
    ...(flag(query, 'force') ? { gracePeriodSeconds: 0 } : {}),
  });
  send(exchange, {});
}

/** The body is the patch as JSON text; `patchType` of the query as kubectl's `--type`, with its media type. */
export async function patchResource(exchange: Exchange, [name = '']: string[]): Promise<void> {
  const found = await liveResource(exchange, name);
  const client = await writerOf(exchange, found);
  const { kind, key } = await targetOf(found);
  const patchType = exchange.query.get('patchType') ?? 'application/merge-patch+json';
  const body = await readJson(exchange.request);
  const types: Record<string, 'merge' | 'strategic'> = {
    'application/merge-patch+json': 'merge',
    'application/strategic-merge-patch+json': 'strategic',
  };
  const type = types[patchType];
  if (!type)
    throw new GrpcError(
      'InvalidArgument',
      `patchType: ${patchType} is not supported; supported: ${Object.keys(types).join(', ')}`,
    );
  const object = await client.patch(kind, key, { type, body });
  send(exchange, { manifest: JSON.stringify(withoutSecrets(exchange, object as AnyObject)) });
}

export async function targetOf({ tree, object }: Found) {
  const { apiVersion, kind: name, metadata } = object;
  const kind = await tree.reached.client.discover(apiVersion, name);
  if (!kind) throw new GrpcError('NotFound', `${apiVersion} ${name}: the cluster has no such kind`);
  const { namespace } = metadata;
  return { kind, key: namespace ? { namespace, name: metadata.name } : { name: metadata.name } };
}
