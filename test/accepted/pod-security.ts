// Kubernetes' Pod Security Standards, as far as the catalogue's tools touch them: what of a pod its namespace refuses.
import type { AnyObject } from '@slipway/api';
import type { PodSecurity } from '@slipway/definition';

interface SecurityContext {
  privileged?: boolean;
  allowPrivilegeEscalation?: boolean;
  runAsNonRoot?: boolean;
  runAsUser?: number;
  capabilities?: { add?: string[]; drop?: string[] };
  seccompProfile?: { type?: string };
}

interface Container {
  name: string;
  image?: string;
  ports?: { name?: string; containerPort: number; hostPort?: number }[];
  resources?: { requests?: { cpu?: string | number; memory?: string | number } };
  securityContext?: SecurityContext;
}

export interface Pod {
  owner: string;
  labels: Record<string, string>;
  replicas: number;
  spec: {
    hostNetwork?: boolean;
    hostPID?: boolean;
    hostIPC?: boolean;
    volumes?: Record<string, unknown>[];
    securityContext?: SecurityContext;
  };
  containers: (Container & { isInit?: boolean })[];
}

/** Pods that workloads among `objects` make. */
export function podsOf(objects: AnyObject[]): Pod[] {
  return objects.flatMap(({ kind, metadata, spec }) => {
    const job = kind === 'CronJob' ? (spec?.jobTemplate as AnyObject | undefined)?.spec : spec;
    const template = job?.template as
      | { metadata?: { labels?: Record<string, string> }; spec?: PodSpec }
      | undefined;
    if (!template?.spec?.containers) return [];
    const { initContainers = [], containers, ...rest } = template.spec;
    const labels = template.metadata?.labels ?? {};
    return [
      {
        owner: `${kind} ${metadata.name}`,
        labels,
        replicas: typeof spec?.replicas === 'number' ? spec.replicas : 1,
        spec: rest,
        containers: [...initContainers.map(each => ({ ...each, isInit: true })), ...containers],
      },
    ];
  });
}

type PodSpec = Pod['spec'] & { initContainers?: Container[]; containers: Container[] };

/** What a namespace of this level refuses of the pods, each with who makes it. */
export function levelProblems(objects: AnyObject[], level: PodSecurity): string[] {
  if (level === 'privileged') return [];
  return podsOf(objects).flatMap(pod => {
    const problems = [...hostProblems(pod), ...(level === 'restricted' ? restrictedProblems(pod) : [])];
    return problems.map(problem => `${pod.owner}: ${problem}`);
  });
}

function hostProblems({ spec, containers }: Pod): string[] {
  return [
    ...(spec.hostNetwork || spec.hostPID || spec.hostIPC ? ['shares a namespace of the host'] : []),
    ...(spec.volumes ?? []).filter(volume => 'hostPath' in volume).map(({ name }) => `hostPath ${name}`),
    ...containers.flatMap(({ name, ports = [], securityContext }) => [
      ...(securityContext?.privileged ? [`${name} is privileged`] : []),
      ...ports.filter(({ hostPort }) => hostPort).map(({ hostPort }) => `${name}: hostPort ${hostPort}`),
    ]),
  ];
}

function restrictedProblems({ spec, containers }: Pod): string[] {
  const own = spec.securityContext ?? {};
  return containers.flatMap(({ name, securityContext = {} }) => {
    const { allowPrivilegeEscalation, capabilities, runAsNonRoot, runAsUser, seccompProfile } =
      securityContext;
    const added = (capabilities?.add ?? []).filter(each => each !== 'NET_BIND_SERVICE');
    return [
      ...(allowPrivilegeEscalation === false ? [] : ['may gain privileges']),
      ...(capabilities?.drop?.includes('ALL') ? [] : ['keeps capabilities']),
      ...(added.length > 0 ? [`adds ${added.join(', ')}`] : []),
      ...((runAsNonRoot ?? own.runAsNonRoot) ? [] : ['may run as root']),
      ...((runAsUser ?? own.runAsUser) === 0 ? ['runs as root'] : []),
      ...((seccompProfile ?? own.seccompProfile) ? [] : ['has no seccomp profile']),
    ].map(problem => `${name} ${problem}`);
  });
}
