import { messageOf, SlipwayError } from '@slipway/api';
import type { NodeTransportOptions } from '@slipway/client/node';
import type { Secret } from '@slipway/kinds';
import { secretTexts } from '../settings/repository.ts';

export const IN_CLUSTER = 'https://kubernetes.default.svc';
export const IN_CLUSTER_NAME = 'in-cluster';

/** A destination: the platform itself, or what a Secret `argocd.argoproj.io/secret-type: cluster` says. */
export interface Cluster {
  name: string;
  server: string;
  /** Only these namespaces are looked after; empty: all of them. */
  namespaces: string[];
  /** With `namespaces`: objects without a namespace are looked after, too. */
  clusterResources: boolean;
  /** The project it belongs to; empty: all of them. */
  project: string;
  labels: Record<string, string>;
  annotations: Record<string, string>;
  /** Name of the Secret; empty for the platform itself when it has none. */
  secret: string;
}

/** The platform's own API. */
export const ownCluster: Cluster = {
  name: IN_CLUSTER_NAME,
  server: IN_CLUSTER,
  namespaces: [],
  clusterResources: false,
  project: '',
  labels: {},
  annotations: {},
  secret: '',
};

/** What a cluster Secret says, without its credentials. */
export function readCluster(secret: Secret): Cluster {
  const texts = secretTexts(secret);
  const { labels = {}, annotations = {}, name = '' } = secret.metadata;
  const { 'argocd.argoproj.io/secret-type': _type, ...own } = labels;
  const {
    'kubectl.kubernetes.io/last-applied-configuration': _last,
    'managed-by': _manager,
    ...notes
  } = annotations;
  return {
    name: texts.name ?? '',
    server: (texts.server ?? '').replace(/\/+$/, ''),
    namespaces: (texts.namespaces ?? '')
      .split(',')
      .map(each => each.trim())
      .filter(each => each !== ''),
    clusterResources: texts.clusterResources === 'true',
    project: texts.project ?? '',
    labels: own,
    annotations: notes,
    secret: name,
  };
}

interface ClusterConfig {
  username?: string;
  password?: string;
  bearerToken?: string;
  tlsClientConfig?: {
    insecure?: boolean;
    serverName?: string;
    certData?: string;
    keyData?: string;
    caData?: string;
  };
  awsAuthConfig?: unknown;
  execProviderConfig?: unknown;
  proxyUrl?: string;
}

/** What would run a program of the cloud's, or go through somebody else. */
const REFUSED = ['awsAuthConfig', 'execProviderConfig', 'proxyUrl'] as const;

/**
 * How a cluster is reached, from its Secret's `config` (JSON).
 * @throws SlipwayError ClusterInvalid when that is no such JSON, ClusterUnsupported for exec and cloud credentials
 */
export function readConnection(secret: Secret): NodeTransportOptions {
  const where = `cluster Secret ${JSON.stringify(secret.metadata.name)}`;
  const texts = secretTexts(secret);
  const config = readConfig(texts.config ?? '', where);
  const refused = REFUSED.find(field => config[field] !== undefined && config[field] !== null);
  if (refused)
    throw new SlipwayError(
      'ClusterUnsupported',
      `cluster not usable: ${where}: config.${refused} is not supported by this engine; give bearerToken, tlsClientConfig.certData or username and password instead`,
    );
  const { tlsClientConfig: tls = {}, bearerToken, username, password } = config;
  const pem = (data: string | undefined) => (data ? Buffer.from(data, 'base64').toString('utf8') : undefined);
  const [ca, cert, key] = [pem(tls.caData), pem(tls.certData), pem(tls.keyData)];
  if (tls.insecure === true && ca)
    throw invalid(where, 'specifying a root certificates file with the insecure flag is not allowed');
  if (Boolean(cert) !== Boolean(key))
    throw invalid(where, 'tlsClientConfig.certData and keyData go together, one of them is missing');
  return {
    url: (texts.server ?? '').replace(/\/+$/, ''),
    ...(ca ? { ca } : {}),
    ...(cert && key ? { cert, key } : {}),
    ...(tls.serverName ? { serverName: tls.serverName } : {}),
    ...(tls.insecure === true ? { insecure: true } : {}),
    ...(bearerToken ? { token: bearerToken } : {}),
    ...(username && !bearerToken ? { basic: { username, password: password ?? '' } } : {}),
  };
}

function readConfig(text: string, where: string): ClusterConfig {
  if (text.trim() === '') return {};
  try {
    const value: unknown = JSON.parse(text);
    if (typeof value === 'object' && value !== null && !Array.isArray(value)) return value as ClusterConfig;
  } catch (error) {
    throw invalid(where, `failed to unmarshal cluster config: ${messageOf(error)}`);
  }
  throw invalid(where, 'failed to unmarshal cluster config: it is no JSON object');
}

function invalid(where: string, why: string): SlipwayError {
  return new SlipwayError('ClusterInvalid', `cluster not usable: ${where}: ${why}`);
}

/** Why an object of a cluster that is restricted to namespaces is not looked after; undefined when it is. */
export function unmanagedProblem(
  { namespaces, clusterResources }: Cluster,
  object: { kind: string; name: string; namespace?: string | undefined },
): string | undefined {
  if (namespaces.length === 0) return undefined;
  const { kind, name, namespace } = object;
  if (!namespace && !clusterResources)
    return `Cluster level ${kind} ${JSON.stringify(name)} can not be managed when in namespaced mode`;
  if (namespace && !namespaces.includes(namespace))
    return `Namespace ${JSON.stringify(namespace)} for ${kind} ${JSON.stringify(name)} is not managed`;
  return undefined;
}
