import assert from 'node:assert/strict';
import { test } from 'node:test';
import { matchesGlob, matchesList } from './glob.ts';

const rows: [text: string, pattern: string, separators: string, matches: boolean, because: string][] = [
  ['a/b', '*', '', true, 'one star is everything where nothing separates'],
  ['a/b', '*', '/', false, 'and stops where something does'],
  ['a/b', '**', '/', true, 'two stars do not stop'],
  ['https://x/a', 'https://x/*', '/', true, 'one segment'],
  ['https://x/a/b', 'https://x/*', '/', false, 'two segments'],
  ['https://x/a/b', 'https://x/**', '/', true, 'any number of them'],
  ['team-a', 'team-?', '', true, 'one character'],
  ['team-ab', 'team-?', '', false, 'not two'],
  ['cat', '[bc]at', '', true, 'one of a class'],
  ['cat', '[!bc]at', '', false, 'none of a class'],
  ['dev-eu', '{dev,prod}-*', '', true, 'either'],
  ['test-eu', '{dev,prod}-*', '', false, 'neither'],
  ['a*b', 'a\\*b', '', true, 'a star that means itself'],
  ['a.b', 'axb', '', false, 'a dot is a dot'],
  ['axb', 'a.b', '', false, 'in the pattern, too'],
  ['a', '[a', '', false, 'what is no pattern fits nothing'],
  ['a', '{a', '', false, 'nor does an open brace'],
  [`${'a'.repeat(3_000)}b`, `${'*a'.repeat(300)}c`, '', false, 'a hostile pattern takes no time'],
];
for (const [text, pattern, separators, matches, because] of rows) {
  test(`matchesGlob() of ${pattern.slice(0, 20)} is ${matches} for ${text.slice(0, 20)}: ${because}`, () => {
    assert.equal(matchesGlob(text, pattern, separators), matches);
  });
}

test('matchesList() takes globs, and regular expressions between slashes', () => {
  assert.ok(matchesList('team-a', ['other', 'team-*']));
  assert.ok(matchesList('team-a', ['/^team-[a-c]$/']));
  assert.ok(!matchesList('team-d', ['/^team-[a-c]$/']));
  assert.ok(!matchesList('x', ['/(/']));
  assert.ok(!matchesList('x', []));
});
