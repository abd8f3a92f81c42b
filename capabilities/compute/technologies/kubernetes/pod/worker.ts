import { rm } from 'node:fs/promises';
import { isDeepStrictEqual } from 'node:util';
import { hasReason, keyOf, messageOf } from '@slipway/api';
import { updateStatus } from '@slipway/client';
import { type Container, Pod } from '@slipway/kinds';
import { isLive } from '../volumes/volumes.ts';
import { endContainer } from './end-container.ts';
import { watchLocalStorage } from './local-storage.ts';
import { allContainers, observedFrom } from './observed.ts';
import { isInitialized, planPod, type Step } from './plan.ts';
import type { PodNode } from './pod-node.ts';
import { folderOf, logsOf, type PodState } from './pod-state.ts';
import { startContainer } from './start-container.ts';
import { refreshVolumes, startSandbox } from './start-sandbox.ts';
import { phaseOf, podStatus } from './status.ts';

/** Keeps one pod as its object wants it. One round at a time; whatever happens asks for another. */
export interface PodWorker {
  readonly state: PodState;
  update(pod: Pod): void;
  /** The object is gone: everything of it goes too, logs included. */
  removed(): Promise<void>;
  /** Something its volumes may show has changed. */
  refresh(): void;
  /** What its containers wait for may be there now. */
  reconsider(): void;
  /** The platform stops: the pod's processes end, its object stays as it is. */
  stop(): Promise<void>;
}

const RETRY_MS = 1_000;
/** Tokens and what a missed watch may have brought. */
const REFRESH_MS = 60_000;

export function openPodWorker(node: PodNode, pod: Pod): PodWorker {
  const abort = new AbortController();
  const state: PodState = {
    node,
    uid: pod.metadata.uid ?? '',
    pod,
    observed: observedFrom(pod, node.clock.now()),
    runs: new Map(),
    stopped: abort.signal,
    poke: () => rounds.poke(),
  };
  const rounds = startRounds(state);
  const refresh = () => refreshOf(state);
  if ((pod.spec.volumes ?? []).some(isLive)) void repeat(node, { signal: abort.signal, work: refresh });

  void watchLocalStorage(state);

  const end = async () => {
    abort.abort(new Error('the pod is over'));
    await rounds.settled();
    await release(state);
  };
  return {
    state,
    refresh,
    reconsider: () => reconsider(state),
    update: next => {
      state.pod = next;
      state.poke();
    },
    removed: async () => {
      await end();
      await rm(logsOf(state), { recursive: true, force: true });
    },
    stop: end,
  };
}

interface Rounds {
  /** Asks for a round: at once, or after the present one. */
  poke(): void;
  settled(): Promise<void>;
}

function startRounds(state: PodState): Rounds {
  const { node, stopped } = state;
  let isDirty = false;
  let round: Promise<void> | undefined;
  let timer = new AbortController();

  function wake(at: number): void {
    if (!Number.isFinite(at)) return;
    timer = new AbortController();
    const signal = AbortSignal.any([timer.signal, stopped]);
    node.clock.sleep(Math.max(0, at - node.clock.now()), signal).then(poke, () => {});
  }
  async function turn(): Promise<void> {
    while (isDirty && !stopped.aborted) {
      isDirty = false;
      timer.abort();
      try {
        const { wakeAt } = await once(state);
        if (wakeAt !== undefined) wake(wakeAt);
      } catch (error) {
        if (hasReason(error, 'NotFound')) return;
        node.log.warn('pod', { pod: state.pod.metadata.name, error: messageOf(error) });
        wake(node.clock.now() + RETRY_MS);
      }
    }
  }
  function poke(): void {
    isDirty = true;
    round ??= turn().finally(() => {
      round = undefined;
      if (isDirty && !stopped.aborted) poke();
    });
  }
  return {
    poke,
    settled: async () => {
      await round?.catch(() => {});
    },
  };
}

/** Objects that volumes show have changed, or are there at last. */
function refreshOf(state: PodState): void {
  const { observed, node } = state;
  if (observed.trouble?.reason === 'FailedMount') {
    observed.trouble.retryAt = 0;
    state.poke();
  }
  if (observed.sandbox !== 'ready' || observed.ended) return;
  refreshVolumes(state).catch(error => node.event(state.pod, 'Warning', 'FailedMount', messageOf(error)));
}

