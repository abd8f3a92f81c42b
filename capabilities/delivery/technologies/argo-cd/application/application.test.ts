// What an Application's spec means, and what is done next with it; the rest is tried against a real API server.
import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { AnyObject } from '@slipway/api';
import { worst } from '../health/health.ts';
import { type AutoSyncInput, type AutoSyncResource, autoSync } from './auto-sync.ts';
import {
  afterFailure,
  type Decision,
  decide,
  durationMs,
  nextRetryAt,
  type OperationState,
} from './operation.ts';
import { readSpec } from './spec.ts';

const source = { repoURL: 'https://git.example/a.git', path: 'deploy', targetRevision: 'main' };
const good = {
  project: 'default',
  source,
  destination: { server: 'https://kubernetes.default.svc', namespace: 'a' },
};

function application(spec: object): AnyObject {
  return {
    apiVersion: 'argoproj.io/v1alpha1',
    kind: 'Application',
    metadata: { name: 'a', namespace: 'argocd' },
    spec: { ...good, ...spec },
  };
}

const refused: { spec: object; names: RegExp; because: string }[] = [
  { spec: { source: { ...source, plugin: {} } }, names: /plugin/, because: 'plugins run commands' },
  { spec: { sourceHydrator: {} }, names: /spec\.sourceHydrator/, because: 'nobody writes rendered branches' },
  {
    spec: { syncPolicy: { retries: 3 } },
    names: /spec\.syncPolicy\.retries/,
    because: 'a word mistyped is no policy',
  },
  {
    spec: { syncPolicy: { automated: { always: true } } },
    names: /spec\.syncPolicy\.automated\.always/,
    because: 'nor is this one',
  },
];
for (const { spec, names, because } of refused) {
  test(`readSpec() refuses by name: ${because}`, () => {
    const { problems } = readSpec(application(spec));
    assert.match(problems.map(problem => problem.message).join('\n'), names);
    assert.ok(problems.every(problem => problem.type === 'InvalidSpecError'));
  });
}

test('readSpec() fills in Argo CD’s defaults', () => {
  const { spec } = readSpec(application({ syncPolicy: { automated: {}, syncOptions: ['A=b'] } }));
  assert.deepEqual(spec?.automated, { prune: false, selfHeal: false, allowEmpty: false });
  assert.deepEqual(spec?.syncOptions, ['A=b']);
  assert.equal(spec?.revisionHistoryLimit, 10);
  const off = readSpec(application({ syncPolicy: { automated: { enabled: false, prune: true } } })).spec;
  assert.equal(off?.automated, undefined, 'automated sync may be switched off without taking it out');
});

const AT = '2026-01-01T00:00:00Z';
const T0 = Date.parse(AT);
const tried = (phase: OperationState['phase'], revision: string, more: object = {}): OperationState => ({
  operation: { sync: {}, initiatedBy: { automated: true } },
  phase,
  startedAt: AT,
  finishedAt: AT,
  syncResult: { revision, source, resources: [] },
  ...more,
});
const web = (status: string, requiresPruning = false): AutoSyncResource => ({
  group: 'apps',
  kind: 'Deployment',
  name: 'web',
  namespace: 'a',
  status,
  ...(requiresPruning ? { requiresPruning } : {}),
});
const selfHeal = { timeoutMs: 0, backoffMs: 2_000, factor: 3, capMs: 300_000, cooldownMs: 330_000 };

