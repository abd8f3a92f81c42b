import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { Container, Pod } from '@slipway/kinds';
import { type ObservedContainer, type ObservedPod, observedFrom } from './observed.ts';
import { planPod } from './plan.ts';
import { phaseOf, podStatus } from './status.ts';

const NOW = 1_000_000;

function podOf(spec: Partial<Pod['spec']>, metadata: Pod['metadata'] = {}): Pod {
  return {
    apiVersion: 'v1',
    kind: 'Pod',
    metadata: { name: 'p', namespace: 'n', uid: 'u', ...metadata },
    spec: { containers: [{ name: 'main' }], restartPolicy: 'Always', ...spec },
  };
}

function seen(
  pod: Pod,
  states: Record<string, Partial<ObservedContainer>>,
  more: Partial<ObservedPod> = {},
): ObservedPod {
  const observed = { ...observedFrom(pod, NOW), sandbox: 'ready' as const, ...more };
  for (const [name, state] of Object.entries(states)) {
    const known = observed.containers.get(name);
    if (known) Object.assign(known, state);
  }
  return observed;
}

const running = { phase: 'running' as const, startedAt: NOW - 5000, ready: true, started: true };
const ended = (exitCode: number, more = {}) => ({
  phase: 'exited' as const,
  terminated: { exitCode },
  ...more,
});
const init = (name: string): Container => ({ name });
const sidecar = (name: string): Container => ({ name, restartPolicy: 'Always' });

test('planPod() decides what to do next', () => {
  const plain = podOf({});
  const inits = podOf({ initContainers: [init('one'), init('two')] });
  const withSidecar = podOf({ initContainers: [sidecar('side'), init('one')], restartPolicy: 'Never' });
  const deleted = podOf({}, { deletionTimestamp: '2026-01-01T00:00:00Z', deletionGracePeriodSeconds: 7 });
  const once = podOf({ restartPolicy: 'Never' });
  const rows: { because: string; pod: Pod; observed: ObservedPod; steps: string[]; wakeAt?: number }[] = [
    {
      because: 'first of all a network and volumes',
      pod: plain,
      observed: seen(plain, {}, { sandbox: 'none' }),
      steps: ['sandbox'],
    },
    {
      because: 'one thing at a time',
      pod: plain,
      observed: seen(plain, {}, { sandbox: 'starting' }),
      steps: [],
    },
    {
      because: 'a sandbox that failed waits',
      pod: plain,
      observed: seen(
        plain,
        {},
        { sandbox: 'none', trouble: { reason: 'FailedMount', message: '', retryAt: NOW + 500 } },
      ),
      steps: [],
      wakeAt: NOW + 500,
    },
    { because: 'then the container', pod: plain, observed: seen(plain, {}), steps: ['start main'] },
    { because: 'it runs', pod: plain, observed: seen(plain, { main: running }), steps: [] },
    {
      because: 'the first init container alone',
      pod: inits,
      observed: seen(inits, {}),
      steps: ['start one'],
    },
    {
      because: 'the second after the first succeeded',
      pod: inits,
      observed: seen(inits, { one: ended(0) }),
      steps: ['start two'],
    },
    {
      because: 'the others after all',
      pod: inits,
      observed: seen(inits, { one: ended(0), two: ended(0) }),
      steps: ['start main'],
    },
    {
      because: 'a failed init container again',
      pod: inits,
      observed: seen(inits, { one: ended(1, { retryAt: NOW }) }),
      steps: ['start one'],
    },
    {
      because: 'what follows waits for the sidecar to be up',
      pod: withSidecar,
      observed: seen(withSidecar, { side: { phase: 'starting' } }),
      steps: [],
    },
    {
      because: 'it is up',
      pod: withSidecar,
      observed: seen(withSidecar, { side: running }),
      steps: ['start one'],
    },
    {
      because: 'a sidecar starts again in a pod that never restarts',
      pod: withSidecar,
      observed: seen(
        withSidecar,
        { side: ended(1, { retryAt: NOW }), one: ended(0), main: running },
        { initialized: true },
      ),
      steps: ['start side'],
    },
    {
      because: 'the sidecar goes when the main container is over',
      pod: withSidecar,
      observed: seen(withSidecar, { side: running, one: ended(0), main: ended(0) }, { initialized: true }),
      steps: ['end side 30'],
    },
    {
      because: 'a crash waits, and is told',
      pod: plain,
      observed: seen(plain, { main: ended(1, { retryAt: NOW + 10_000, backoffMs: 10_000 }) }),
      steps: ['wait main CrashLoopBackOff'],
      wakeAt: NOW + 10_000,
    },
    {
      because: 'a success restarts too',
      pod: plain,
      observed: seen(plain, { main: ended(0, { retryAt: NOW }) }),
      steps: ['start main'],
    },
    { because: 'Never means never', pod: once, observed: seen(once, { main: ended(1) }), steps: ['finish'] },
    {
      because: 'a deleted pod’s containers get its grace',
      pod: deleted,
      observed: seen(deleted, { main: running }),
      steps: ['end main 7'],
    },
    {
      because: 'they are told once',
      pod: deleted,
      observed: seen(deleted, { main: { ...running, ending: { reason: '', message: '' } } }),
      steps: [],
    },
    {
      because: 'then the pod goes',
      pod: deleted,
      observed: seen(deleted, { main: ended(0) }),
      steps: ['finish'],
    },
    {
      because: 'even one that had ended before',
      pod: deleted,
      observed: seen(deleted, { main: ended(0) }, { ended: true }),
      steps: ['finish'],
    },
    { because: 'and that is all', pod: deleted, observed: seen(deleted, {}, { gone: true }), steps: [] },
  ];
  for (const { because, pod, observed, steps, wakeAt } of rows) {
    const plan = planPod(pod, observed, NOW);
    const told = plan.steps.map(step => {
      const {
        container = '',
        graceSeconds = '',
        reason = '',
      } = step as { container?: string; graceSeconds?: number; reason?: string };
      return [step.step, container, step.step === 'wait' ? reason : graceSeconds]
        .filter(part => part !== '')
        .join(' ');
    });
    assert.deepEqual([told, plan.wakeAt], [steps, wakeAt], because);
  }
});

