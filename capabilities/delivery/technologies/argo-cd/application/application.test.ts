// The Application controller against a real API server and a real repository on disk served over file-less HTTP is
// covered end to end; here its decisions.
import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { AnyObject } from '@slipway/api';
import { worst } from '../health/health.ts';
import { type DecisionInput, decide, type OperationState } from './operation.ts';
import { bySyncOrder, phasesOf } from './order.ts';
import { durationMs, readSpec } from './spec.ts';
import { trackedBy, trackingId } from './tracking.ts';

const good = {
  project: 'default',
  source: { repoURL: 'https://git.example/a.git', path: 'deploy', targetRevision: 'main' },
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
  {
    spec: { destination: { name: 'prod', namespace: 'a' } },
    names: /cluster "prod"/,
    because: 'other clusters',
  },
  { spec: { destination: { namespace: 'a' } }, names: /server or name/, because: 'no cluster' },
  { spec: { syncPolicy: { syncOptions: ['Foo=true'] } }, names: /"Foo=true"/, because: 'an unknown option' },
  {
    spec: { syncPolicy: { managedNamespaceMetadata: {} } },
    names: /managedNamespaceMetadata/,
    because: 'not done yet',
  },
  {
    spec: { ignoreDifferences: [{ kind: 'X', jqPathExpressions: ['.a'] }] },
    names: /jqPathExpressions/,
    because: 'jq',
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
  const { spec } = readSpec(
    application({ syncPolicy: { automated: {}, retry: { backoff: { duration: '1m30s' } } } }),
  );
  assert.deepEqual(spec?.automated, { prune: false, selfHeal: false, allowEmpty: false });
  assert.deepEqual(spec?.retry, { limit: 5, backoff: { durationMs: 90_000, factor: 2, maxMs: 180_000 } });
  assert.equal(durationMs('250ms'), 250);
});

test('trackingId() and trackedBy() agree, and a copy is not tracked', () => {
  const object: AnyObject = {
    apiVersion: 'apps/v1',
    kind: 'Deployment',
    metadata: { name: 'web', namespace: 'prod' },
  };
  const id = trackingId({ namespace: 'team-a', name: 'shop' }, object, 'prod');
  assert.equal(id, 'team-a_shop:apps/Deployment:prod/web');
  const tracked = {
    ...object,
    metadata: { ...object.metadata, annotations: { 'argocd.argoproj.io/tracking-id': id } },
  };
  assert.deepEqual(trackedBy(tracked), { namespace: 'team-a', name: 'shop' });
  assert.equal(trackedBy({ ...tracked, kind: 'ReplicaSet' }), undefined);
});

test('bySyncOrder() puts waves first, then what others need', () => {
  const object = (kind: string, wave?: string): AnyObject => ({
    apiVersion: 'v1',
    kind,
    metadata: { name: 'a', ...(wave ? { annotations: { 'argocd.argoproj.io/sync-wave': wave } } : {}) },
  });
  const order = [
    object('Ingress'),
    object('Deployment'),
    object('Odd', '-1'),
    object('Namespace'),
    object('ConfigMap', '2'),
  ].sort(bySyncOrder);
  assert.deepEqual(
    order.map(each => each.kind),
    ['Odd', 'Namespace', 'Deployment', 'Ingress', 'ConfigMap'],
  );
});

test('phasesOf() reads hooks', () => {
  const hook = (value: string): AnyObject => ({
    apiVersion: 'v1',
    kind: 'Pod',
    metadata: { name: 'a', annotations: { 'argocd.argoproj.io/hook': value } },
  });
  assert.deepEqual(phasesOf(hook('PreSync, PostSync')), ['PreSync', 'PostSync']);
  assert.deepEqual(phasesOf(hook('Skip')), []);
});

const spec = readSpec(application({ syncPolicy: { automated: { selfHeal: true } } })).spec;
const state = (phase: OperationState['phase'], revision: string, retryCount = 0): OperationState => ({
  operation: { initiatedBy: { automated: true } },
  phase,
  startedAt: '2026-01-01T00:00:00Z',
  finishedAt: '2026-01-01T00:00:00Z',
  retryCount,
  syncResult: { revision, source: {}, resources: [] },
});
const T0 = Date.parse('2026-01-01T00:00:00Z');
const decisions: { given: Partial<DecisionInput>; next: string; because: string }[] = [
  { given: { outOfSync: false }, next: 'none', because: 'nothing differs' },
  { given: {}, next: 'start', because: 'a new revision is synced once' },
  {
    given: { empty: true },
    next: 'none',
    because: 'an empty source does not prune everything without allowEmpty',
  },
  { given: { onlyPruning: true }, next: 'none', because: 'without prune extra objects stay' },
  { given: { state: state('Running', 'a') }, next: 'continue', because: 'an interrupted sync goes on' },
  {
    given: { state: state('Failed', 'r', 0), now: T0 + 1_000 },
    next: 'wait',
    because: 'a failure is retried after its back-off',
  },
  {
    given: { state: state('Failed', 'r', 0), now: T0 + 6_000 },
    next: 'start',
    because: 'the back-off is over',
  },
  {
    given: { state: state('Failed', 'r', 5), now: T0 + 600_000 },
    next: 'none',
    because: 'retries are limited',
  },
  {
    given: { state: state('Succeeded', 'r'), now: T0 + 1_000 },
    next: 'wait',
    because: 'self-heal does not fight at full speed',
  },
  {
    given: { state: state('Succeeded', 'r'), now: T0 + 9_000 },
    next: 'start',
    because: 'what was changed by hand is healed',
  },
  { given: { state: state('Succeeded', 'old') }, next: 'start', because: 'another revision' },
];
for (const { given, next, because } of decisions) {
  test(`decide() says ${next}: ${because}`, () => {
    assert.ok(spec);
    const base = {
      spec,
      requested: undefined,
      state: undefined,
      outOfSync: true,
      onlyPruning: false,
      empty: false,
      revision: 'r',
      source: {},
      now: T0,
    };
    assert.equal(decide({ ...base, ...given }).next, next);
  });
}

test('worst() is the worst, and Healthy for nothing', () => {
  assert.equal(worst(['Healthy', 'Progressing', 'Degraded']), 'Degraded');
  assert.equal(worst([]), 'Healthy');
});
