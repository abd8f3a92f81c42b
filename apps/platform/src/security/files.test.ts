import assert from 'node:assert/strict';
import { chmod, mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, before, test } from 'node:test';
import { secretFiles } from './files.ts';

const TOKEN = 'a-token-that-nobody-else-has-1f0c';
let folder: string;
let data: string;

before(async () => {
  folder = await mkdtemp(join(tmpdir(), 'slipway-files-'));
  data = join(folder, 'data');
  await mkdir(data, { mode: 0o700 });
});
after(() => rm(folder, { recursive: true, force: true }));

interface Change {
  name: string;
  text?: string;
  mode?: number;
}

const rows: { check: string; change: Change; keyFile?: string; result: string; because: string }[] = [
  { check: 'key-file', change: { name: '../key' }, result: 'ok', because: 'it is outside, and its owner’s' },
  { check: 'key-file', change: { name: '../key', mode: 0o644 }, result: 'bad', because: 'others read it' },
  {
    check: 'key-file',
    change: { name: 'key' },
    keyFile: 'data/key',
    result: 'bad',
    because: 'a copy of the data folder would hold its key',
  },
  { check: 'data-files', change: { name: 'kubeconfig' }, result: 'ok', because: 'it is its owner’s' },
  {
    check: 'data-files',
    change: { name: 'kubeconfig', mode: 0o640 },
    result: 'bad',
    because: 'a group reads it',
  },
  { check: 'data-files', change: { name: 'ca.crt', mode: 0o644 }, result: 'ok', because: 'the CA is public' },
  {
    check: 'token-leaks',
    change: { name: 'platform.log', text: 'started' },
    result: 'ok',
    because: 'it is nowhere',
  },
  {
    check: 'token-leaks',
    change: { name: 'platform.log', text: `asked with ${TOKEN}` },
    result: 'bad',
    because: 'the log has it',
  },
];
for (const { check, change, keyFile = 'key', result, because } of rows) {
  test(`secretFiles() finds ${check} ${result}: ${because}`, async t => {
    const path = join(data, change.name);
    await writeFile(path, change.text ?? 'x');
    await chmod(path, change.mode ?? 0o600);
    const files = { data, keyFile: join(folder, keyFile), adminToken: TOKEN };
    const seen = await secretFiles(files)
      .find(each => each.check === check)
      ?.look(new AbortController().signal);
    await rm(path);
    if (seen?.result === 'unknown') return t.skip(seen.found);
    assert.equal(seen?.result, result, seen?.found);
    assert.equal(seen?.advice !== undefined, result !== 'ok');
    assert.ok(!JSON.stringify(seen).includes(TOKEN));
  });
}
