import assert from 'node:assert/strict';
import { test } from 'node:test';
import { glob } from './glob.ts';
import { regularExpression } from './pattern.ts';

const rows: { pattern: string; fits: string[]; not: string[]; separators?: string; because: string }[] = [
  {
    pattern: 'release/*',
    fits: ['release/1'],
    not: ['release/1/2', 'release'],
    because: '* stays between separators',
  },
  { pattern: 'release/**', fits: ['release/1/2'], not: ['releases'], because: '** crosses them' },
  { pattern: '**/x', fits: ['x', 'a/b/x'], not: ['ax'], because: '**/ may stand for no folder' },
  {
    pattern: 'v?.0',
    fits: ['v1.0'],
    not: ['v10.0', 'v/.0', 'v1x0'],
    because: '? is one character, a dot is a dot',
  },
  { pattern: 'v[0-9]', fits: ['v7'], not: ['vx'], because: 'a range' },
  { pattern: 'v[!0-9]', fits: ['vx'], not: ['v7'], because: '! turns a set around' },
  { pattern: '[^a]', fits: ['^', 'a'], not: ['b'], because: '^ is a character like others' },
  {
    pattern: '{main,release/*}',
    fits: ['main', 'release/1'],
    not: ['{main', 'dev'],
    because: 'choices are patterns',
  },
  { pattern: '\\*', fits: ['*'], not: ['a'], because: 'a backslash takes the meaning away' },
  {
    pattern: 'a+(b)|c',
    fits: ['a+(b)|c'],
    not: ['aab', 'c'],
    because: 'what regular expressions mean by it is text here',
  },
  {
    pattern: '*.lock',
    separators: './',
    fits: ['a.lock'],
    not: ['a.b.lock'],
    because: 'separators can be others',
  },
];
for (const { pattern, fits, not, separators, because } of rows)
  test(`glob() ${pattern}: ${because}`, () => {
    const found = glob(pattern, separators);
    for (const text of fits) assert.ok(found.test(text), text);
    for (const text of not) assert.ok(!found.test(text), text);
  });

test('glob() and regularExpression() refuse what has no meaning', () => {
  for (const wrong of ['a[b', 'a{b']) assert.throws(() => glob(wrong), SyntaxError, wrong);
  for (const wrong of ['(a', '(?=a)', '(a)\\1', 'a'.repeat(501)])
    assert.throws(() => regularExpression(wrong), SyntaxError, wrong);
});

test('a pattern made to take for ever takes no time', () => {
  assert.ok(!regularExpression('(a+)+b').test('a'.repeat(5_000)));
  assert.ok(!glob('*'.repeat(3).concat('a').repeat(30)).test('a'.repeat(29)));
});
