import type { Container, ContainerState, Pod, PodStatus } from '@slipway/kinds';

/** What is known of one container's runs. */
export interface ObservedContainer {
  phase: 'none' | 'starting' | 'running' | 'exited';
  /** Why it is not running, when that is news (ErrImagePull, CrashLoopBackOff …). */
  waiting?: { reason: string; message?: string };
  /** Not to be started before. */
  retryAt?: number;
  startedAt?: number;
  containerID?: string;
  image?: string;
  imageID?: string;
  ready: boolean;
  started: boolean;
  /** Why we are ending it; once set it stays until the run is over. */
  ending?: { reason: string; message: string };
  /** The last run's end, while `exited`; before that of the run before. */
  terminated?: NonNullable<ContainerState['terminated']>;
  previous?: NonNullable<ContainerState['terminated']>;
  restartCount: number;
  /** Ends in a row; starts anew after ten minutes of running. */
  crashes: number;
  /** The pause before the next run. */
  backoffMs: number;
  pullBackoffMs: number;
}

export type SandboxPhase = 'none' | 'starting' | 'ready' | 'failed';

export interface ObservedPod {
  sandbox: SandboxPhase;
  /** Why there is no sandbox or no volumes yet. */
  trouble?: { reason: string; message: string; retryAt: number };
  podIP?: string;
  startedAt: number;
  containers: Map<string, ObservedContainer>;
  /** Set when the pod itself is over before its containers are: deadline, refusal, deletion. */
  verdict?: { phase: 'Failed'; reason: string; message: string };
  /** All init containers have once succeeded. */
  initialized: boolean;
  /** Succeeded or Failed: nothing of it runs again. */
  ended: boolean;
  /** We have asked the API to remove the object. */
  gone?: boolean;
}

/** The API object keeps what a restart of the platform must not forget: how often containers ran, and how they ended. */
export function observedFrom(pod: Pod, now: number): ObservedPod {
  const { status } = pod;
  const statuses = [...(status?.initContainerStatuses ?? []), ...(status?.containerStatuses ?? [])];
  const containers = new Map<string, ObservedContainer>();
  for (const container of allContainers(pod)) {
    const known = statuses.find(one => one.name === container.name);
    containers.set(container.name, known ? rememberedContainer(known) : freshContainer());
  }
  const startedAt = status?.startTime ? Date.parse(status.startTime) : now;
  const isInitialized = status?.conditions?.some(one => one.type === 'Initialized' && one.status === 'True');
  return {
    sandbox: 'none',
    startedAt,
    containers,
    initialized: isInitialized ?? false,
    ended: isOver(status),
  };
}

export function isOver(status: PodStatus | undefined): boolean {
  return status?.phase === 'Succeeded' || status?.phase === 'Failed';
}

export function allContainers(pod: Pod): Container[] {
  return [...(pod.spec.initContainers ?? []), ...pod.spec.containers];
}

export function isSidecar(container: Container): boolean {
  return container.restartPolicy === 'Always';
}

function freshContainer(): ObservedContainer {
  return {
    phase: 'none',
    ready: false,
    started: false,
    restartCount: 0,
    crashes: 0,
    backoffMs: 0,
    pullBackoffMs: 0,
  };
}

/** What ran when the platform ended is gone with it (upstream's words for a container it cannot find any more). */
function rememberedContainer(status: NonNullable<PodStatus['containerStatuses']>[number]): ObservedContainer {
  const { state, lastState, restartCount, imageID, image } = status;
  const base: ObservedContainer = { ...freshContainer(), restartCount, image, imageID };
  if (state?.terminated) {
    return { ...base, phase: 'exited', terminated: state.terminated, ...previousOf(lastState) };
  }
  if (!state?.running) return { ...base, ...previousOf(lastState) };
  const lost = {
    exitCode: 137,
    reason: 'ContainerStatusUnknown',
    message: 'The container could not be located when the pod was started again with the platform',
    ...(state.running.startedAt ? { startedAt: state.running.startedAt } : {}),
    ...(status.containerID ? { containerID: status.containerID } : {}),
  };
  return { ...base, phase: 'exited', terminated: lost, ...previousOf(lastState) };
}

function previousOf(
  last: ContainerState | undefined,
): Pick<ObservedContainer, 'previous'> | Record<string, never> {
  return last?.terminated ? { previous: last.terminated } : {};
}
