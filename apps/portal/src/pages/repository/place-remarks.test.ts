import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { ChangeReview } from '@slipway/kinds';
import { parseDiff } from './diff-text.ts';
import { placeRemarks } from './place-remarks.ts';

const { files } = parseDiff(`diff --git a/a.txt b/a.txt
--- a/a.txt
+++ b/a.txt
@@ -1,3 +1,5 @@
 one
+new
-two
+zwei
+new
 three
`);
const review = (revision: string, comment: object) =>
  ({
    id: 1,
    revision,
    comments: [{ id: 1, path: 'a.txt', side: 'new', body: 'x', hunk: '', ...comment }],
  }) as never;

for (const { comment, revision, expected, because } of [
  {
    comment: { line: 3 },
    revision: 'head',
    expected: ['new 3 a.txt'],
    because: 'it was said of this very state',
  },
  {
    comment: { line: 3, hunk: '@@ -1 +1 @@\n+zwei' },
    revision: 'older',
    expected: ['new 3 a.txt'],
    because: 'the line stands where it stood',
  },
  {
    comment: { line: 1, hunk: '@@ -1 +1 @@\n+zwei' },
    revision: 'older',
    expected: ['new 3 a.txt'],
    because: 'the line moved, and there is one of its kind',
  },
  {
    comment: { line: 1, hunk: '@@ -1 +1 @@\n+new' },
    revision: 'older',
    expected: [],
    because: 'there are two of its kind: nobody knows which',
  },
  {
    comment: { line: 2, side: 'old', hunk: '@@ -1 +1 @@\n-two' },
    revision: 'older',
    expected: ['old 2 a.txt'],
    because: 'the old side has lines of its own',
  },
  {
    comment: { path: 'b.txt', line: 1 },
    revision: 'older',
    expected: [],
    because: 'the file is as it was again',
  },
  {
    comment: { line: 99 },
    revision: 'head',
    expected: [],
    because: 'it is beyond what the difference shows',
  },
] as { comment: object; revision: string; expected: string[]; because: string }[])
  test(`placeRemarks() puts one ${expected[0] ?? 'nowhere'}: ${because}`, () => {
    const reviews: ChangeReview[] = [review(revision, comment)];
    const { at, unplaced } = placeRemarks(files, reviews, 'head');
    assert.deepEqual([...at.keys()], expected);
    assert.equal(unplaced.length, expected.length === 0 ? 1 : 0);
  });