const automatic: { policy?: object | null; given: Partial<AutoSyncInput>; next: string; because: string }[] =
  [
    { policy: null, given: {}, next: 'none', because: 'nobody automated it' },
    { given: { syncStatus: 'Synced' }, next: 'none', because: 'nothing differs' },
    { given: { syncStatus: 'Unknown' }, next: 'none', because: 'nobody knows whether anything differs' },
    { given: {}, next: 'start', because: 'a new revision is synced' },
    {
      given: { resources: [web('OutOfSync', true)] },
      next: 'none',
      because: 'only extra objects, and nobody lets them be pruned',
    },
    {
      policy: { prune: true },
      given: { resources: [web('OutOfSync', true), web('Synced')] },
      next: 'start',
      because: 'extra objects are pruned when they may be',
    },
    {
      policy: { prune: true },
      given: { resources: [web('OutOfSync', true)] },
      next: 'refused',
      because: 'a sync must not wipe out everything',
    },
    {
      policy: { prune: true, allowEmpty: true },
      given: { resources: [web('OutOfSync', true)] },
      next: 'start',
      because: 'unless somebody allowed it',
    },
    {
      given: { state: tried('Failed', 'r') },
      next: 'refused',
      because: 'a revision that failed is not tried again',
    },
    { given: { state: tried('Failed', 'old') }, next: 'start', because: 'but a newer one is' },
    {
      given: { state: tried('Failed', 'r', { syncResult: { revision: 'r', source: {} } }) },
      next: 'start',
      because: 'so is another source at the same revision',
    },
    {
      given: { state: { ...tried('Failed', 'r'), syncResult: undefined } as unknown as OperationState },
      next: 'refused',
      because: 'a sync without a result counts as tried',
    },
    {
      given: { state: tried('Succeeded', 'r') },
      next: 'none',
      because: 'without self-heal changes by hand stay',
    },
    {
      policy: { selfHeal: true },
      given: { state: tried('Succeeded', 'r') },
      next: 'start',
      because: 'the first healing comes at once',
    },
    {
      policy: { selfHeal: true },
      given: {
        state: tried('Succeeded', 'r', { operation: { sync: { autoHealAttemptsCount: 2 } } }),
        now: T0 + 5_000,
      },
      next: 'wait',
      because: 'the third one waits 6 s after the second',
    },
    {
      policy: { selfHeal: true },
      given: {
        state: tried('Succeeded', 'r', { operation: { sync: { autoHealAttemptsCount: 2 } } }),
        now: T0 + 6_000,
      },
      next: 'start',
      because: 'the 6 s are over',
    },
    {
      policy: { selfHeal: true },
      given: {
        state: tried('Succeeded', 'r', { operation: { sync: { autoHealAttemptsCount: 9 } } }),
        now: T0 + 331_000,
      },
      next: 'start',
      because: 'after a while at peace nobody counts any more',
    },
  ];
for (const { policy = {}, given, next, because } of automatic) {
  test(`autoSync() says ${next}: ${because}`, () => {
    const { spec } = readSpec(application({ syncPolicy: policy ? { automated: policy } : {} }));
    assert.ok(spec);
    const base: AutoSyncInput = {
      spec,
      syncStatus: 'OutOfSync',
      resources: [web('OutOfSync')],
      state: undefined,
      revision: 'r',
      revisions: ['r'],
      rawSource: source,
      rawSources: undefined,
      selfHeal,
      now: T0 + 1_000,
    };
    assert.equal(autoSync({ ...base, ...given }).next, next);
  });
}

test('autoSync() heals only what was changed, and counts', () => {
  const { spec } = readSpec(application({ syncPolicy: { automated: { selfHeal: true } } }));
  assert.ok(spec);
  const result = autoSync({
    spec,
    syncStatus: 'OutOfSync',
    resources: [web('OutOfSync'), { ...web('Synced'), name: 'other' }],
    state: tried('Succeeded', 'r', { operation: { sync: { autoHealAttemptsCount: 1 } } }),
    revision: 'r',
    revisions: ['r'],
    rawSource: source,
    rawSources: undefined,
    selfHeal,
    now: T0 + 60_000,
  });
  assert.deepEqual(result, {
    next: 'start',
    operation: {
      sync: {
        source,
        revision: 'r',
        autoHealAttemptsCount: 2,
        resources: [{ group: 'apps', kind: 'Deployment', name: 'web' }],
      },
      initiatedBy: { automated: true },
      retry: { limit: 5 },
    },
  });
});

