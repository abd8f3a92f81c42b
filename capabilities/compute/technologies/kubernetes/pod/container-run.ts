import { readFile, rm } from 'node:fs/promises';
import { type Clock, messageOf, timestamp } from '@slipway/api';
import type { Container } from '@slipway/kinds';
import type { Exit, Container as RunningContainer } from '@slipway/sandbox';
import { type LogWriter, openLogFile, removeLog } from '../logs/log-file.ts';
import { startProbes } from '../probes/prober.ts';
import { backOff } from './back-off.ts';
import { terminationFile, upperFolder } from './container-options.ts';
import { endContainer, runHook } from './end-container.ts';
import type { ObservedContainer } from './observed.ts';
import { logFileOf, observedContainer, type PodState, type Run } from './pod-state.ts';

const MESSAGE_BYTES = 4096;
const FALLBACK_BYTES = 2048;

/** Follows a run from its first moment to its end: logs, probes, hooks, and what becomes of it. */
export function noteRun(state: PodState, container: Container, running: RunningContainer): void {
  const observed = observedContainer(state, container);
  const { clock } = state.node;
  const number = observed.restartCount;
  observed.phase = 'running';
  observed.startedAt = clock.now();
  observed.containerID = `slipway://${state.uid.replaceAll('-', '')}-${container.name}-${number}`;
  observed.ready = false;
  observed.started = false;
  delete observed.ending;
  const run: Run = {
    running,
    over: new AbortController(),
    logFile: logFileOf(state, container.name, number),
    taps: new Set(),
    done: Promise.resolve(),
  };
  state.runs.set(container.name, run);
  run.done = follow(state, { container, observed, run, number });
  const { postStart } = container.lifecycle ?? {};
  const hooked = postStart ? runHook(state, container, postStart) : Promise.resolve();
  hooked.then(
    () => probe(state, { container, observed, run }),
    error => {
      const message = `PostStartHook failed: ${messageOf(error)}`;
      state.node.event(state.pod, 'Warning', 'FailedPostStartHook', message);
      void endContainer(state, container, { message: 'FailedPostStartHook', graceSeconds: 0 });
    },
  );
  state.poke();
}

interface Following {
  container: Container;
  observed: ObservedContainer;
  run: Run;
}

function probe(state: PodState, { container, observed, run }: Following): void {
  const { node, pod } = state;
  const change = (edit: () => void) => {
    if (run.over.signal.aborted) return;
    edit();
    state.poke();
  };
  startProbes({
    container,
    clock: node.clock,
    signal: run.over.signal,
    context: { container, running: run.running, dial: port => dial(state, port) },
    news: {
      started: () => change(() => (observed.started = true)),
      ready: isReady => {
        if (observed.ready !== isReady) change(() => (observed.ready = isReady));
      },
      failed: (kind, { message }) => {
        const name = kind.charAt(0).toUpperCase() + kind.slice(1);
        node.event(pod, 'Warning', 'Unhealthy', `${name} probe failed: ${message}`);
      },
      unhealthy: (kind, { terminationGracePeriodSeconds }) => {
        const message = `Container ${container.name} failed ${kind} probe, will be restarted`;
        const grace = terminationGracePeriodSeconds ?? pod.spec.terminationGracePeriodSeconds ?? 30;
        void endContainer(state, container, { message, graceSeconds: grace });
      },
    },
  });
}

async function dial({ sandbox }: PodState, port: number) {
  if (!sandbox) throw new Error('the pod is over');
  return sandbox.dial(port);
}

async function follow(state: PodState, following: Following & { number: number }): Promise<void> {
  const { container, run, number } = following;
  const { clock, news } = state.node;
  const log = await openLogFile(run.logFile, { clock, news });
  const reading = Promise.all([take(log, run, 'stdout'), take(log, run, 'stderr')]);
  const exit = await run.running.exited;
  run.over.abort(new Error('the container is over'));
  await within(reading, { clock, ms: 2_000 });
  await log.close();
  const terminated = await terminatedOf(state, following, exit);
  ended(state, following, terminated);
  await rm(terminationFile(state, container, number), { force: true });
  await state.node.run.remove(upperFolder(state, container, number)).catch(() => {});
  // This run and the one before are kept, as upstream keeps them.
  if (number >= 2) await removeLog(logFileOf(state, container.name, number - 2));
}

function take(log: LogWriter, run: Run, name: 'stdout' | 'stderr'): Promise<void> {
  return log.take(run.running[name], name, chunk => {
    for (const tap of run.taps) tap(name, chunk);
  });
}

/** A process that left the container's namespaces could hold a pipe open for ever. */
async function within(work: Promise<unknown>, { clock, ms }: { clock: Clock; ms: number }): Promise<void> {
  const late = new AbortController();
  await Promise.race([work, clock.sleep(ms, late.signal).catch(() => {})]);
  late.abort();
}

async function terminatedOf(
  state: PodState,
  { container, observed, run, number }: Following & { number: number },
  exit: Exit,
) {
  const message = await messageOfRun(state, { container, run, number, exit });
  return {
    exitCode: exit.exitCode,
    reason: exit.outOfMemory ? 'OOMKilled' : exit.exitCode === 0 ? 'Completed' : 'Error',
    ...(message ? { message } : {}),
    startedAt: timestamp(observed.startedAt ?? 0),
    finishedAt: timestamp(state.node.clock.now()),
    ...(observed.containerID ? { containerID: observed.containerID } : {}),
  };
}

async function messageOfRun(
  state: PodState,
  { container, run, number, exit }: { container: Container; run: Run; number: number; exit: Exit },
): Promise<string> {
  const written = await readFile(terminationFile(state, container, number)).catch(() => Buffer.alloc(0));
  if (written.length > 0) return written.subarray(0, MESSAGE_BYTES).toString();
  if (container.terminationMessagePolicy !== 'FallbackToLogsOnError' || exit.exitCode === 0) return '';
  const text = await readFile(run.logFile, 'utf8').catch(() => '');
  const lines = text.split('\n').filter(Boolean).slice(-80);
  return lines
    .map(line => `${line.split(' ').slice(3).join(' ')}\n`)
    .join('')
    .slice(-FALLBACK_BYTES);
}

/** The end of a run, and the pause before the next: none after the first end, then 10 s, doubling. */
function ended(
  state: PodState,
  { container, observed, run }: Following,
  terminated: NonNullable<ObservedContainer['terminated']>,
): void {
  const { node, pod } = state;
  const now = node.clock.now();
  if (state.runs.get(container.name) === run) state.runs.delete(container.name);
  Object.assign(observed, backOff(observed, now));
  observed.phase = 'exited';
  observed.terminated = terminated;
  observed.ready = false;
  observed.started = false;
  delete observed.ending;
  if (observed.backoffMs > 0 && !pod.metadata.deletionTimestamp) {
    const text = `Back-off restarting failed container ${container.name} in pod ${pod.metadata.name}_${pod.metadata.namespace}(${state.uid})`;
    node.event(pod, 'Warning', 'BackOff', text);
  }
  state.poke();
}
