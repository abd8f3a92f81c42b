import type { Container, PodSpec, SecurityContext, Volume } from '@slipway/kinds';

type Context = SecurityContext & {
  seccompProfile?: { type?: string };
  seLinuxOptions?: { type?: string; user?: string; role?: string };
  procMount?: string;
  sysctls?: { name: string }[];
  appArmorProfile?: { type?: string };
};
interface Subject {
  spec: PodSpec & { hostPID?: boolean; hostIPC?: boolean };
  containers: Container[];
  pod: Context;
}
type Check = (subject: Subject) => string | undefined;

/** What breaks a level of the Pod Security Standards, in upstream's words; nothing for `privileged` or no level. */
export function violations(level: string | undefined, spec: PodSpec): string[] {
  if (level !== 'baseline' && level !== 'restricted') return [];
  const containers = [...(spec.initContainers ?? []), ...spec.containers];
  const subject: Subject = { spec, containers, pod: (spec.securityContext ?? {}) as Context };
  const checks = level === 'restricted' ? [...BASELINE, ...RESTRICTED] : BASELINE;
  return checks.flatMap(check => check(subject) ?? []);
}

const BASELINE_CAPABILITIES = new Set([
  'AUDIT_WRITE',
  'CHOWN',
  'DAC_OVERRIDE',
  'FOWNER',
  'FSETID',
  'KILL',
  'MKNOD',
  'NET_BIND_SERVICE',
  'SETFCAP',
  'SETGID',
  'SETPCAP',
  'SETUID',
  'SYS_CHROOT',
]);
const SAFE_SYSCTLS = new Set([
  'kernel.shm_rmid_forced',
  'net.ipv4.ip_local_port_range',
  'net.ipv4.tcp_syncookies',
  'net.ipv4.ping_group_range',
  'net.ipv4.ip_unprivileged_port_start',
  'net.ipv4.ip_local_reserved_ports',
  'net.ipv4.tcp_keepalive_time',
  'net.ipv4.tcp_fin_timeout',
  'net.ipv4.tcp_keepalive_intvl',
  'net.ipv4.tcp_keepalive_probes',
]);
const SELINUX_TYPES = new Set([
  '',
  'container_t',
  'container_init_t',
  'container_kvm_t',
  'container_engine_t',
]);

const BASELINE: Check[] = [
  ({ spec }) => {
    const shared = (['hostNetwork', 'hostPID', 'hostIPC'] as const).filter(field => spec[field]);
    return shared.length > 0
      ? `host namespaces (${shared.map(field => `${field}=true`).join(', ')})`
      : undefined;
  },
  ({ containers }) => {
    const bad = containers.filter(one => one.securityContext?.privileged);
    return bad.length > 0
      ? `privileged (${named(bad)} must not set securityContext.privileged=true)`
      : undefined;
  },
  ({ containers }) => {
    const bad = containers.filter(one =>
      added(one).some(capability => !BASELINE_CAPABILITIES.has(capability)),
    );
    const which = [...new Set(bad.flatMap(added))].filter(one => !BASELINE_CAPABILITIES.has(one)).sort();
    const list = which.map(one => `"${one}"`).join(', ');
    return bad.length > 0
      ? `non-default capabilities (${named(bad)} must not include ${list} in securityContext.capabilities.add)`
      : undefined;
  },
  ({ spec }) => {
    const bad = (spec.volumes ?? []).filter(volume => volume.hostPath !== undefined);
    return bad.length > 0 ? `hostPath volumes (${namedVolumes(bad)})` : undefined;
  },
  ({ containers }) => {
    const bad = containers.filter(one => one.ports?.some(port => port.hostPort));
    const ports = bad.flatMap(one => one.ports ?? []).flatMap(port => port.hostPort || []);
    return bad.length > 0
      ? `hostPort (${named(bad)} ${ports.length === 1 ? 'uses hostPort' : 'use hostPorts'} ${ports.join(', ')})`
      : undefined;
  },
  ({ containers }) => {
    const bad = containers.filter(one => !['Default', '', undefined].includes(context(one).procMount));
    return bad.length > 0
      ? `procMount (${named(bad)} must not set securityContext.procMount to "Unmasked")`
      : undefined;
  },
  subject =>
    unlessAll(
      subject,
      'seccompProfile',
      one => one.seccompProfile?.type !== 'Unconfined',
      'must not set securityContext.seccompProfile.type to "Unconfined"',
    ),
  subject =>
    unlessAll(
      subject,
      'forbidden AppArmor profile',
      one => one.appArmorProfile?.type !== 'Unconfined',
      'must not set AppArmor profile type to "Unconfined"',
    ),
  subject =>
    unlessAll(
      subject,
      'seLinuxOptions',
      one => safeSelinux(one.seLinuxOptions),
      'set forbidden securityContext.seLinuxOptions',
    ),
  ({ pod }) => {
    const bad = (pod.sysctls ?? []).filter(({ name }) => !SAFE_SYSCTLS.has(name));
    return bad.length > 0 ? `forbidden sysctls (${bad.map(({ name }) => name).join(', ')})` : undefined;
  },
];

