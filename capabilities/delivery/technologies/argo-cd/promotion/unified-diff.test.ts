import assert from 'node:assert/strict';
import { execFile } from 'node:child_process';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { test } from 'node:test';
import { unifiedDiff } from './unified-diff.ts';

const many = Array.from({ length: 30 }, (_, index) => `line ${index}`);
const rows: { because: string; before: string; after: string }[] = [
  { because: 'one line changed', before: 'a\nb\nc\n', after: 'a\nx\nc\n' },
  { because: 'a file is new', before: '', after: 'a\nb\n' },
  { because: 'a file is gone', before: 'a\n', after: '' },
  { because: 'lines are added at the end', before: 'a\n', after: 'a\nb\n' },
  {
    because: 'changes far apart are two hunks',
    before: `${many.join('\n')}\n`,
    after: `${many.join('\n').replace('line 2\n', '').replace('line 25', 'other')}\n`,
  },
  {
    because: 'changes close together are one hunk',
    before: `${many.join('\n')}\n`,
    after: `${many.join('\n').replace('line 10', 'x').replace('line 15', 'y')}\n`,
  },
];
for (const { because, before, after } of rows) {
  test(`unifiedDiff() prints the hunks that git prints: ${because}`, async () => {
    assert.equal(unifiedDiff(before, after), await hunksOfGit(before, after));
  });
}

test('unifiedDiff() of equal texts is empty, and one too long says so', () => {
  assert.equal(unifiedDiff('a\n', 'a\n'), '');
  assert.match(unifiedDiff('', 'x\n'.repeat(5_000)), /too long to show/);
  assert.match(unifiedDiff('', `${'x'.repeat(20_000)}\n`), /the rest is left out/);
});

async function hunksOfGit(before: string, after: string): Promise<string> {
  const folder = await mkdtemp(join(tmpdir(), 'slipway-diff-'));
  try {
    await writeFile(join(folder, 'a'), before);
    await writeFile(join(folder, 'b'), after);
    const args = ['diff', '--no-index', '--no-color', '-U3', 'a', 'b'];
    // It ends with 1 when they differ.
    const text = await new Promise<string>(resolve =>
      execFile('git', args, { cwd: folder }, (_error, stdout) => resolve(stdout)),
    );
    const hunks = text.slice(text.indexOf('@@'));
    return hunks.replace(/^(@@ .* @@).*$/gm, '$1');
  } finally {
    await rm(folder, { recursive: true });
  }
}
