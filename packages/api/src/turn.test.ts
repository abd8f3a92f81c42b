import assert from 'node:assert/strict';
import { test } from 'node:test';
import { ownTurn } from './turn.ts';

const LONG_MS = 6;
const STEPS = 4;
const READERS = 3;

function compute(): void {
  const until = performance.now() + LONG_MS;
  while (performance.now() < until);
}

async function reader(done: () => void): Promise<void> {
  for (let step = 0; step < STEPS; step++) {
    await ownTurn();
    compute();
    done();
  }
}

test('ownTurn() gives several that compute for long one turn each, and everybody else theirs between', async () => {
  let turns = 0;
  let steps = 0;
  let isOver = false;
  const others = () => {
    turns++;
    if (!isOver) setImmediate(others);
  };
  setImmediate(others);
  await Promise.all(Array.from({ length: READERS }, () => reader(() => steps++)));
  isOver = true;
  assert.equal(steps, READERS * STEPS);
  // All begin in the first turn, for none has computed yet; the last step needs none after it.
  assert.ok(turns >= steps - READERS - 1, `${turns} turns for ${steps} steps`);
});

test('ownTurn() costs no turn while there is time', async () => {
  await new Promise(resolve => setImmediate(resolve));
  await new Promise(resolve => setImmediate(resolve));
  assert.equal(ownTurn(), undefined);
  assert.equal(ownTurn(), undefined);
});