const running = (more: object = {}): OperationState => {
  const { finishedAt: _finished, ...open } = tried('Running', 'r');
  return { ...open, ...more };
};
const decisions: {
  state: OperationState | undefined;
  requested?: object;
  now?: number;
  timeout?: number;
  expected: Partial<Record<'next' | 'phase' | 'message', string>>;
  because: string;
}[] = [
  { state: undefined, expected: { next: 'none' }, because: 'nobody asked' },
  {
    state: undefined,
    requested: {},
    expected: { next: 'sync', phase: 'Running' },
    because: 'somebody asked',
  },
  {
    state: tried('Succeeded', 'r'),
    requested: {},
    expected: { next: 'sync', phase: 'Running' },
    because: 'the last one has ended',
  },
  { state: running(), expected: { next: 'sync', phase: 'Running' }, because: 'an interrupted sync goes on' },
  {
    state: running({ phase: 'Terminating' }),
    expected: { next: 'sync', phase: 'Terminating' },
    because: 'somebody ends it',
  },
  {
    state: running(),
    now: T0 + 11_000,
    timeout: 10_000,
    expected: { phase: 'Terminating', message: 'operation is terminating due to timeout' },
    because: 'syncs have a time limit where somebody set one',
  },
  {
    state: running({ finishedAt: AT, retryCount: 1 }),
    now: T0 + 4_000,
    expected: { next: 'wait' },
    because: 'another attempt waits for its time',
  },
  {
    state: running({ finishedAt: AT, retryCount: 1 }),
    now: T0 + 5_000,
    expected: { next: 'sync', message: 'Retrying operation. Attempt #1' },
    because: 'its time has come',
  },
  {
    state: running({
      finishedAt: AT,
      retryCount: 2,
      operation: { sync: { revision: 'r' }, retry: { refresh: true } },
    }),
    now: T0 + 10_000,
    expected: { next: 'sync', message: 'Retrying operation with latest revisions. Attempt #2' },
    because: 'refresh takes what is newest',
  },
];
for (const { state, requested, now = T0, timeout = 0, expected, because } of decisions) {
  test(`decide() says ${expected.next ?? expected.phase}: ${because}`, () => {
    const input = { requested, state, now, timestamp: AT, syncTimeoutMs: timeout };
    const decision: Decision = decide(input);
    const found = { next: decision.next, ...('state' in decision ? decision.state : {}) };
    for (const [name, value] of Object.entries(expected)) assert.equal(found[name as 'next'], value);
  });
}

const retries: { retry: object; count: number; seconds: number; because: string }[] = [
  { retry: {}, count: 0, seconds: 5, because: 'the default' },
  { retry: {}, count: 3, seconds: 40, because: 'doubled each time' },
  { retry: {}, count: 30, seconds: 180, because: 'at most three minutes' },
  { retry: { backoff: { duration: '2' } }, count: 0, seconds: 2, because: 'a bare number is seconds' },
  { retry: { backoff: { duration: '1m', factor: 3 } }, count: 1, seconds: 180, because: 'its own factor' },
  {
    retry: { backoff: { duration: '1m', maxDuration: '90s' } },
    count: 5,
    seconds: 90,
    because: 'its own limit',
  },
];
for (const { retry, count, seconds, because } of retries) {
  test(`nextRetryAt() waits ${seconds} s: ${because}`, () => {
    assert.equal(nextRetryAt(retry, 0, count), seconds * 1_000);
  });
}

test('afterFailure() tries again while the strategy allows it, and says so in upstream’s words', () => {
  const failed = { ...running(), phase: 'Failed', message: 'no' } as OperationState;
  const with5 = { ...failed, operation: { sync: {}, retry: { limit: 5 } } };
  const again = afterFailure(with5, Date.parse('2026-01-01T13:04:57Z'), AT);
  assert.equal(again.phase, 'Running');
  assert.equal(again.retryCount, 1);
  assert.equal(again.message, 'no. Retrying attempt #1 at 1:05PM.');
  const over = afterFailure({ ...with5, retryCount: 5 }, T0, AT);
  assert.equal(over.phase, 'Failed');
  assert.equal(over.message, 'no (retried 5 times).');
  assert.deepEqual(afterFailure(failed, T0, AT), failed, 'without a strategy once is enough');
  const bad = { ...failed, operation: { sync: {}, retry: { limit: 1, backoff: { duration: 'soon' } } } };
  assert.match(
    afterFailure(bad, T0, AT).message ?? '',
    /^no \(failed to retry: time: invalid duration "soon"\)$/,
  );
});

test('durationMs() reads Go’s durations', () => {
  assert.equal(durationMs('1m30s'), 90_000);
  assert.equal(durationMs('250ms'), 250);
});

test('worst() is the worst, and Healthy for nothing', () => {
  assert.equal(worst(['Healthy', 'Progressing', 'Degraded']), 'Degraded');
  assert.equal(worst([]), 'Healthy');
});
