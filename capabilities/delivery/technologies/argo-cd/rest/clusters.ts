import { Application } from '@slipway/kinds';
import { CONTROL_NAMESPACE } from '../application/tracking.ts';
import { type Cluster, ownCluster } from '../clusters/cluster.ts';
import { type Exchange, mayDo, permissionDenied, send } from './exchange.ts';

/** Who may read the cluster's Secret may see it, without its credentials; the platform itself everybody may see. */
function mayCluster(exchange: Exchange, { secret }: Cluster): Promise<boolean> | boolean {
  if (secret === '') return true;
  return mayDo(exchange, {
    verb: 'get',
    group: '',
    resource: 'secrets',
    namespace: CONTROL_NAMESPACE,
    name: secret,
  });
}

export async function listClusters(exchange: Exchange): Promise<void> {
  const { query } = exchange;
  const [name, server] = [query.get('name'), query.get('server')];
  const items: object[] = [];
  for (const cluster of exchange.state.desk.clusters.list()) {
    if ((name && cluster.name !== name) || (server && cluster.server !== server)) continue;
    if (await mayCluster(exchange, cluster)) items.push(await shown(exchange, cluster));
  }
  send(exchange, { metadata: {}, items });
}

/** By its address, or by its name with `id.type=name`. */
export async function clusterOf(exchange: Exchange, id: string): Promise<Cluster> {
  const byName = exchange.query.get('id.type')?.startsWith('name') === true;
  const found = exchange.state.desk.clusters
    .list()
    .find(cluster => (byName ? cluster.name === id : cluster.server === id));
  if (!found || !(await mayCluster(exchange, found))) throw permissionDenied();
  return found;
}

export async function getCluster(exchange: Exchange, [id = '']: string[]): Promise<void> {
  send(exchange, await shown(exchange, await clusterOf(exchange, id)));
}

async function shown({ state }: Exchange, cluster: Cluster): Promise<object> {
  const { items } = await state.desk.ports.client.list(Application);
  const count = items.filter(({ spec }) => {
    const { server, name } = (spec?.destination ?? {}) as { server?: string; name?: string };
    return server ? server === cluster.server : name === cluster.name;
  }).length;
  const { status, message, at, serverVersion } = await state.desk.clusters.connection(cluster.server);
  const connectionState = { status, message, attemptedAt: new Date(at).toISOString() };
  const { name, server, namespaces, clusterResources, project, labels, annotations } = cluster;
  return {
    name,
    server,
    config: { tlsClientConfig: { insecure: false } },
    ...(namespaces.length > 0 ? { namespaces, clusterResources } : {}),
    ...(project ? { project } : {}),
    ...(cluster === ownCluster ? {} : { labels, annotations }),
    connectionState,
    ...(serverVersion ? { serverVersion } : {}),
    info: {
      connectionState,
      ...(serverVersion ? { serverVersion } : {}),
      cacheInfo: {},
      applicationsCount: count,
    },
  };
}
