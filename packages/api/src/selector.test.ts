import assert from 'node:assert/strict';
import { test } from 'node:test';
import { matchesLabels, parseLabelSelector } from './selector.ts';

const rows: { selector: string; labels: Record<string, string>; matches: boolean; because: string }[] = [
  { selector: '', labels: {}, matches: true, because: 'an empty selector selects everything' },
  { selector: 'app=web', labels: { app: 'web' }, matches: true, because: 'equal value' },
  { selector: 'app==web', labels: { app: 'api' }, matches: false, because: 'another value' },
  { selector: 'app!=web', labels: {}, matches: true, because: 'NotIn holds for an absent label' },
  {
    selector: 'tier in (a, b),!old',
    labels: { tier: 'b' },
    matches: true,
    because: 'commas inside parentheses do not split',
  },
  { selector: 'tier notin (a,b)', labels: { tier: 'a' }, matches: false, because: 'the value is listed' },
  {
    selector: 'k8s.io/name',
    labels: { 'k8s.io/name': '' },
    matches: true,
    because: 'existence of a prefixed key',
  },
  { selector: 'n>5', labels: { n: '7' }, matches: true, because: 'integers compare as numbers' },
];
for (const row of rows) {
  test(`matchesLabels() gives ${row.matches} for "${row.selector}": ${row.because}`, () => {
    assert.equal(matchesLabels(parseLabelSelector(row.selector), row.labels), row.matches);
  });
}

test('parseLabelSelector() refuses what is no selector, naming it', () => {
  assert.throws(() => parseLabelSelector('a b c'), { code: 'BadRequest', message: /"a b c"/ });
});
