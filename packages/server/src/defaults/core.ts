import { at, each, type Fields, fill, made } from './fields.ts';
import { defaultPodOnly, defaultPodSpec } from './pod-spec.ts';
import { defaultSource } from './volume.ts';

/** Core kinds (pkg/apis/core/v1/defaults.go). */
export function defaultPod(object: Fields): void {
  const spec = at(object, 'spec');
  defaultPodSpec(spec);
  defaultPodOnly(spec);
}

export function defaultService(object: Fields): void {
  const spec = made(object, 'spec');
  if (!spec) return;
  fill(spec, { sessionAffinity: 'None', type: 'ClusterIP' });
  if (spec.sessionAffinity === 'ClientIP') {
    const config = made(spec, 'sessionAffinityConfig');
    if (config) fill(made(config, 'clientIP'), { timeoutSeconds: 10800 });
  }
  for (const port of each(spec.ports)) {
    fill(port, { protocol: 'TCP' });
    if (!port.targetPort && port.port !== undefined) port.targetPort = port.port;
  }
  const outside = spec.type === 'NodePort' || spec.type === 'LoadBalancer';
  if (outside || each(spec.externalIPs).length > 0) fill(spec, { externalTrafficPolicy: 'Cluster' });
  if (outside || spec.type === 'ClusterIP') fill(spec, { internalTrafficPolicy: 'Cluster' });
  if (spec.type === 'LoadBalancer') fill(spec, { allocateLoadBalancerNodePorts: true });
}

export function defaultSecret(object: Fields): void {
  fill(object, { type: 'Opaque' });
  const plain = at(object, 'stringData');
  delete object.stringData;
  if (!plain || Object.keys(plain).length === 0) return;
  const encoded = Object.entries(plain).map(([name, value]) => [
    name,
    Buffer.from(String(value)).toString('base64'),
  ]);
  object.data = { ...at(object, 'data'), ...Object.fromEntries(encoded) };
}

export function defaultNamespace(object: Fields): void {
  const metadata = made(object, 'metadata');
  if (!metadata || typeof metadata.name !== 'string') return;
  const labels = made(metadata, 'labels');
  if (labels) labels['kubernetes.io/metadata.name'] = metadata.name;
}

export function defaultNode(object: Fields): void {
  const spec = made(object, 'spec');
  if (spec?.podCIDR) fill(spec, { podCIDRs: [spec.podCIDR] });
  const status = at(object, 'status');
  if (status?.capacity) fill(status, { allocatable: status.capacity });
}

export function defaultClaim(object: Fields): void {
  fill(at(object, 'spec'), { volumeMode: 'Filesystem' });
}

export function defaultPersistentVolume(object: Fields): void {
  const spec = at(object, 'spec');
  fill(spec, { persistentVolumeReclaimPolicy: 'Retain', volumeMode: 'Filesystem' });
  if (spec) defaultSource(spec);
}

export function defaultLimitRange(object: Fields): void {
  for (const limit of each(at(object, 'spec')?.limits)) {
    if (limit.type !== 'Container') continue;
    for (const [name, from] of [
      ['default', 'max'],
      ['defaultRequest', 'default'],
      ['defaultRequest', 'min'],
    ] as const) {
      const amounts = at(limit, from);
      if (amounts) fill(made(limit, name), amounts);
    }
  }
}

export function defaultEndpoints(object: Fields): void {
  for (const subset of each(object.subsets)) {
    for (const port of each(subset.ports)) fill(port, { protocol: 'TCP' });
  }
}

export function defaultEndpointSlice(object: Fields): void {
  for (const port of each(object.ports)) fill(port, { name: '', protocol: 'TCP' });
}

/** Events of the core group carry these even when they are empty. */
export function defaultEvent(object: Fields): void {
  object.eventTime ??= null;
  object.firstTimestamp ??= null;
  object.lastTimestamp ??= null;
  fill(object, { reportingComponent: '', reportingInstance: '' });
}
