import assert from 'node:assert/strict';
import { mkdirSync, mkdtempSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { test } from 'node:test';
import { extract } from 'tar-stream';
import { mergedTar } from './merged-tar.ts';

test('mergedTar() shows layers as an overlay would', async () => {
  const folder = mkdtempSync(join(tmpdir(), 'merged-'));
  const [low, high] = [join(folder, 'low'), join(folder, 'high')];
  const files = {
    'low/a': 'low',
    'low/dir/kept': 'kept',
    'low/dir/over': 'low',
    'high/dir/over': 'high',
    'high/new/x': 'x',
  };
  for (const [name, content] of Object.entries(files)) {
    mkdirSync(dirname(join(folder, name)), { recursive: true });
    writeFileSync(join(folder, name), content);
  }
  symlinkSync('a', join(high, 'link'));
  const found = new Map<string, string>();
  const tar = extract();
  mergedTar([low, high]).pipe(tar);
  for await (const entry of tar) {
    let content = '';
    for await (const chunk of entry) content += String(chunk);
    found.set(entry.header.name, entry.header.type === 'symlink' ? `-> ${entry.header.linkname}` : content);
  }
  assert.deepEqual(Object.fromEntries([...found].sort()), {
    a: 'low',
    'dir/': '',
    'dir/kept': 'kept',
    'dir/over': 'high',
    link: '-> a',
    'new/': '',
    'new/x': 'x',
  });
  rmSync(folder, { recursive: true });
});
