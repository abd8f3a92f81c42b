import assert from 'node:assert/strict';
import { test } from 'node:test';
import { parseDiff, sideBySide } from './diff-text.ts';

const DIFF = `diff --git a/a.txt b/a.txt
index 1..2 100644
--- a/a.txt
+++ b/a.txt
@@ -1,3 +1,4 @@ heading
 one
-two
+zwei
+--- not a header
 three
\\ No newline at end of file
diff --git a/old name.txt b/new name.txt
similarity index 100%
rename from old name.txt
rename to new name.txt
diff --git a/logo.png b/logo.png
new file mode 100644
index 0..3
Binary files /dev/null and b/logo.png differ
`;

test('parseDiff() reads files, what became of them, and numbers lines on both sides', () => {
  const { files, isCut } = parseDiff(DIFF);
  assert.equal(isCut, false);
  assert.deepEqual(
    files.map(({ path, from, change, isBinary, lines }) => [path, from, change, isBinary, lines.length]),
    [
      ['a.txt', undefined, 'changed', false, 6],
      ['new name.txt', 'old name.txt', 'renamed', false, 0],
      ['logo.png', undefined, 'added', true, 0],
    ],
  );
  assert.deepEqual(files[0]?.lines.slice(2, 6), [
    { sign: '-', text: 'two', old: 2 },
    { sign: '+', text: 'zwei', new: 2 },
    { sign: '+', text: '--- not a header', new: 3 },
    { sign: ' ', text: 'three', old: 3, new: 4 },
  ]);
});

test('sideBySide() puts what was added beside what it replaces', () => {
  const rows = sideBySide(parseDiff(DIFF).files[0]?.lines ?? []);
  assert.deepEqual(
    rows.map(({ left, right, at }) => [at?.slice(0, 2), left?.text, right?.text]),
    [
      ['@@', undefined, undefined],
      [undefined, 'one', 'one'],
      [undefined, 'two', 'zwei'],
      [undefined, undefined, '--- not a header'],
      [undefined, 'three', 'three'],
    ],
  );
});

test('parseDiff() stops where nobody reads on, and says so', () => {
  const lines = Array.from({ length: 6_000 }, () => '+x').join('\n');
  const { files, isCut } = parseDiff(`diff --git a/x b/x\n@@ -0,0 +1,6000 @@\n${lines}\n`);
  assert.deepEqual([files[0]?.lines.length, isCut], [5_000, true]);
});

test('parseDiff() takes any text for what it is', () => {
  for (const text of ['', 'hello', '@@ -1 +1 @@\n+x', 'diff --git a/x b/x\n@@ nonsense'])
    assert.doesNotThrow(() => parseDiff(text));
});
