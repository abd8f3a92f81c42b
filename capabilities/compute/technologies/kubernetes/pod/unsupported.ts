import type { Container, Pod, Volume } from '@slipway/kinds';

interface Refusal {
  field: string;
  message: string;
}

const VOLUME_SOURCES = new Set(['name', 'emptyDir', 'configMap', 'secret', 'projected', 'downwardAPI']);
const OWN_NAMESPACES = 'pods have namespaces of their own here';
const NO_LABELS = 'containers have no SELinux labels here';

/** Refused when they are set, and not to nothing. */
const POD_FIELDS: Record<string, string> = {
  hostNetwork: OWN_NAMESPACES,
  hostPID: OWN_NAMESPACES,
  hostIPC: OWN_NAMESPACES,
  shareProcessNamespace: OWN_NAMESPACES,
  runtimeClassName: 'there is one runtime here',
  'dnsConfig.nameservers':
    'names are resolved by the platform; add dnsConfig.searches, or a Service of type ExternalName',
  'securityContext.sysctls': 'the kernel is the same for all pods',
  'securityContext.seLinuxOptions': NO_LABELS,
};

const CONTAINER_FIELDS: Record<string, string> = {
  'securityContext.privileged': 'containers get no privileges on this machine',
  'securityContext.seLinuxOptions': NO_LABELS,
  'resources.claims': 'there are no devices to claim here',
  volumeDevices: 'there are no block devices here',
  restartPolicyRules: "use the pod's restartPolicy",
  'lifecycle.stopSignal': 'containers are asked to end with SIGTERM',
};

/**
 * Fields of a pod that no driver of ours can keep: the pod is refused, naming the first of them. Silence about a field
 * would let a pod run otherwise than its author thinks.
 */
export function unsupportedField(pod: Pod): Refusal | undefined {
  const { spec } = pod;
  const volumes = (spec.volumes ?? []).map((volume, index) => inVolume(volume, `spec.volumes[${index}]`));
  const inits = (spec.initContainers ?? []).map((one, index) =>
    inContainer(one, `spec.initContainers[${index}]`),
  );
  const mains = spec.containers.map((one, index) => inMain(one, `spec.containers[${index}]`));
  return [...volumes, listed(spec, POD_FIELDS, 'spec'), ...inits, ...mains].find(Boolean);
}

function inVolume(volume: Volume, path: string): Refusal | undefined {
  if (volume.persistentVolumeClaim) {
    const claim = (volume.persistentVolumeClaim as { claimName?: string }).claimName ?? '';
    const message = `claim ${JSON.stringify(claim)}: persistent volumes are not supported by the embedded engine; use emptyDir, or target: kubernetes`;
    return { field: `${path}.persistentVolumeClaim`, message };
  }
  if (volume.hostPath) return { field: `${path}.hostPath`, message: "a pod may not see the machine's files" };
  if (volume.emptyDir?.medium?.startsWith('HugePages')) {
    return { field: `${path}.emptyDir.medium`, message: 'there are no huge pages to be had here' };
  }
  const other = Object.keys(volume).find(key => !VOLUME_SOURCES.has(key));
  return other === undefined
    ? undefined
    : { field: `${path}.${other}`, message: 'this volume source is not supported' };
}

/** Only an init container's restartPolicy makes it a sidecar. */
function inMain(container: Container, path: string): Refusal | undefined {
  if (container.restartPolicy === undefined) return inContainer(container, path);
  return { field: `${path}.restartPolicy`, message: "use the pod's restartPolicy" };
}

function inContainer(container: Container, path: string): Refusal | undefined {
  const { securityContext, ports } = container;
  const hostPort = ports?.findIndex(port => port.hostPort) ?? -1;
  if (hostPort >= 0)
    return { field: `${path}.ports[${hostPort}].hostPort`, message: 'use a Service and a route' };
  const added = securityContext?.capabilities?.add?.find(name => name !== 'NET_BIND_SERVICE');
  if (added !== undefined) {
    const field = `${path}.securityContext.capabilities.add`;
    return { field, message: `capability ${added} is not given` };
  }
  return listed(container, CONTAINER_FIELDS, path);
}

function listed(object: object, fields: Record<string, string>, path: string): Refusal | undefined {
  const found = Object.entries(fields).find(([field]) => isSet(valueAt(object, field)));
  return found && { field: `${path}.${found[0]}`, message: found[1] };
}

function valueAt(object: object, field: string): unknown {
  return field
    .split('.')
    .reduce<unknown>((value, name) => (value as Record<string, unknown> | undefined)?.[name], object);
}

function isSet(value: unknown): boolean {
  if (Array.isArray(value)) return value.length > 0;
  return value !== undefined && value !== null && value !== false && value !== '';
}
