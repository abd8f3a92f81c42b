import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { Pod, ResourceQuota } from '@slipway/kinds';
import { countedResources, quotaStatus } from './plan.ts';

const quota = (hard: Record<string, string>, scopes?: string[]): ResourceQuota => ({
  apiVersion: 'v1',
  kind: 'ResourceQuota',
  metadata: { name: 'q' },
  spec: { hard, ...(scopes ? { scopes } : {}) },
});
const pod = (cpu?: string, phase: 'Running' | 'Succeeded' = 'Running'): Pod => ({
  apiVersion: 'v1',
  kind: 'Pod',
  metadata: {},
  spec: { containers: [{ name: 'c', resources: cpu ? { requests: { cpu } } : {} }] },
  status: { phase },
});
const used = (hard: Record<string, string>, items: Pod[], scopes?: string[]) =>
  quotaStatus(quota(hard, scopes), [{ group: '', plural: 'pods', items }]).used;

test('countedResources() finds what each name of a quota counts', () => {
  const hard = {
    pods: '1',
    'requests.cpu': '1',
    'count/deployments.apps': '1',
    'services.nodeports': '1',
    configmaps: '1',
  };
  assert.deepEqual(countedResources(quota(hard)), ['/pods', 'apps/deployments', '/services', '/configmaps']);
});

const rows: {
  hard: Record<string, string>;
  items: Pod[];
  scopes?: string[];
  expected: object;
  because: string;
}[] = [
  {
    hard: { pods: '5', cpu: '2' },
    items: [pod('300m'), pod('700m')],
    expected: { pods: '2', cpu: '1' },
    because: 'requests are added up',
  },
  {
    hard: { pods: '5' },
    items: [pod('1', 'Succeeded')],
    expected: { pods: '0' },
    because: 'a finished pod holds nothing',
  },
  {
    hard: { 'count/pods': '5' },
    items: [pod('1', 'Succeeded')],
    expected: { 'count/pods': '1' },
    because: 'but it is still an object',
  },
  {
    hard: { pods: '5' },
    items: [pod(), pod('1')],
    scopes: ['BestEffort'],
    expected: { pods: '1' },
    because: 'only pods in the scope count',
  },
  {
    hard: { pods: '5' },
    items: [pod(), pod('1')],
    scopes: ['NotBestEffort'],
    expected: { pods: '1' },
    because: 'only pods outside of it count',
  },
];
for (const { hard, items, scopes, expected, because } of rows) {
  test(`quotaStatus() because ${because}`, () => assert.deepEqual(used(hard, items, scopes), expected));
}