test('planPod() ends a pod at its deadline', () => {
  const pod = podOf({ activeDeadlineSeconds: 10 });
  const observed = seen(pod, { main: running }, { startedAt: NOW - 4000 });
  assert.equal(planPod(pod, observed, NOW).wakeAt, NOW + 6000);
  assert.equal(planPod(pod, observed, NOW + 6000).steps[0]?.step, 'deadline');
});

test('phaseOf() says what upstream’s getPhase says', () => {
  const always = podOf({});
  const once = podOf({ restartPolicy: 'Never', containers: [{ name: 'main' }, { name: 'other' }] });
  const rows = [
    { because: 'nothing ran yet', pod: always, states: {}, phase: 'Pending' },
    { because: 'it runs', pod: always, states: { main: running }, phase: 'Running' },
    { because: 'it will run again', pod: always, states: { main: ended(1) }, phase: 'Running' },
    { because: 'one still runs', pod: once, states: { main: ended(1), other: running }, phase: 'Running' },
    { because: 'all succeeded', pod: once, states: { main: ended(0), other: ended(0) }, phase: 'Succeeded' },
    { because: 'one failed', pod: once, states: { main: ended(0), other: ended(2) }, phase: 'Failed' },
  ];
  for (const { because, pod, states, phase } of rows)
    assert.equal(phaseOf(pod, seen(pod, states)), phase, because);
});

test('podStatus() keeps the time of conditions that did not change, and those of others', () => {
  const scheduled = {
    type: 'PodScheduled',
    status: 'True' as const,
    lastTransitionTime: '2026-01-01T00:00:00Z',
  };
  const ready = { type: 'Ready', status: 'True' as const, lastTransitionTime: '2026-01-01T00:00:00Z' };
  const pod = { ...podOf({}), status: { conditions: [scheduled, ready] } };
  const status = podStatus(pod, seen(pod, { main: running }), {
    now: NOW,
    hostIP: '127.0.0.1',
    notEnforced: '',
  });
  const by = (type: string) => status.conditions?.find(one => one.type === type);
  assert.deepEqual(by('PodScheduled'), scheduled);
  assert.equal(by('Ready')?.lastTransitionTime, ready.lastTransitionTime);
  assert.equal(by('Initialized')?.lastTransitionTime, '1970-01-01T00:16:40Z');
});

test('observedFrom() remembers runs across a restart of the platform', () => {
  const pod = podOf({});
  pod.status = {
    containerStatuses: [
      {
        name: 'main',
        ready: true,
        restartCount: 4,
        image: 'i',
        imageID: 'd',
        state: { running: { startedAt: '2026-01-01T00:00:00Z' } },
      },
    ],
  };
  const main = observedFrom(pod, NOW).containers.get('main');
  assert.equal(main?.phase, 'exited');
  assert.equal(main?.restartCount, 4);
  assert.equal(main?.terminated?.reason, 'ContainerStatusUnknown');
});
