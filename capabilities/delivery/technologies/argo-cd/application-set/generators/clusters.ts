import { matchesLabels, messageOf, requirementsOf, type Stored } from '@slipway/api';
import type { Secret } from '@slipway/kinds';
import { IN_CLUSTER, IN_CLUSTER_NAME } from '../../clusters/cluster.ts';
import { secretTexts } from '../../settings/repository.ts';
import type { ClustersGenerator, Params } from '../spec.ts';
import { sanitizeName } from '../template/sanitize-name.ts';
import { stringMap } from '../template/string-map.ts';
import type { Ground } from './ground.ts';
import { withValues } from './values.ts';

/** Parameters for each cluster; the platform itself is among them unless labels are asked for. */
export function clusterParams(generator: ClustersGenerator, ground: Ground): Params[] {
  const { selector = {}, values, flatList = false } = generator;
  const requirements = requirementsOf(selector);
  const secrets = ground.clusters().filter(({ metadata }) => matchesLabels(requirements, metadata.labels));
  // Clusters of one name are one: the last that is met.
  const named = new Map(secrets.map(secret => [secretTexts(secret).name ?? '', secret]));
  const found = [...named.values()].map(secret =>
    fill(values, paramsOf(secret, ground.isGoTemplate), ground, 'cluster'),
  );
  const hasOwn = secrets.some(secret => secretTexts(secret).server === IN_CLUSTER);
  if (requirements.length === 0 && !hasOwn) {
    const own = { name: IN_CLUSTER_NAME, nameNormalized: IN_CLUSTER_NAME, server: IN_CLUSTER, project: '' };
    found.push(fill(values, own, ground, 'local cluster'));
  }
  return flatList ? [{ clusters: found }] : found;
}

function fill(
  values: Record<string, string> | undefined,
  params: Params,
  ground: Ground,
  what: string,
): Params {
  try {
    return withValues(values, params, ground);
  } catch (error) {
    throw new Error(`error appending templated values for ${what}: ${messageOf(error)}`);
  }
}

function paramsOf(secret: Stored<Secret>, isGoTemplate: boolean): Params {
  const { name = '', server = '', project = '' } = secretTexts(secret);
  const { labels = {}, annotations = {} } = secret.metadata;
  const params: Params = { name, nameNormalized: sanitizeName(name), server, project };
  if (isGoTemplate) {
    const metadata = {
      ...(Object.keys(annotations).length > 0 ? { annotations: stringMap(annotations) } : {}),
      ...(Object.keys(labels).length > 0 ? { labels: stringMap(labels) } : {}),
    };
    return { ...params, metadata };
  }
  for (const [key, value] of Object.entries(annotations)) params[`metadata.annotations.${key}`] = value;
  for (const [key, value] of Object.entries(labels)) params[`metadata.labels.${key}`] = value;
  return params;
}
