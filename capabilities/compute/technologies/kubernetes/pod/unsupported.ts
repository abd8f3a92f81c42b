import type { Container, Pod, Volume } from '@slipway/kinds';

const VOLUME_SOURCES = new Set(['name', 'emptyDir', 'configMap', 'secret', 'projected', 'downwardAPI']);

/**
 * Fields of a pod that no driver of ours can keep: the pod is refused, naming the first of them. Silence about a field
 * would let a pod run otherwise than its author thinks.
 */
export function unsupportedField(pod: Pod): { field: string; message: string } | undefined {
  const { spec } = pod;
  for (const [index, volume] of (spec.volumes ?? []).entries()) {
    const found = unsupportedVolume(volume, `spec.volumes[${index}]`);
    if (found) return found;
  }
  for (const name of ['hostNetwork', 'hostPID', 'hostIPC', 'shareProcessNamespace'] as const) {
    if ((spec as unknown as Record<string, unknown>)[name] === true) {
      return { field: `spec.${name}`, message: 'pods have namespaces of their own here' };
    }
  }
  for (const [list, containers] of Object.entries({
    initContainers: spec.initContainers ?? [],
    containers: spec.containers,
  })) {
    for (const [index, container] of containers.entries()) {
      const found = unsupportedInContainer(container, `spec.${list}[${index}]`);
      if (found) return found;
    }
  }
  return undefined;
}

function unsupportedVolume(volume: Volume, path: string): { field: string; message: string } | undefined {
  if (volume.persistentVolumeClaim) {
    const claim = (volume.persistentVolumeClaim as { claimName?: string }).claimName ?? '';
    const message = `claim ${JSON.stringify(claim)}: persistent volumes are not supported by the embedded engine; use emptyDir, or target: kubernetes`;
    return { field: `${path}.persistentVolumeClaim`, message };
  }
  if (volume.hostPath) return { field: `${path}.hostPath`, message: "a pod may not see the machine's files" };
  const other = Object.keys(volume).find(key => !VOLUME_SOURCES.has(key));
  return other === undefined
    ? undefined
    : { field: `${path}.${other}`, message: 'this volume source is not supported' };
}

function unsupportedInContainer(
  container: Container,
  path: string,
): { field: string; message: string } | undefined {
  for (const name of ['startupProbe', 'livenessProbe', 'readinessProbe'] as const) {
    if (container[name]?.grpc)
      return { field: `${path}.${name}.grpc`, message: 'use httpGet, tcpSocket or exec' };
  }
  if (container.securityContext?.privileged) {
    return {
      field: `${path}.securityContext.privileged`,
      message: 'containers get no privileges on this machine',
    };
  }
  const hostPort = container.ports?.findIndex(port => port.hostPort) ?? -1;
  if (hostPort >= 0)
    return { field: `${path}.ports[${hostPort}].hostPort`, message: 'use a Service and a route' };
  const added = container.securityContext?.capabilities?.add?.find(name => name !== 'NET_BIND_SERVICE');
  return added === undefined
    ? undefined
    : { field: `${path}.securityContext.capabilities.add`, message: `capability ${added} is not given` };
}
