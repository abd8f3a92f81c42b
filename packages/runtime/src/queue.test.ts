import assert from 'node:assert/strict';
import { test } from 'node:test';
import { manualClock } from './manual-clock.ts';
import { createQueue } from './queue.ts';

function setup(concurrency = 2) {
  const clock = manualClock();
  const abort = new AbortController();
  const started: string[] = [];
  const gates = new Map<string, () => void>();
  const work = (key: string) => {
    started.push(key);
    return new Promise<void>(resolve => gates.set(key, resolve));
  };
  const queue = createQueue({ clock, concurrency, signal: abort.signal, work });
  const finish = async (key: string) => {
    gates.get(key)?.();
    await clock.advance(0);
  };
  return { clock, abort, started, queue, finish };
}

test('a key that is added while it runs runs once more, and never beside itself', async () => {
  const { queue, started, finish, clock } = setup();
  queue.add('a');
  await clock.advance(0);
  queue.add('a');
  queue.add('a');
  await clock.advance(0);
  assert.deepEqual(started, ['a']);
  await finish('a');
  assert.deepEqual(started, ['a', 'a']);
  await finish('a');
  assert.deepEqual(started, ['a', 'a']);
  assert.equal(queue.idle, true);
});

test('no more keys run at once than allowed', async () => {
  const { queue, started, finish, clock } = setup(2);
  for (const key of ['a', 'b', 'c']) queue.add(key);
  await clock.advance(0);
  assert.deepEqual(started, ['a', 'b']);
  await finish('b');
  assert.deepEqual(started, ['a', 'b', 'c']);
});

test('of two delays the earlier one stays, and an add now needs no delay any more', async () => {
  const { queue, started, finish, clock } = setup();
  queue.addAfter('a', 1_000);
  queue.addAfter('a', 100);
  queue.addAfter('a', 5_000);
  await clock.advance(100);
  assert.deepEqual(started, ['a']);
  await finish('a');
  queue.addAfter('a', 100);
  queue.add('a');
  await finish('a');
  await clock.advance(10_000);
  assert.deepEqual(started, ['a', 'a']);
});

test('failures wait twice as long each time, until one works', async () => {
  const { queue, started, finish, clock } = setup();
  const waits: number[] = [];
  for (let failure = 0; failure < 4; failure++) {
    const before = started.length;
    const from = clock.now();
    queue.addFailed('a');
    while (started.length === before) await clock.advance(5);
    waits.push(clock.now() - from);
    await finish('a');
  }
  assert.deepEqual(waits, [25, 50, 100, 200]);
  assert.equal(queue.failures('a'), 4);
  queue.forget('a');
  assert.equal(queue.failures('a'), 0);
});

test('after the end nothing starts any more', async () => {
  const { queue, started, abort, clock } = setup();
  queue.addAfter('a', 10);
  abort.abort();
  queue.add('b');
  await clock.advance(100);
  assert.deepEqual(started, []);
});
