import { parseQuantity, SlipwayError } from '@slipway/api';
import type { Container, Pod } from '@slipway/kinds';

/** What a pod's fields are read from besides the pod: what the node knows first. */
export interface PodFacts {
  podIP: string;
  hostIP: string;
  nodeName: string;
  /** Of the node, in thousandths: limits of containers that name none. */
  allocatable: { cpu: bigint; memory: bigint };
}

/**
 * Value of a downward API field.
 * @throws SlipwayError FieldUnsupported
 */
export function fieldValue(pod: Pod, path: string, facts: PodFacts): string {
  const { metadata, spec } = pod;
  const keyed = /^metadata\.(labels|annotations)\['(.+)'\]$/.exec(path);
  if (keyed) return metadata[keyed[1] as 'labels' | 'annotations']?.[keyed[2] ?? ''] ?? '';
  const values: Record<string, string> = {
    'metadata.name': metadata.name ?? '',
    'metadata.namespace': metadata.namespace ?? '',
    'metadata.uid': metadata.uid ?? '',
    'metadata.labels': mapText(metadata.labels),
    'metadata.annotations': mapText(metadata.annotations),
    'spec.nodeName': facts.nodeName,
    'spec.serviceAccountName': spec.serviceAccountName ?? 'default',
    'status.hostIP': facts.hostIP,
    'status.hostIPs': facts.hostIP,
    'status.podIP': facts.podIP,
    'status.podIPs': facts.podIP,
  };
  const value = values[path];
  if (value === undefined)
    throw new SlipwayError('FieldUnsupported', `fieldPath: ${JSON.stringify(path)} is not supported`);
  return value;
}

/** One `key="value"` a line, sorted, as upstream writes them into files. */
function mapText(map: Record<string, string> | undefined): string {
  return Object.entries(map ?? {})
    .sort(([a], [b]) => (a < b ? -1 : 1))
    .map(([key, value]) => `${key}=${JSON.stringify(value)}`)
    .join('\n');
}

/**
 * Value of a container's resource field, in units of the divisor, rounded up.
 * @throws SlipwayError FieldUnsupported
 */
export function resourceValue(
  container: Container,
  resource: string,
  divisor: string | undefined,
  facts: PodFacts,
): string {
  const [kind = '', name = ''] = resource.split('.');
  const isKnown = (kind === 'limits' || kind === 'requests') && name !== '';
  if (!isKnown)
    throw new SlipwayError(
      'FieldUnsupported',
      `resourceFieldRef: ${JSON.stringify(resource)} is not supported`,
    );
  const { limits, requests } = container.resources ?? {};
  const given = kind === 'limits' ? limits?.[name] : requests?.[name];
  const whole = name === 'cpu' || name === 'memory' ? facts.allocatable[name] : 0n;
  const amount = given === undefined ? (kind === 'limits' ? whole : 0n) : parseQuantity(given);
  const unit = parseQuantity(divisor && divisor !== '0' ? divisor : '1');
  return String((amount + unit - 1n) / unit);
}
