import assert from 'node:assert/strict';
import { test } from 'node:test';
import { hunkUpTo } from './diff-hunk.ts';

const DIFF = `diff --git a/list.txt b/list.txt
index 814f4a4..8f3a7bd 100644
--- a/list.txt
+++ b/list.txt
@@ -1,8 +1,8 @@
 one
 two
 three
 four
-five
+fünf
+and a half
 six
 seven
-eight
\\ No newline at end of file
`;
const HEAD = 'diff --git a/list.txt b/list.txt\n--- a/list.txt\n+++ b/list.txt\n';

for (const { side, line, hunk, because } of [
  { side: 'new', line: 1, hunk: '@@ -1,1 +1,1 @@\n one', because: 'nothing stands before it' },
  {
    side: 'new',
    line: 5,
    hunk: '@@ -3,3 +3,3 @@\n three\n four\n-five\n+fünf',
    because: 'four lines are kept, and counted on both sides',
  },
  {
    side: 'old',
    line: 5,
    hunk: '@@ -2,4 +2,3 @@\n two\n three\n four\n-five',
    because: 'a line that goes is one of the old side',
  },
  {
    side: 'old',
    line: 8,
    hunk: '@@ -6,3 +6,3 @@\n+and a half\n six\n seven\n-eight',
    because: 'what was added stands between, without a number there',
  },
  { side: 'new', line: 9, hunk: undefined, because: 'the new file is shorter' },
  { side: 'old', line: 9, hunk: undefined, because: 'the old one, too' },
] as const) {
  test(`hunkUpTo() line ${line} of the ${side} file: ${because}`, () => {
    assert.equal(hunkUpTo(DIFF, { side, line }), hunk && HEAD + hunk);
  });
}

test('hunkUpTo() finds nothing where nothing differs', () => {
  assert.equal(hunkUpTo('', { side: 'new', line: 1 }), undefined);
});
