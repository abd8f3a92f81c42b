import { timestamp } from '@slipway/api';
import {
  type Container,
  type ContainerStatus,
  type Pod,
  type PodCondition,
  type PodStatus,
  qosClass,
} from '@slipway/kinds';
import { ENFORCED_CONDITION } from '../../../contract.ts';
import { isSidecar, type ObservedPod } from './observed.ts';
import { isComplete, isInitialized } from './plan.ts';

export interface StatusOptions {
  now: number;
  hostIP: string;
  /** What the driver cannot enforce for this pod; '' when nothing. */
  notEnforced: string;
}

/** The pod's status as the kubelet writes it. What others wrote (PodScheduled, readiness gates) stays. */
export function podStatus(pod: Pod, observed: ObservedPod, options: StatusOptions): PodStatus {
  const before = pod.status ?? {};
  const phase = phaseOf(pod, observed);
  const isEnded = phase === 'Succeeded' || phase === 'Failed';
  const init = (pod.spec.initContainers ?? []).map(container => containerStatus(container, observed, pod));
  const main = pod.spec.containers.map(container => containerStatus(container, observed, pod));
  const conditions = conditionsOf(pod, observed, { ...options, phase, init, main });
  const { podIP } = observed;
  return {
    ...(pod.metadata.generation === undefined ? {} : { observedGeneration: pod.metadata.generation }),
    ...before,
    phase,
    conditions,
    ...(observed.verdict && isEnded
      ? { reason: observed.verdict.reason, message: observed.verdict.message }
      : {}),
    hostIP: options.hostIP,
    hostIPs: [{ ip: options.hostIP }],
    ...(podIP ? { podIP, podIPs: [{ ip: podIP }] } : {}),
    startTime: timestamp(observed.startedAt),
    ...(init.length > 0 ? { initContainerStatuses: isEnded ? init.map(settled) : init } : {}),
    containerStatuses: isEnded ? main.map(settled) : main,
    qosClass: before.qosClass ?? qosClass(pod),
  };
}

function settled(status: ContainerStatus): ContainerStatus {
  return { ...status, ready: status.ready && status.state?.terminated?.exitCode === 0, started: false };
}

/** As upstream's status manager: a pod is not over while something of it may run. */
function hasAlive({ containers }: ObservedPod): boolean {
  return [...containers.values()].some(({ phase }) => phase === 'running' || phase === 'starting');
}

export function phaseOf(pod: Pod, observed: ObservedPod): NonNullable<PodStatus['phase']> {
  if (observed.verdict && !hasAlive(observed)) return observed.verdict.phase;
  const ran = pod.spec.containers.map(container => observed.containers.get(container.name));
  const initFailed = (pod.spec.initContainers ?? []).some(container => {
    const state = observed.containers.get(container.name);
    return !isSidecar(container) && state?.phase === 'exited' && state.terminated?.exitCode !== 0;
  });
  if (isComplete(pod, observed)) {
    const isGood = !initFailed && ran.every(state => state?.terminated?.exitCode === 0);
    const sidecarsLeft = (pod.spec.initContainers ?? []).some(
      container => isSidecar(container) && observed.containers.get(container.name)?.phase === 'running',
    );
    if (sidecarsLeft) return 'Running';
    return isGood ? 'Succeeded' : 'Failed';
  }
  if (!isInitialized(pod, observed)) return 'Pending';
  const hasRun = ran.every(
    state => state?.phase === 'running' || state?.phase === 'exited' || state?.previous,
  );
  return hasRun ? 'Running' : 'Pending';
}

function containerStatus(container: Container, observed: ObservedPod, pod: Pod): ContainerStatus {
  const state = observed.containers.get(container.name);
  const status: ContainerStatus = {
    name: container.name,
    state: { waiting: waitingOf(container, observed, pod) },
    lastState: {},
    ready: false,
    restartCount: state?.restartCount ?? 0,
    image: state?.image ?? container.image ?? '',
    imageID: state?.imageID ?? '',
    ...(state?.containerID ? { containerID: state.containerID } : {}),
    started: false,
  };
  if (!state) return status;
  const previous = state.previous ? { terminated: state.previous } : {};
  if (state.phase === 'running') {
    const running = { startedAt: timestamp(state.startedAt ?? 0) };
    return { ...status, state: { running }, lastState: previous, ready: state.ready, started: state.started };
  }
  if (state.phase === 'exited' && state.terminated && !state.waiting) {
    const isInit = (pod.spec.initContainers ?? []).includes(container) && !isSidecar(container);
    const ready = isInit && state.terminated.exitCode === 0;
    return { ...status, state: { terminated: state.terminated }, lastState: previous, ready };
  }
  const last = state.terminated ? { terminated: state.terminated } : previous;
  return { ...status, lastState: last };
}

