import { isIPv6 } from 'node:net';
import { type AnyObject, hasReason, messageOf } from '@slipway/api';
import { GrpcError, readJson } from '@slipway/gateway';
import { Secret } from '@slipway/kinds';
import { CONTROL_NAMESPACE } from '../application/tracking.ts';
import { readConnection } from '../clusters/cluster.ts';
import { clusterOf } from './clusters.ts';
import { type Exchange, flag, send } from './exchange.ts';
import { replaceSecret } from './replace-secret.ts';

const TYPE = 'argocd.argoproj.io/secret-type';
const FIELDS = [
  'server',
  'name',
  'config',
  'namespaces',
  'clusterResources',
  'project',
  'labels',
  'annotations',
  // What a client sends back of what it was shown.
  'connectionState',
  'serverVersion',
  'info',
];

interface ClusterBody {
  server: string;
  name: string;
  config: object;
  namespaces: string[];
  clusterResources: boolean;
  project: string;
  labels: Record<string, string>;
  annotations: Record<string, string>;
}

/** Makes a cluster's Secret as the caller; with `upsert=true` it changes one that is there. */
export async function createCluster(exchange: Exchange): Promise<void> {
  const wanted = readCluster(await readJson(exchange.request));
  const client = exchange.state.desk.ports.as(exchange.user);
  const secret = secretOf(wanted, secretName(wanted.server));
  try {
    await client.create(Secret, secret);
  } catch (error) {
    if (!hasReason(error, 'AlreadyExists')) throw error;
    if (!flag(exchange.query, 'upsert'))
      throw new GrpcError(
        'InvalidArgument',
        'existing cluster spec is different; use upsert flag to force update',
      );
    await replaceSecret(client, secret);
  }
  send(exchange, answerOf(wanted));
}

/** The whole cluster is replaced; `updatedFields` would leave the rest alone, and is refused. */
export async function updateCluster(exchange: Exchange, [id = '']: string[]): Promise<void> {
  if (exchange.query.has('updatedFields'))
    throw new GrpcError('Unimplemented', 'updatedFields: not supported; send the whole cluster');
  const wanted = readCluster(await readJson(exchange.request));
  const { secret, server } = await clusterOf(exchange, id);
  if (secret === '') throw new GrpcError('InvalidArgument', `${id}: the platform itself is not changed`);
  if (server !== wanted.server.replace(/\/+$/, ''))
    throw new GrpcError('InvalidArgument', `the body is cluster ${wanted.server}, not ${server}`);
  await replaceSecret(exchange.state.desk.ports.as(exchange.user), secretOf(wanted, secret));
  send(exchange, answerOf(wanted));
}

export async function deleteCluster(exchange: Exchange, [id = '']: string[]): Promise<void> {
  const { secret } = await clusterOf(exchange, id);
  if (secret === '') throw new GrpcError('InvalidArgument', `${id}: the platform itself is not removed`);
  const key = { namespace: CONTROL_NAMESPACE, name: secret };
  await exchange.state.desk.ports.as(exchange.user).delete(Secret, key);
  send(exchange, {});
}

/** @throws GrpcError InvalidArgument naming the field */
function readCluster(body: Record<string, unknown>): ClusterBody {
  const unknown = Object.keys(body).find(key => !FIELDS.includes(key));
  if (unknown) throw new GrpcError('InvalidArgument', `${unknown}: not supported for a cluster`);
  const {
    server,
    name,
    config = {},
    namespaces = [],
    clusterResources,
    project = '',
  } = body as Partial<ClusterBody>;
  if (typeof server !== 'string' || !URL.canParse(server))
    throw new GrpcError('InvalidArgument', 'server: the address of a cluster is required');
  const { labels = {}, annotations = {} } = body as Partial<ClusterBody>;
  const isOn = clusterResources === true;
  return {
    server,
    name: name || server,
    config,
    namespaces,
    clusterResources: isOn,
    project,
    labels,
    annotations,
  };
}

function secretOf(cluster: ClusterBody, name: string): Secret {
  const { server, config, namespaces, clusterResources, project, labels, annotations } = cluster;
  const secret: Secret = {
    apiVersion: 'v1',
    kind: 'Secret',
    metadata: { namespace: CONTROL_NAMESPACE, name, labels: { ...labels, [TYPE]: 'cluster' }, annotations },
    stringData: {
      server: server.replace(/\/+$/, ''),
      name: cluster.name,
      config: JSON.stringify(config),
      ...(namespaces.length > 0 ? { namespaces: namespaces.join(',') } : {}),
      ...(clusterResources ? { clusterResources: 'true' } : {}),
      ...(project ? { project } : {}),
    },
  };
  const data = Object.fromEntries(
    Object.entries(secret.stringData ?? {}).map(([key, text]) => [key, Buffer.from(text).toString('base64')]),
  );
  try {
    // What could never be reached is refused before it is written.
    readConnection({ ...secret, data });
  } catch (error) {
    throw new GrpcError('InvalidArgument', messageOf(error));
  }
  return secret;
}

/** Never its credentials. */
function answerOf({ config: _config, ...shown }: ClusterBody): AnyObject {
  return { ...shown, connectionState: { status: 'Unknown', message: '' } } as unknown as AnyObject;
}

/** `cluster-<host>-<FNV-1a of the address>` (util/db, URIToSecretName). */
export function secretName(server: string): string {
  const host = new URL(server).hostname.replace(/^\[|\]$/g, '');
  let hash = 0x811c9dc5;
  for (const byte of Buffer.from(server)) hash = Math.imul(hash ^ byte, 0x01000193) >>> 0;
  return `cluster-${(isIPv6(host) ? host.replaceAll(':', '-') : host).toLowerCase()}-${hash}`;
}
