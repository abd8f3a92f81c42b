import { SlipwayError } from '@slipway/api';
import { type Cluster, IN_CLUSTER, IN_CLUSTER_NAME, ownCluster } from './cluster.ts';

/** `spec.destination` of an Application. */
export interface Destination {
  server?: string;
  name?: string;
  namespace?: string;
}

export interface KnownClusters {
  /** Those that Secrets name. */
  clusters: Cluster[];
  /** `cluster.inClusterEnabled` */
  inClusterEnabled: boolean;
}

/**
 * The cluster that a destination means.
 * @throws SlipwayError DestinationInvalid with the words of Argo CD's InvalidSpecError
 */
export function findCluster(known: KnownClusters, { server = '', name = '' }: Destination): Cluster {
  if (name !== '' && server !== '')
    throw invalid(`application destination can't have both name and server defined: ${name} ${server}`);
  if (server !== '') return byServer(known, server.replace(/\/+$/, ''), `by server "${server}"`);
  if (name === '') throw invalid('Destination server missing from app spec');
  const servers = serversNamed(known, name);
  if (servers.length === 0) throw invalid(`there are no clusters with this name: ${name}`);
  if (servers.length > 1)
    throw invalid(`there are ${servers.length} clusters with the same name: [${servers.join(' ')}]`);
  return byServer(known, servers[0] ?? '', 'by URL');
}

function byServer({ clusters, inClusterEnabled }: KnownClusters, server: string, by: string): Cluster {
  const notFound = (why: string) =>
    invalid(`error getting cluster ${by}: rpc error: code = NotFound desc = cluster "${server}" ${why}`);
  if (server === IN_CLUSTER && !inClusterEnabled) throw notFound('is disabled');
  const found = clusters.find(cluster => cluster.server === server);
  if (found) return found;
  if (server === IN_CLUSTER) return ownCluster;
  throw notFound('not found');
}

function serversNamed({ clusters, inClusterEnabled }: KnownClusters, name: string): string[] {
  const servers = clusters.filter(cluster => cluster.name === name).map(({ server }) => server);
  if (servers.length === 0 && name === IN_CLUSTER_NAME && inClusterEnabled) return [IN_CLUSTER];
  return servers.filter(server => server !== IN_CLUSTER || inClusterEnabled);
}

function invalid(message: string): SlipwayError {
  return new SlipwayError('DestinationInvalid', message);
}

/** All clusters there are, the platform's own first. */
export function listClusters({ clusters, inClusterEnabled }: KnownClusters): Cluster[] {
  const others = clusters.filter(({ server }) => server !== IN_CLUSTER);
  if (!inClusterEnabled) return others;
  return [clusters.find(({ server }) => server === IN_CLUSTER) ?? ownCluster, ...others];
}
