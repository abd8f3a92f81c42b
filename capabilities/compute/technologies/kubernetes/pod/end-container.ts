import type { Container, Lifecycle } from '@slipway/kinds';
import { check } from '../probes/check.ts';
import { observedContainer, type PodState } from './pod-state.ts';

/** preStop, SIGTERM, and SIGKILL when the grace is over. Resolves when the container has ended; never rejects. */
export async function endContainer(
  state: PodState,
  container: Container,
  { message, graceSeconds }: { message: string; graceSeconds: number },
): Promise<void> {
  const run = state.runs.get(container.name);
  const observed = observedContainer(state, container);
  if (!run || observed.ending) return;
  observed.ending = { reason: 'Killing', message };
  observed.ready = false;
  const { node, pod } = state;
  node.event(pod, 'Normal', 'Killing', message);
  const ended = new AbortController();
  void run.running.exited.then(() => ended.abort(new Error('ended')));
  const kill = node.clock.sleep(graceSeconds * 1000, ended.signal).then(
    () => run.running.kill('SIGKILL'),
    () => {},
  );
  const { preStop } = container.lifecycle ?? {};
  if (preStop && graceSeconds > 0) {
    await Promise.race([runHook(state, container, preStop), run.running.exited]).catch(error => {
      node.event(pod, 'Warning', 'FailedPreStopHook', `PreStopHook failed: ${error.message}`);
    });
  }
  if (graceSeconds > 0) run.running.kill('SIGTERM');
  await run.done;
  await kill;
}

/** A lifecycle hook; rejects when it fails. */
export async function runHook(state: PodState, container: Container, hook: Lifecycle): Promise<void> {
  const run = state.runs.get(container.name);
  const { sandbox, node } = state;
  if (!run || !sandbox) throw new Error('the container is not running');
  if (hook.sleep) return node.clock.sleep(hook.sleep.seconds * 1000, run.over.signal).catch(() => {});
  const context = { container, running: run.running, dial: (port: number) => sandbox.dial(port) };
  const limit = state.pod.spec.terminationGracePeriodSeconds ?? 30;
  const answer = await check(
    { ...hook, timeoutSeconds: Math.max(1, limit) } as Parameters<typeof check>[0],
    context,
  );
  if (!answer.ok) throw new Error(answer.message);
}
