import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { AnyObject } from '@slipway/api';
import {
  deletePoliciesOf,
  isHook,
  isIgnored,
  isOnlyDeleteHook,
  isSkipped,
  phasesOf,
  waveOf,
} from './hook-types.ts';
import { objectOf, type SyncTask, waveOfTask } from './sync-task.ts';
import { inSyncOrder } from './task-order.ts';

const object = (
  kind: string,
  name: string,
  annotations: Record<string, string> = {},
  more: object = {},
): AnyObject => ({
  apiVersion: kind === 'Deployment' ? 'apps/v1' : 'v1',
  kind,
  metadata: { name, namespace: 'web', annotations },
  ...more,
});
const HOOK = 'argocd.argoproj.io/hook';
const WAVE = 'argocd.argoproj.io/sync-wave';

const hooks: { annotations: Record<string, string>; phases: string[]; hook: boolean; because: string }[] = [
  { annotations: {}, phases: ['Sync'], hook: false, because: 'an object like any other' },
  {
    annotations: { [HOOK]: 'PostSync, PreSync' },
    phases: ['PreSync', 'PostSync'],
    hook: true,
    because: 'two phases',
  },
  { annotations: { [HOOK]: 'Skip' }, phases: [], hook: false, because: 'Skip is left out' },
  {
    annotations: { [HOOK]: 'Skip,Sync' },
    phases: ['Sync'],
    hook: true,
    because: 'Skip beside a phase means nothing',
  },
  { annotations: { [HOOK]: 'Garbage' }, phases: [], hook: true, because: 'a hook of no phase' },
  {
    annotations: { 'helm.sh/hook': 'pre-install,pre-upgrade' },
    phases: ['PreSync'],
    hook: true,
    because: 'Helm’s',
  },
  {
    annotations: { 'helm.sh/hook': 'post-upgrade' },
    phases: ['PostSync'],
    hook: true,
    because: 'Helm’s, after',
  },
  {
    annotations: { 'helm.sh/hook': 'test' },
    phases: [],
    hook: true,
    because: 'a chart’s test is no part of a sync',
  },
  {
    annotations: { 'helm.sh/hook': 'crd-install' },
    phases: ['Sync'],
    hook: false,
    because: 'Helm 2 marked CRDs so',
  },
  {
    annotations: { [HOOK]: 'Sync', 'helm.sh/hook': 'pre-install' },
    phases: ['Sync'],
    hook: true,
    because: 'Argo CD’s win',
  },
];
for (const { annotations, phases, hook, because } of hooks) {
  test(`phasesOf() reads ${JSON.stringify(annotations)}: ${because}`, () => {
    const job = object('Pod', 'a', annotations);
    assert.deepEqual(phasesOf(job), phases);
    assert.equal(isHook(job), hook);
    assert.equal(isIgnored(job), hook && phases.length === 0);
  });
}

test('hooks of the Application’s end take no part in syncs, unless they say so', () => {
  assert.ok(isOnlyDeleteHook(object('Pod', 'a', { [HOOK]: 'PostDelete' })));
  assert.ok(isOnlyDeleteHook(object('Pod', 'a', { 'helm.sh/hook': 'pre-delete' })));
  assert.ok(!isOnlyDeleteHook(object('Pod', 'a', { [HOOK]: 'PreSync,PreDelete' })));
  assert.ok(isSkipped(object('Pod', 'a', { [HOOK]: 'Skip' })));
});

test('waveOf() and deletePoliciesOf() read both Argo CD’s annotations and Helm’s', () => {
  assert.equal(waveOf(object('Pod', 'a', { [WAVE]: '-3' })), -3);
  assert.equal(waveOf(object('Pod', 'a', { 'helm.sh/hook-weight': '7' })), 7);
  assert.equal(waveOf(object('Pod', 'a', { [WAVE]: 'x', 'helm.sh/hook-weight': '7' })), 7);
  assert.deepEqual(deletePoliciesOf(object('Pod', 'a')), ['BeforeHookCreation']);
  assert.deepEqual(deletePoliciesOf(object('Pod', 'a', { 'helm.sh/hook-delete-policy': 'hook-succeeded' })), [
    'HookSucceeded',
  ]);
});