function waitingOf(
  container: Container,
  observed: ObservedPod,
  pod: Pod,
): { reason: string; message?: string } {
  const state = observed.containers.get(container.name);
  if (state?.waiting) return state.waiting;
  const { trouble } = observed;
  if (trouble?.reason === 'Unsupported')
    return { reason: 'CreateContainerConfigError', message: trouble.message };
  const isInit = (pod.spec.initContainers ?? []).includes(container);
  const waitsForInits = (pod.spec.initContainers ?? []).length > 0 && !isInitialized(pod, observed);
  return { reason: isInit || waitsForInits ? 'PodInitializing' : 'ContainerCreating' };
}

interface ConditionOptions extends StatusOptions {
  phase: NonNullable<PodStatus['phase']>;
  init: ContainerStatus[];
  main: ContainerStatus[];
}

type Finding = Omit<PodCondition, 'lastTransitionTime' | 'lastProbeTime'>;

function conditionsOf(pod: Pod, observed: ObservedPod, options: ConditionOptions): PodCondition[] {
  const { now, notEnforced } = options;
  const containersReady = containersReadyOf(pod, observed, options);
  const findings: Finding[] = [
    readyToStart(observed),
    initializedOf(pod, observed, options),
    readyOf(pod, containersReady),
    containersReady,
    ...(notEnforced
      ? [{ type: ENFORCED_CONDITION, status: 'False' as const, reason: 'DriverCannot', message: notEnforced }]
      : []),
  ];
  const before = pod.status?.conditions ?? [];
  const own = new Set(findings.map(finding => finding.type));
  const generation = pod.metadata.generation;
  const made = findings.map(finding => {
    const known = before.find(one => one.type === finding.type);
    const lastTransitionTime = known?.status === finding.status ? known.lastTransitionTime : timestamp(now);
    return {
      ...finding,
      ...(generation === undefined ? {} : { observedGeneration: generation }),
      lastProbeTime: null,
      lastTransitionTime: lastTransitionTime ?? timestamp(now),
    };
  });
  return [...made, ...before.filter(one => !own.has(one.type) && one.type !== ENFORCED_CONDITION)];
}

/** What keeps the sandbox or the volumes from being made stands here, by name. */
function readyToStart({ sandbox, trouble }: ObservedPod): Finding {
  const type = 'PodReadyToStartContainers';
  if (sandbox === 'ready') return { type, status: 'True' };
  return trouble
    ? { type, status: 'False', reason: trouble.reason, message: trouble.message }
    : { type, status: 'False' };
}

function initializedOf(pod: Pod, observed: ObservedPod, { phase, init }: ConditionOptions): Finding {
  if (isInitialized(pod, observed)) {
    return phase === 'Succeeded'
      ? { type: 'Initialized', status: 'True', reason: 'PodCompleted' }
      : { type: 'Initialized', status: 'True' };
  }
  const names = init.filter(status => !status.ready && !status.started).map(status => status.name);
  const message = `containers with incomplete status: [${names.join(' ')}]`;
  return { type: 'Initialized', status: 'False', reason: 'ContainersNotInitialized', message };
}

function containersReadyOf(
  pod: Pod,
  observed: ObservedPod,
  { phase, init, main }: ConditionOptions,
): Finding {
  const type = 'ContainersReady';
  if (phase === 'Succeeded') return { type, status: 'False', reason: 'PodCompleted' };
  if (phase === 'Failed') return { type, status: 'False', reason: 'PodFailed' };
  const sidecars = new Set((pod.spec.initContainers ?? []).filter(isSidecar).map(one => one.name));
  const unready = [...init.filter(one => sidecars.has(one.name)), ...main].filter(status => !status.ready);
  const isInit = isInitialized(pod, observed);
  if (unready.length === 0 && isInit) return { type, status: 'True' };
  const names = unready.map(status => status.name).join(' ');
  return {
    type,
    status: 'False',
    reason: 'ContainersNotReady',
    message: `containers with unready status: [${names}]`,
  };
}

function readyOf(pod: Pod, containersReady: Finding): Finding {
  if (containersReady.status !== 'True') return { ...containersReady, type: 'Ready' };
  const missing = (pod.spec.readinessGates ?? []).filter(
    gate => pod.status?.conditions?.find(one => one.type === gate.conditionType)?.status !== 'True',
  );
  if (missing.length === 0) return { type: 'Ready', status: 'True' };
  const [first] = missing;
  const message = `corresponding condition of pod readiness gate ${JSON.stringify(first?.conditionType)} does not exist.`;
  return { type: 'Ready', status: 'False', reason: 'ReadinessGatesNotReady', message };
}
