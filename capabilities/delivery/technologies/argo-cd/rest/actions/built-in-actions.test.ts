import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { AnyObject } from '@slipway/api';
import { builtInActions } from './built-in-actions.ts';

const NOW = '2026-03-04T05:06:07Z';
const object = (apiVersion: string, kind: string, more: object = {}): AnyObject => ({
  apiVersion,
  kind,
  metadata: { name: 'web', namespace: 'shop', uid: 'u' },
  ...more,
});
const failed = { conditions: [{ type: 'Failed', status: 'True' }] };

const lists: { of: AnyObject; names: string[]; because: string }[] = [
  {
    of: object('apps/v1', 'Deployment'),
    names: ['pause', 'restart', '(resume)', 'scale'],
    because: 'it runs',
  },
  {
    of: object('apps/v1', 'Deployment', { spec: { paused: true } }),
    names: ['(pause)', 'restart', 'resume', 'scale'],
    because: 'it is paused',
  },
  { of: object('apps/v1', 'StatefulSet'), names: ['restart', 'scale'], because: 'it can be scaled' },
  { of: object('apps/v1', 'DaemonSet'), names: ['restart'], because: 'nodes say how many' },
  { of: object('batch/v1', 'CronJob'), names: ['create-job', 'suspend'], because: 'it runs' },
  {
    of: object('batch/v1', 'CronJob', { spec: { suspend: true } }),
    names: ['create-job', 'resume'],
    because: 'it is suspended',
  },
  { of: object('batch/v1', 'Job'), names: ['suspend'], because: 'it has not begun' },
  { of: object('batch/v1', 'Job', { status: {} }), names: ['suspend', 'terminate'], because: 'it runs' },
  { of: object('batch/v1', 'Job', { status: failed }), names: [], because: 'it has ended' },
  { of: object('v1', 'ConfigMap'), names: [], because: 'there is nothing to do' },
];
for (const { of, names, because } of lists)
  test(`builtInActions() of a ${of.kind}: ${because}`, () => {
    const listed = builtInActions(of).map(({ name, disabled }) => (disabled ? `(${name})` : name));
    assert.deepEqual(listed, names);
  });

const effects: { of: AnyObject; action: string; params?: Record<string, string>; effect: object | RegExp }[] =
  [
    {
      of: object('apps/v1', 'Deployment'),
      action: 'restart',
      effect: {
        patch: {
          spec: { template: { metadata: { annotations: { 'kubectl.kubernetes.io/restartedAt': NOW } } } },
        },
      },
    },
    { of: object('apps/v1', 'Deployment'), action: 'resume', effect: { patch: { spec: { paused: null } } } },
    {
      of: object('apps/v1', 'StatefulSet'),
      action: 'scale',
      params: { replicas: '3' },
      effect: { patch: { spec: { replicas: 3 } } },
    },
    {
      of: object('apps/v1', 'StatefulSet'),
      action: 'scale',
      params: { replicas: 'many' },
      effect: /^invalid number: many$/,
    },
    { of: object('batch/v1', 'Job'), action: 'suspend', effect: { patch: { spec: { suspend: true } } } },
    {
      of: object('batch/v1', 'CronJob', {
        spec: { jobTemplate: { metadata: { labels: { a: 'b' } }, spec: { backoffLimit: 1 } } },
      }),
      action: 'create-job',
      effect: {
        create: {
          apiVersion: 'batch/v1',
          kind: 'Job',
          metadata: {
            labels: { a: 'b' },
            name: 'web-2603040506',
            namespace: 'shop',
            annotations: { 'cronjob.kubernetes.io/instantiate': 'manual' },
            ownerReferences: [
              {
                apiVersion: 'batch/v1',
                kind: 'CronJob',
                name: 'web',
                uid: 'u',
                blockOwnerDeletion: true,
                controller: true,
              },
            ],
          },
          spec: { backoffLimit: 1 },
        },
      },
    },
  ];
for (const { of, action, params = {}, effect } of effects)
  test(`builtInActions() ${action} of a ${of.kind} does what Argo CD's script does`, () => {
    const found = builtInActions(of).find(({ name }) => name === action);
    assert.ok(found);
    const run = () => found.effect({ params, now: NOW });
    if (effect instanceof RegExp) return assert.throws(run, { message: effect });
    assert.deepEqual(run(), effect);
  });