interface Row {
  tasks: [object: AnyObject, isPruned?: boolean][];
  pruneLast?: boolean;
  order: string[];
  because: string;
}
const crd = object(
  'CustomResourceDefinition',
  'widgets.x.test',
  { [WAVE]: '5' },
  {
    apiVersion: 'apiextensions.k8s.io/v1',
    spec: { group: 'x.test', names: { kind: 'Widget' } },
  },
);
const orders: Row[] = [
  {
    tasks: [
      [object('Deployment', 'a')],
      [object('Service', 'b')],
      [object('ConfigMap', 'd')],
      [object('ConfigMap', 'c')],
    ],
    order: ['ConfigMap/c', 'ConfigMap/d', 'Service/b', 'Deployment/a'],
    because: 'what others need first, then by name',
  },
  {
    tasks: [[object('Widget', 'z')], [object('APIService', 'a')]],
    order: ['APIService/a', 'Widget/z'],
    because: 'kinds that nobody lists last',
  },
  {
    tasks: [
      [object('ConfigMap', 'a', { [WAVE]: '2' })],
      [object('Deployment', 'b', { [WAVE]: '-1' })],
      [object('Pod', 'c')],
    ],
    order: ['Deployment/b', 'Pod/c', 'ConfigMap/a'],
    because: 'waves before kinds, negative ones first',
  },
  {
    tasks: [
      [object('Pod', 'a', { [WAVE]: '1' }), true],
      [object('Pod', 'b', { [WAVE]: '3' }), true],
      [object('Pod', 'c', { [WAVE]: '2' }), true],
    ],
    order: ['Pod/b', 'Pod/c', 'Pod/a'],
    because: 'what came first goes last',
  },
  {
    tasks: [[object('Pod', 'a'), true], [object('Pod', 'b', { [WAVE]: '4' })]],
    pruneLast: true,
    order: ['Pod/b', 'Pod/a'],
    because: 'PruneLast comes behind the last wave',
  },
  {
    tasks: [
      [object('Pod', 'a', { 'argocd.argoproj.io/sync-options': 'PruneLast=true' }), true],
      [object('Pod', 'b', { [WAVE]: '4' })],
    ],
    order: ['Pod/b', 'Pod/a'],
    because: 'an object may ask for it by itself',
  },
  {
    tasks: [[object('Pod', 'a', { [WAVE]: '-2' })], [object('Namespace', 'web')]],
    order: ['Namespace/web', 'Pod/a'],
    because: 'a namespace moves before what lives in it, whatever its wave',
  },
  {
    tasks: [[object('Widget', 'w', {}, { apiVersion: 'x.test/v1' })], [crd]],
    order: ['CustomResourceDefinition/widgets.x.test', 'Widget/w'],
    because: 'a CRD before its objects',
  },
];
for (const { tasks, pruneLast = false, order, because } of orders) {
  test(`inSyncOrder(): ${because}`, () => {
    const given = tasks.map(
      ([each, isPruned = false]): SyncTask => ({
        phase: 'Sync',
        kind: { group: '', version: 'v1', kind: each.kind, plural: '', namespaced: true },
        namespace: 'web',
        target: isPruned ? undefined : each,
        live: isPruned ? (each as never) : undefined,
        isSynced: false,
        kindMissing: false,
      }),
    );
    const sorted = inSyncOrder(given, { pruneLast });
    assert.deepEqual(
      sorted.map(task => `${objectOf(task).kind}/${objectOf(task).metadata.name}`),
      order,
    );
    const waves = sorted.map(waveOfTask);
    assert.deepEqual(
      waves,
      [...waves].sort((a, b) => a - b),
    );
  });
}
