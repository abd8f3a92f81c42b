import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { Stored } from '@slipway/api';
import type { PolicyVerdict, Workload } from '@slipway/kinds';
import { governedServices } from './plan.ts';

function workload(namespace: string, name: string, policies: PolicyVerdict[], deletionTimestamp?: string) {
  const metadata = { namespace, name, uid: name, resourceVersion: '1', creationTimestamp: '' };
  return {
    apiVersion: 'slipway.dev/v1alpha1',
    kind: 'Workload',
    metadata: { ...metadata, ...(deletionTimestamp ? { deletionTimestamp } : {}) },
    spec: { repository: name },
    status: { policies },
  } as Stored<Workload>;
}

test('governedServices() lists whom the policy governs, by name, and nobody who is going', () => {
  const met: PolicyVerdict = { policy: 'tested', verdict: 'Met' };
  const excepted: PolicyVerdict = { policy: 'tested', verdict: 'Excepted', message: 'm', until: 'u' };
  const found = governedServices('tested', [
    workload('team-b', 'shop', [met]),
    workload('team-a', 'cart', [{ policy: 'other', verdict: 'NotMet' }, excepted]),
    workload('team-a', 'free', [{ policy: 'other', verdict: 'Met' }]),
    workload('team-a', 'gone', [met], '2026-01-01T00:00:00Z'),
  ]);
  assert.deepEqual(found, [
    { namespace: 'team-a', name: 'cart', verdict: 'Excepted', message: 'm', until: 'u' },
    { namespace: 'team-b', name: 'shop', verdict: 'Met' },
  ]);
});
