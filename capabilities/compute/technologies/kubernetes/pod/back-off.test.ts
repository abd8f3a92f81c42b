import assert from 'node:assert/strict';
import { test } from 'node:test';
import { backOff, backOffStart } from './back-off.ts';

test('backOff() pauses as upstream does between the runs of a container that keeps ending', () => {
  let crashes = 0;
  const pauses: number[] = [];
  for (let run = 0; run < 8; run++) {
    const next = backOff({ crashes, startedAt: 1_000 }, 2_000);
    assert.equal(next.retryAt, 2_000 + next.backoffMs);
    pauses.push(next.backoffMs / 1_000);
    crashes = next.crashes;
  }
  assert.deepEqual(pauses, [0, 10, 20, 40, 80, 160, 300, 300]);
});

test('backOff() forgets after ten minutes of running', () => {
  const rows = [
    { ranMs: 599_999, backoffMs: 300_000, because: 'not yet' },
    { ranMs: 600_000, backoffMs: 0, because: 'it ran well for long enough' },
  ];
  for (const { ranMs, backoffMs, because } of rows) {
    assert.equal(backOff({ crashes: 9, startedAt: 0 }, ranMs).backoffMs, backoffMs, because);
  }
});

test('backOffStart() pauses from the first failure on', () => {
  const first = backOffStart({ crashes: 0 }, 0);
  assert.deepEqual(first, { crashes: 1, backoffMs: 10_000, retryAt: 10_000 });
  assert.equal(backOffStart(first, 0).backoffMs, 20_000);
});
