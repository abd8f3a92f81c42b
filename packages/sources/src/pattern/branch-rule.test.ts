import assert from 'node:assert/strict';
import { test } from 'node:test';
import { fitsBranch } from './branch-rule.ts';

const TABLE: [rule: string, branch: string, fits: boolean, because: string][] = [
  ['main', 'main', true, 'a plain name is that branch'],
  ['main', 'mainline', false, 'and no other'],
  ['main', 'my-main', false, 'nor one that ends with it'],
  ['*', 'main', true, 'a star is any name'],
  ['*', 'release/1', false, 'within a segment'],
  ['release/*', 'release/1', true, 'also behind others'],
  ['release/*', 'release/1/fix', false, 'but not across'],
  ['release/*', 'release/', true, 'it may stand for nothing'],
  ['release/**', 'release/1/fix', true, 'two stars go across'],
  ['**', 'a/b/c', true, 'from the start'],
  ['**/fix', 'a/b/fix', true, 'and before something'],
  ['*-stable', '1-stable', true, 'a star may come first'],
  ['v*.*', 'v1.2', true, 'several stars'],
  ['v*.*', 'v12', false, 'what stands between them has to be there'],
  ['***', 'a/b', true, 'more than two are two'],
  ['a.c', 'abc', false, 'a dot is a dot'],
  ['', 'main', false, 'no rule fits nothing'],
  ['Main', 'main', true, 'a plain name whatever its case'],
  ['v?', 'v1', true, 'a question mark is one character'],
  ['{main,release/*}', 'release/2', true, 'choices'],
  ['v[0-9', 'v[0-9', true, 'a pattern that is none stands for itself'],
];
for (const [rule, branch, fits, because] of TABLE) {
  test(`fitsBranch(${JSON.stringify(rule)}, ${JSON.stringify(branch)}) is ${fits}: ${because}`, () => {
    assert.equal(fitsBranch(rule, branch), fits);
  });
}

test('fitsBranch() ends when a rule is made to take for ever', () => {
  assert.equal(fitsBranch('a**'.repeat(66), 'a'.repeat(240)), true);
  assert.equal(fitsBranch(`${'a**'.repeat(66)}b`, 'a'.repeat(240)), false);
});
