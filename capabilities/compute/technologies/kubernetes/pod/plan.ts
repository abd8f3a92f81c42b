import type { Container, Pod } from '@slipway/kinds';
import { allContainers, isSidecar, type ObservedContainer, type ObservedPod } from './observed.ts';

/** What to do next for a pod. `finish` ends its sandbox; `end` asks a container to go. */
export type Step =
  | { step: 'sandbox' }
  | { step: 'start'; container: string }
  | { step: 'wait'; container: string; reason: string; message: string }
  | { step: 'end'; container: string; reason: string; message: string; graceSeconds: number }
  | { step: 'deadline'; message: string }
  | { step: 'finish' };

export interface Plan {
  steps: Step[];
  /** Look again then at the latest. */
  wakeAt?: number;
}

const DEFAULT_GRACE_SECONDS = 30;

/** Decides from what is wanted and what is there. Pure: time comes in. */
export function planPod(pod: Pod, observed: ObservedPod, now: number): Plan {
  if (observed.gone) return { steps: [] };
  if (pod.metadata.deletionTimestamp) return endAll(pod, observed, graceOf(pod));
  if (observed.ended) return { steps: [] };
  if (observed.verdict) return endAll(pod, observed, graceOf(pod));
  const deadline = deadlineOf(pod, observed);
  if (deadline !== undefined && now >= deadline) {
    return {
      steps: [{ step: 'deadline', message: 'Pod was active on the node longer than the specified deadline' }],
    };
  }
  const running = runPod(pod, observed, now);
  return { steps: running.steps, ...earliest([running.wakeAt, deadline]) };
}

function runPod(pod: Pod, observed: ObservedPod, now: number): Plan {
  if (isComplete(pod, observed)) return endAll(pod, observed, graceOf(pod));
  if (observed.sandbox !== 'ready') return waitForSandbox(observed, now);
  const waking: (number | undefined)[] = [];
  const steps: Step[] = [];
  for (const container of wantedNow(pod, observed)) {
    const state = observed.containers.get(container.name);
    if (!state || state.phase === 'starting' || state.phase === 'running') continue;
    const next = nextRun(container, state, { pod, now });
    waking.push(next.wakeAt);
    steps.push(...next.steps);
  }
  return { steps, ...earliest(waking) };
}

function waitForSandbox(observed: ObservedPod, now: number): Plan {
  const { sandbox, trouble } = observed;
  if (sandbox === 'starting') return { steps: [] };
  if (trouble && trouble.retryAt > now) return { steps: [], wakeAt: trouble.retryAt };
  return { steps: [{ step: 'sandbox' }] };
}

/**
 * Init containers come one after another; a sidecar lets the next one begin as soon as it has started, and is kept
 * running for the whole life of the pod.
 */
function wantedNow(pod: Pod, observed: ObservedPod): Container[] {
  const inits = pod.spec.initContainers ?? [];
  const sidecars: Container[] = [];
  for (const container of inits) {
    const state = observed.containers.get(container.name);
    if (isSidecar(container)) {
      sidecars.push(container);
      if (!observed.initialized && !state?.started) return sidecars;
      continue;
    }
    if (!observed.initialized && !hasSucceeded(state)) return [...sidecars, container];
  }
  return [...sidecars, ...pod.spec.containers];
}

/** All init containers that end have succeeded, and all sidecars have started. */
export function isInitialized(pod: Pod, observed: ObservedPod): boolean {
  if (observed.initialized) return true;
  return (pod.spec.initContainers ?? []).every(container => {
    const state = observed.containers.get(container.name);
    return isSidecar(container) ? state?.started === true : hasSucceeded(state);
  });
}

function hasSucceeded(state: ObservedContainer | undefined): boolean {
  return state?.phase === 'exited' && state.terminated?.exitCode === 0;
}

/** Starts a container, or waits until it may be started again. */
function nextRun(
  container: Container,
  state: ObservedContainer,
  { pod, now }: { pod: Pod; now: number },
): Plan {
  if (state.phase === 'exited' && !mayRestart(pod, container, state)) return { steps: [] };
  if (state.retryAt === undefined || state.retryAt <= now)
    return { steps: [{ step: 'start', container: container.name }] };
  const plan: Plan = { steps: [], wakeAt: state.retryAt };
  if (state.phase !== 'exited' || state.waiting) return plan;
  const { name, namespace, uid } = pod.metadata;
  const seconds =
    state.backoffMs % 60_000 === 0 ? `${state.backoffMs / 60_000}m0s` : `${durationText(state.backoffMs)}`;
  const message = `back-off ${seconds} restarting failed container=${container.name} pod=${name}_${namespace}(${uid})`;
  return {
    ...plan,
    steps: [{ step: 'wait', container: container.name, reason: 'CrashLoopBackOff', message }],
  };
}

/** As Go prints a duration of whole seconds: `40s`, `2m40s`. */
function durationText(ms: number): string {
  const seconds = ms / 1000;
  return seconds < 60 ? `${seconds}s` : `${Math.floor(seconds / 60)}m${seconds % 60}s`;
}

export function mayRestart(pod: Pod, container: Container, state: ObservedContainer): boolean {
  if (isSidecar(container)) return true;
  const policy = pod.spec.restartPolicy ?? 'Always';
  const isInit = (pod.spec.initContainers ?? []).includes(container);
  const failed = state.terminated?.exitCode !== 0;
  if (isInit) return failed && policy !== 'Never';
  return policy === 'Always' || (policy === 'OnFailure' && failed);
}

/** Nothing more will run: every main container is over for good, or an init container failed for good. */
export function isComplete(pod: Pod, observed: ObservedPod): boolean {
  const isOver = (container: Container) => {
    const state = observed.containers.get(container.name);
    return state?.phase === 'exited' && !mayRestart(pod, container, state);
  };
  const failedInit = (pod.spec.initContainers ?? []).some(
    container => isOver(container) && !hasSucceeded(observed.containers.get(container.name)),
  );
  return failedInit || pod.spec.containers.every(isOver);
}

/** Main containers first; sidecars once those are gone, last one first; then the sandbox. */
function endAll(pod: Pod, observed: ObservedPod, graceSeconds: number): Plan {
  const isAlive = (container: Container) => {
    const phase = observed.containers.get(container.name)?.phase;
    return phase === 'running' || phase === 'starting';
  };
  const alive = allContainers(pod).filter(isAlive);
  if (alive.length === 0) return { steps: [{ step: 'finish' }] };
  const main = alive.filter(container => !isSidecar(container));
  const ending = main.length > 0 ? main : alive.slice(-1);
  const steps = ending
    .filter(({ name }) => !observed.containers.get(name)?.ending)
    .map(({ name }): Step => {
      const message = `Stopping container ${name}`;
      return { step: 'end', container: name, reason: 'Killing', message, graceSeconds };
    });
  return { steps };
}

function graceOf({ metadata, spec }: Pod): number {
  return metadata.deletionGracePeriodSeconds ?? spec.terminationGracePeriodSeconds ?? DEFAULT_GRACE_SECONDS;
}

function deadlineOf({ spec }: Pod, observed: ObservedPod): number | undefined {
  if (spec.activeDeadlineSeconds === undefined) return undefined;
  return observed.startedAt + spec.activeDeadlineSeconds * 1000;
}

function earliest(times: (number | undefined)[]): { wakeAt: number } | Record<string, never> {
  const given = times.filter(time => time !== undefined);
  return given.length === 0 ? {} : { wakeAt: Math.min(...given) };
}
