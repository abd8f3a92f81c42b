import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { ownersOf, parseCodeOwners } from './codeowners.ts';

const owners = (text: string, files: string[], place?: string) =>
  ownersOf(parseCodeOwners(text, place), files).map(({ user, group }) => user ?? `@${group}`);

describe('parseCodeOwners()', () => {
  for (const { text, file, expected, because } of [
    { text: '* @ann', file: 'a/b.ts', expected: ['ann'], because: 'a star alone is everything' },
    {
      text: '*.js @ann',
      file: 'src/a.js',
      expected: ['ann'],
      because: 'without a slash it fits at any depth',
    },
    { text: '*.js @ann', file: 'src/a.jsx', expected: [], because: 'the whole name has to fit' },
    { text: '/build/ @ann', file: 'build/x/y', expected: ['ann'], because: 'a folder is everything in it' },
    {
      text: '/build/ @ann',
      file: 'src/build/x',
      expected: [],
      because: 'a slash at the start ties it to the root',
    },
    { text: 'docs/* @ann', file: 'docs/a.md', expected: ['ann'], because: 'directly in the folder' },
    { text: 'docs/* @ann', file: 'docs/x/a.md', expected: [], because: 'a star does not go deeper' },
    { text: 'apps/ @ann', file: 'x/apps/y', expected: ['ann'], because: 'a folder of that name anywhere' },
    { text: '**/logs @ann', file: 'a/b/logs/x', expected: ['ann'], because: 'two stars are any folders' },
    { text: '/docs/**/*.md @ann', file: 'docs/a.md', expected: ['ann'], because: 'any folders may be none' },
    { text: '* @ann\n*.md @ben', file: 'a.md', expected: ['ben'], because: 'the last that fits counts' },
    { text: '* @ann\n/gen', file: 'gen/x', expected: [], because: 'a line without owners takes them away' },
    {
      text: '* @default/leads ops@x.test',
      file: 'a',
      expected: ['@leads', 'ops@x.test'],
      because: 'groups and mails',
    },
    { text: '# * @ann\n* @ben # all', file: 'a', expected: ['ben'], because: 'comments are no rules' },
    { text: 'a\\ b @ann', file: 'a b', expected: ['ann'], because: 'a space may be escaped' },
  ]) {
    it(`GitHub’s ${JSON.stringify(text)} gives "${file}" ${JSON.stringify(expected)} because ${because}`, () => {
      assert.equal(parseCodeOwners(text).dialect, 'github');
      assert.deepEqual(owners(text, [file]), expected);
    });
  }

  for (const { text, file, expected, because } of [
    { text: '.*\\.go @ann', file: 'a/b.go', expected: ['ann'], because: 'it is a regular expression' },
    {
      text: 'docs/.* @ann\n.*\\.md @ben',
      file: 'docs/a.md',
      expected: ['ann', 'ben'],
      because: 'all that fit count',
    },
    {
      text: '!.*_test\\.go @ann',
      file: 'a_test.go',
      expected: [],
      because: 'a negative rule is for all others',
    },
    {
      text: '!.*_test\\.go @ann',
      file: 'a.go',
      expected: ['ann'],
      because: 'a negative rule is for all others',
    },
    {
      text: '(src|lib)/[a-z]+\\.ts @ann',
      file: 'lib/abc.ts',
      expected: ['ann'],
      because: 'groups and classes',
    },
    { text: 'v\\d{1,2}/.* @ann', file: 'v12/x', expected: ['ann'], because: 'counted repetitions' },
    { text: 'src/.+ @ann', file: 'a/src/x', expected: [], because: 'it has to fit from the start' },
  ]) {
    it(`Gitea’s ${JSON.stringify(text)} gives "${file}" ${JSON.stringify(expected)} because ${because}`, () => {
      assert.equal(parseCodeOwners(text).dialect, 'gitea');
      assert.deepEqual(owners(text, [file]), expected);
    });
  }

  it('takes the folder’s word for the dialect', () => {
    assert.deepEqual(owners('docs/ @ann', ['docs/'], '.gitea/CODEOWNERS'), ['ann']);
    assert.deepEqual(owners('docs/ @ann', ['docs/a'], '.gitea/CODEOWNERS'), []);
    assert.deepEqual(owners('docs/ @ann', ['docs/a'], '.github/CODEOWNERS'), ['ann']);
  });

  for (const { line, says } of [
    { line: '(a @ann', says: 'missing closing' },
    { line: '(?=a).* @ann', says: 'unsupported' },
    { line: '(a)\\1 @ann', says: 'invalid escape' },
    { line: '.* ann', says: 'is no owner' },
    { line: `${'(a*)*'.repeat(100)}.* @ann`, says: 'longer' },
    { line: '((a{900}){900}).* @ann', says: 'invalid repeat' },
  ])
    it(`leaves out ${line.slice(0, 20)}, and says why`, () => {
      const { rules, warnings } = parseCodeOwners(`.*x @ben\n${line}`);
      assert.equal(rules.length, 1);
      assert.match(warnings[0] ?? '', /^line 2: /);
      assert.ok(warnings[0]?.includes(says), warnings[0]);
    });

  it('is not held up by patterns that are made for it', () => {
    const nasty = '(a|a)*(a|a)*(a+)+(.*.*.*)*b @ann';
    assert.deepEqual(owners(nasty, ['a'.repeat(2_000)]), []);
    assert.deepEqual(owners(nasty, [`${'a'.repeat(2_000)}b`]), ['ann']);
    assert.deepEqual(owners(`${'*a'.repeat(40)} @ann`, ['a'.repeat(2_000)]), ['ann']);
  });
});
