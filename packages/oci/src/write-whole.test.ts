import assert from 'node:assert/strict';
import { mkdir, mkdtemp, readdir, readFile, rm, stat, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, before, test } from 'node:test';
import { writeWhole } from './write-whole.ts';

let folder = '';
before(async () => {
  folder = await mkdtemp(join(tmpdir(), 'slipway-whole-'));
});
after(() => rm(folder, { recursive: true, force: true }));

for (const { mode, expected, because } of [
  { mode: {}, expected: 0o600, because: 'nobody else reads what nobody opened' },
  { mode: { mode: 0o644 }, expected: 0o644, because: 'some files are for everybody' },
  { mode: { mode: 0o666 }, expected: 0o666, because: 'the process’s mask takes nothing away' },
])
  test(`writeWhole() gives a file the permissions that are wanted: ${because}`, async () => {
    const path = join(folder, `mode-${expected}`);
    await writeFile(path, 'before', { mode: 0o640 });
    await writeWhole(path, 'after', { durable: true, ...mode });
    assert.equal(await readFile(path, 'utf8'), 'after');
    assert.equal((await stat(path)).mode & 0o777, expected);
  });

test('writeWhole() by many at once leaves one of theirs whole, and no draft', async () => {
  const own = join(folder, 'many');
  await mkdir(own);
  const texts = Array.from({ length: 20 }, (_, at) => `${at}`.repeat(100_000));
  await Promise.all(texts.map(text => writeWhole(join(own, 'file'), text, { durable: false })));
  assert.ok(texts.includes(await readFile(join(own, 'file'), 'utf8')));
  assert.deepEqual(await readdir(own), ['file']);
});

test('writeWhole() that fails leaves what was there, and no draft', async () => {
  const own = join(folder, 'failing');
  await mkdir(join(own, 'taken', 'full'), { recursive: true });
  await assert.rejects(writeWhole(join(own, 'taken'), 'x', { durable: true }), { code: 'EISDIR' });
  assert.deepEqual(await readdir(own), ['taken']);
  await assert.rejects(writeWhole(join(folder, 'no', 'where'), 'x', { durable: true }), { code: 'ENOENT' });
});
