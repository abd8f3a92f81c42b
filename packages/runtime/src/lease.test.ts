import assert from 'node:assert/strict';
import { test } from 'node:test';
import { silentLog } from '@slipway/api';
import type { Lease } from '@slipway/kinds';
import { leadWith } from './lease.ts';
import { manualClock } from './manual-clock.ts';
import { memoryApi } from './memory-api.ts';

const lease = { namespace: 'kube-system', name: 'slipway' };

function setup() {
  const [api, clock] = [memoryApi(), manualClock()];
  const leading: string[] = [];
  const candidate = (identity: string) => {
    const stop = new AbortController();
    const ended = leadWith(
      { client: api.client, clock, log: silentLog, lease, identity, signal: stop.signal },
      signal => {
        leading.push(identity);
        return new Promise(resolve => signal.addEventListener('abort', () => resolve(), { once: true }));
      },
    );
    return { stop: () => stop.abort(new Error('test')), ended };
  };
  const holder = () => (api.objects.get('Lease kube-system/slipway') as Lease | undefined)?.spec;
  return { api, clock, leading, candidate, holder };
}

test('one leads, the other takes over when the first gives the lease back', async () => {
  const { clock, leading, candidate, holder } = setup();
  const a = candidate('a');
  await clock.advance(0);
  const b = candidate('b');
  await clock.advance(30_000);
  assert.deepEqual(leading, ['a']);
  a.stop();
  await a.ended;
  await clock.advance(5_000);
  assert.deepEqual(leading, ['a', 'b']);
  assert.equal(holder()?.holderIdentity, 'b');
  assert.equal(holder()?.leaseTransitions, 1);
  b.stop();
  await b.ended;
});

test('a leader that shows no sign of life for its duration loses the lease, not before', async () => {
  const { api, clock, leading, candidate } = setup();
  const spec = { holderIdentity: 'dead', leaseDurationSeconds: 15 };
  const Kind = {
    group: 'coordination.k8s.io',
    version: 'v1',
    kind: 'Lease',
    plural: 'leases',
    namespaced: true,
  };
  await api.client.create(Kind, {
    apiVersion: 'coordination.k8s.io/v1',
    kind: 'Lease',
    metadata: lease,
    spec,
  } as Lease);
  const b = candidate('b');
  await clock.advance(0);
  await clock.advance(14_000);
  assert.deepEqual(leading, []);
  await clock.advance(4_000);
  assert.deepEqual(leading, ['b']);
  b.stop();
  await b.ended;
});

test('who cannot renew in time stops leading', async () => {
  const { api, clock, leading, candidate } = setup();
  const a = candidate('a');
  await clock.advance(0);
  assert.deepEqual(leading, ['a']);
  api.client.update = () => Promise.reject(new Error('unreachable'));
  await clock.advance(20_000);
  await a.ended;
});
