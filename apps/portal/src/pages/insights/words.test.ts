import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { DeliveryMeasures } from '@slipway/kinds';
import { groupWord, measureWords, timeWord } from './words.ts';

for (const [seconds, word] of [
  [undefined, 'unknown'],
  [0, '0 s'],
  [59, '59 s'],
  [90, '1.5 min'],
  [5400, '1.5 h'],
  [129_600, '1.5 d'],
] as const) {
  test(`timeWord(${seconds}) is ${word}`, () => assert.equal(timeWord(seconds), word));
}

for (const [seconds, group] of [
  [undefined, ''],
  [0, 'less than an hour'],
  [3600, 'less than a day'],
  [86_400, 'a day to a week'],
  [99_999_999, 'more than six months'],
] as const) {
  test(`groupWord(${seconds}) is ${group || 'empty'}`, () => assert.equal(groupWord(seconds), group));
}

test('measureWords() says unknown where nothing was measured, and failing while it fails', () => {
  const nothing: DeliveryMeasures = { from: '', to: '', deployments: 0, failed: 0, rework: 0 };
  assert.deepEqual(
    measureWords(nothing).map(({ value }) => value),
    Array.from({ length: 5 }, () => 'unknown'),
  );
  const failing = { ...nothing, failingSince: '2026-03-01T00:00:00Z', recoverySeconds: 60 };
  assert.equal(measureWords(failing)[2]?.value, 'failing now');
});