function reconsider(state: PodState): void {
  for (const container of state.observed.containers.values()) {
    if (container.waiting?.reason !== 'CreateContainerConfigError') continue;
    container.retryAt = 0;
    state.poke();
  }
}

async function repeat(
  { clock }: PodNode,
  { signal, work }: { signal: AbortSignal; work(): void },
): Promise<void> {
  try {
    for (;;) {
      await clock.sleep(REFRESH_MS, signal);
      work();
    }
  } catch {
    // The pod is over.
  }
}

/** One round: decide, act, tell. What takes long goes on by itself and pokes when it is done. */
async function once(state: PodState): Promise<{ wakeAt?: number }> {
  const { observed, node } = state;
  observed.initialized = isInitialized(state.pod, observed);
  const plan = planPod(state.pod, observed, node.clock.now());
  for (const step of plan.steps) if (step.step !== 'finish') act(state, step);
  await writeStatus(state);
  if (plan.steps.some(step => step.step === 'finish')) await finish(state);
  return plan.wakeAt === undefined ? {} : { wakeAt: plan.wakeAt };
}

function act(state: PodState, step: Exclude<Step, { step: 'finish' }>): void {
  if (step.step === 'sandbox') {
    void startSandbox(state).then(state.poke);
    return;
  }
  if (step.step === 'deadline') {
    state.observed.verdict = { phase: 'Failed', reason: 'DeadlineExceeded', message: step.message };
    state.node.event(state.pod, 'Normal', 'DeadlineExceeded', step.message);
    state.poke();
    return;
  }
  const container = named(state, step.container);
  if (step.step === 'start') void startContainer(state, container);
  if (step.step === 'end') void endContainer(state, container, step);
  if (step.step === 'wait') {
    const observed = state.observed.containers.get(step.container);
    if (observed) observed.waiting = { reason: step.reason, message: step.message };
  }
}

function named({ pod }: PodState, name: string): Container {
  const found = allContainers(pod).find(container => container.name === name);
  if (!found) throw new Error(`pod ${pod.metadata.name}: no container ${name}`);
  return found;
}

async function writeStatus(state: PodState): Promise<void> {
  const { node, observed } = state;
  const options = {
    now: node.clock.now(),
    hostIP: node.facts.hostIP,
    notEnforced: node.notEnforced(state.pod),
  };
  const wanted = podStatus(state.pod, observed, options);
  if (isDeepStrictEqual(wanted, state.pod.status)) return;
  const stored = await updateStatus(node.client, Pod, keyOf(state.pod), draft => {
    if (draft.metadata.uid !== state.uid) return;
    draft.status = podStatus(draft, observed, options);
  });
  if (stored.metadata.uid === state.uid) state.pod = stored;
}

/** The pod is over: its sandbox goes. A deleted one's object goes too, a complete one's stays with its logs. */
async function finish(state: PodState): Promise<void> {
  const { node, pod, observed } = state;
  const { deletionTimestamp } = pod.metadata;
  await release(state);
  if (deletionTimestamp) {
    observed.gone = true;
    const options = { gracePeriodSeconds: 0, preconditions: { uid: state.uid } };
    await node.client.delete(Pod, keyOf(pod), options).catch(error => {
      if (!hasReason(error, 'NotFound', 'Conflict')) throw error;
    });
    return;
  }
  observed.sandbox = 'none';
  await writeStatus(state);
  const phase = phaseOf(pod, observed);
  observed.ended = phase === 'Succeeded' || phase === 'Failed';
}

async function release(state: PodState): Promise<void> {
  const { node, observed, sandbox } = state;
  for (const run of state.runs.values()) run.running.kill('SIGKILL');
  await sandbox?.stop();
  await Promise.all([...state.runs.values()].map(run => run.done));
  delete state.sandbox;
  if (observed.podIP) node.addresses.give(observed.podIP);
  node.tokens.forget(state.uid);
  await node.run
    .remove(folderOf(state))
    .catch(error => node.log.warn('pod folder', { error: messageOf(error) }));
}
