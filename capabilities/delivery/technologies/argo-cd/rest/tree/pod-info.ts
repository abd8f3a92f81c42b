import type { AnyObject } from '@slipway/api';

interface ContainerStatus {
  name: string;
  ready?: boolean;
  started?: boolean;
  restartCount?: number;
  state?: {
    waiting?: { reason?: string };
    running?: object;
    terminated?: { reason?: string; exitCode?: number; signal?: number };
  };
}

interface PodStatus {
  phase?: string;
  reason?: string;
  conditions?: { type: string; status?: string; reason?: string }[];
  initContainerStatuses?: ContainerStatus[];
  containerStatuses?: ContainerStatus[];
}

interface PodSpec {
  nodeName?: string;
  containers?: { name: string; image?: string }[];
  initContainers?: { name: string; image?: string; restartPolicy?: string }[];
}

/** What is said of a pod beside its name, as `kubectl get` and Argo CD say it. */
export function podInfo(pod: AnyObject): { name: string; value: string }[] {
  const spec = (pod.spec ?? {}) as PodSpec;
  const status = (pod.status ?? {}) as PodStatus;
  const statuses = [...(status.initContainerStatuses ?? []), ...(status.containerStatuses ?? [])];
  const restarts = statuses.reduce((sum, { restartCount = 0 }) => sum + restartCount, 0);
  const counted = countedContainers(spec, status);
  const reason = reasonOf(pod, spec, status);
  return [
    ...(reason ? [{ name: 'Status Reason', value: reason }] : []),
    ...(spec.nodeName ? [{ name: 'Node', value: spec.nodeName }] : []),
    { name: 'Containers', value: `${counted.filter(({ ready }) => ready).length}/${totalOf(spec)}` },
    ...(restarts > 0 ? [{ name: 'Restart Count', value: String(restarts) }] : []),
  ];
}

/** Images of a pod, each once. */
export function imagesOf({ spec }: AnyObject): string[] {
  const { containers = [], initContainers = [] } = (spec ?? {}) as PodSpec;
  return [...new Set([...initContainers, ...containers].flatMap(({ image }) => image ?? []))];
}

function sidecars({ initContainers = [] }: PodSpec): string[] {
  return initContainers.filter(({ restartPolicy }) => restartPolicy === 'Always').map(({ name }) => name);
}

function totalOf(spec: PodSpec): number {
  return (spec.containers?.length ?? 0) + sidecars(spec).length;
}

function countedContainers(spec: PodSpec, status: PodStatus): ContainerStatus[] {
  const restarting = sidecars(spec);
  const init = (status.initContainerStatuses ?? []).filter(({ name }) => restarting.includes(name));
  return [...init, ...(status.containerStatuses ?? []).filter(({ state }) => state?.running)];
}

function reasonOf(pod: AnyObject, spec: PodSpec, status: PodStatus): string {
  const { phase = '', conditions = [] } = status;
  const isOver = phase === 'Succeeded' || phase === 'Failed';
  if (pod.metadata.deletionTimestamp && status.reason === 'NodeLost') return 'Unknown';
  if (pod.metadata.deletionTimestamp && !isOver) return 'Terminating';
  const isGated = conditions.some(
    ({ type, reason }) => type === 'PodScheduled' && reason === 'SchedulingGated',
  );
  const base = isGated ? 'SchedulingGated' : status.reason || phase;
  const init = initReason(spec, status);
  const isInitialized = conditions.some(each => each.type === 'Initialized' && each.status === 'True');
  return init !== undefined && !isInitialized ? init : containersReason(status, init ?? base);
}

/** Undefined when all init containers have done their work. */
function initReason(spec: PodSpec, { initContainerStatuses = [] }: PodStatus): string | undefined {
  const restarting = sidecars(spec);
  for (const [at, { name, started, state = {} }] of initContainerStatuses.entries()) {
    const { terminated, waiting } = state;
    if (terminated?.exitCode === 0 || (restarting.includes(name) && started)) continue;
    if (terminated) return `Init:${endReason(terminated)}`;
    if (waiting?.reason && waiting.reason !== 'PodInitializing') return `Init:${waiting.reason}`;
    return `Init:${at}/${spec.initContainers?.length ?? 0}`;
  }
  return undefined;
}

/** The first container that has something to say counts. */
function containersReason({ containerStatuses = [] }: PodStatus, otherwise: string): string {
  const told = containerStatuses.find(({ state }) => state?.waiting?.reason || state?.terminated);
  if (!told) return otherwise;
  const { waiting, terminated } = told.state ?? {};
  const reason = waiting?.reason || endReason(terminated ?? {});
  const isRunning = containerStatuses.some(({ ready, state }) => ready && state?.running);
  return reason === 'Completed' && isRunning ? 'Running' : reason;
}

function endReason({
  reason,
  signal,
  exitCode = 0,
}: {
  reason?: string;
  signal?: number;
  exitCode?: number;
}) {
  if (reason) return reason;
  return signal ? `Signal:${signal}` : `ExitCode:${exitCode}`;
}
