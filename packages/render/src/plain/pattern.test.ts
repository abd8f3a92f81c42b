import assert from 'node:assert/strict';
import { test } from 'node:test';
import { matchesPattern } from './pattern.ts';

const rows: [path: string, pattern: string, matches: boolean, because: string][] = [
  ['a.yaml', '*.yaml', true, 'a star stands for any text'],
  ['sub/a.yaml', '*.yaml', true, 'gobwas/glob without separators: a star takes slashes, too'],
  ['sub/a.yaml', '**/a.yaml', true, 'two stars are one'],
  ['a.yml', '*.yaml', false, 'the whole path has to match'],
  ['xa.yaml', 'a.yaml', false, 'from its beginning on'],
  ['a1.yaml', 'a?.yaml', true, 'a question mark is one character'],
  ['a.yaml', 'a?.yaml', false, 'and never none'],
  ['b.yaml', '[abc].yaml', true, 'one of a set'],
  ['d.yaml', '[a-c].yaml', false, 'a range has an end'],
  ['d.yaml', '[!a-c].yaml', true, 'a negated range'],
  ['a.json', '{*.yaml,*.json}', true, 'one of the alternatives'],
  ['prod-b.yaml', 'prod-{a,{b,c}}.yaml', true, 'alternatives within alternatives'],
  ['a*.yaml', 'a\\*.yaml', true, 'a backslash takes a sign literally'],
  ['ab.yaml', 'a\\*.yaml', false, 'and only literally'],
  ['', '*', true, 'a star may stand for nothing'],
  ['a', '', false, 'an empty pattern matches nothing but nothing'],
];
for (const [path, pattern, matches, because] of rows) {
  test(`matchesPattern() says ${matches} of "${path}" and "${pattern}": ${because}`, () => {
    assert.equal(matchesPattern(path, pattern), matches);
  });
}

test('matchesPattern() does not go astray in a pattern made to be slow', () => {
  assert.equal(matchesPattern('a'.repeat(5_000), `${'*a'.repeat(50)}b`), false);
});

test('matchesPattern() refuses alternatives that multiply without end', () => {
  assert.throws(() => matchesPattern('a', '{a,b}'.repeat(20)), { code: 'PatternTooLarge' });
});