const RESTRICTED_VOLUMES = new Set([
  'configMap',
  'csi',
  'downwardAPI',
  'emptyDir',
  'ephemeral',
  'image',
  'persistentVolumeClaim',
  'projected',
  'secret',
]);

const RESTRICTED: Check[] = [
  ({ containers }) => {
    const bad = containers.filter(one => one.securityContext?.allowPrivilegeEscalation !== false);
    return bad.length > 0
      ? `allowPrivilegeEscalation != false (${named(bad)} must set securityContext.allowPrivilegeEscalation=false)`
      : undefined;
  },
  ({ containers }) => {
    const undropped = containers.filter(one => !one.securityContext?.capabilities?.drop?.includes('ALL'));
    const extra = containers.filter(one => added(one).some(capability => capability !== 'NET_BIND_SERVICE'));
    const drop =
      undropped.length > 0 ? [`${named(undropped)} must set securityContext.capabilities.drop=["ALL"]`] : [];
    const which = [...new Set(extra.flatMap(added))].filter(one => one !== 'NET_BIND_SERVICE').sort();
    const add =
      extra.length > 0
        ? [
            `${named(extra)} must not include ${which.map(one => `"${one}"`).join(', ')} in securityContext.capabilities.add`,
          ]
        : [];
    const found = [...drop, ...add];
    return found.length > 0 ? `unrestricted capabilities (${found.join('; ')})` : undefined;
  },
  ({ spec }) => {
    const bad = (spec.volumes ?? []).filter(volume =>
      Object.keys(volume).some(key => key !== 'name' && !RESTRICTED_VOLUMES.has(key)),
    );
    return bad.length > 0 ? `restricted volume types (${namedVolumes(bad)})` : undefined;
  },
  ({ containers, pod }) => {
    const bad = containers.filter(one => (one.securityContext?.runAsNonRoot ?? pod.runAsNonRoot) !== true);
    return bad.length > 0
      ? `runAsNonRoot != true (pod or ${named(bad)} must set securityContext.runAsNonRoot=true)`
      : undefined;
  },
  subject => unlessAll(subject, 'runAsUser=0', one => one.runAsUser !== 0, 'must not set runAsUser=0'),
  ({ containers, pod }) => {
    const fine = (type: string | undefined) => type === 'RuntimeDefault' || type === 'Localhost';
    const bad = containers.filter(
      one => !fine(context(one).seccompProfile?.type ?? pod.seccompProfile?.type),
    );
    const must = 'must set securityContext.seccompProfile.type to "RuntimeDefault" or "Localhost"';
    return bad.length > 0 ? `seccompProfile (pod or ${named(bad)} ${must})` : undefined;
  },
];

function unlessAll(
  { containers, pod }: Subject,
  title: string,
  fine: (context: Context) => boolean,
  must: string,
): string | undefined {
  const bad = containers.filter(one => !fine(context(one)));
  const who = [...(fine(pod) ? [] : ['pod']), ...(bad.length > 0 ? [named(bad)] : [])];
  return who.length > 0 ? `${title} (${who.join(' and ')} ${must})` : undefined;
}

function safeSelinux(options: Context['seLinuxOptions']): boolean {
  return !options || (SELINUX_TYPES.has(options.type ?? '') && !options.user && !options.role);
}

function context(container: Container): Context {
  return (container.securityContext ?? {}) as Context;
}

function added(container: Container): string[] {
  return container.securityContext?.capabilities?.add ?? [];
}

function named(containers: Container[]): string {
  const names = containers.map(({ name }) => `"${name}"`).join(', ');
  return `${containers.length === 1 ? 'container' : 'containers'} ${names}`;
}

function namedVolumes(volumes: Volume[]): string {
  const names = volumes.map(({ name }) => `"${name}"`).join(', ');
  return `${volumes.length === 1 ? 'volume' : 'volumes'} ${names}`;
}
