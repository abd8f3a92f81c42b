import assert from 'node:assert/strict';
import { mkdtempSync, readdirSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { type TestContext, test } from 'node:test';
import { systemClock } from '@slipway/api';
import { padding, TAR_END, type TarMember, tarHeader } from '../tar-header.ts';
import { checkArchive, readPart, readParts } from './read-archive.ts';
import { createArchive } from './write-archive.ts';

const FORMAT = 'slipway-test/1';
const whole = { format: FORMAT, created: '2026-01-01T00:00:00Z', about: { a: 1 } };
const options = { pid: process.pid, clock: systemClock };

function placeFor(t: TestContext): string {
  const place = mkdtempSync(join(tmpdir(), 'slipway-archive-'));
  t.after(() => rmSync(place, { recursive: true, force: true }));
  return place;
}

async function written(place: string): Promise<string> {
  const file = join(place, 'one.tar');
  const archive = await createArchive(file, options);
  await archive.add('a.txt', Buffer.from('alpha'), { head: 'main' });
  writeFileSync(join(place, 'large'), Buffer.alloc(3_000_000, 'x'));
  await archive.add(`deep/${'n'.repeat(150)}/large`, { file: join(place, 'large') });
  await archive.finish(whole);
  return file;
}

test('an archive gives back what was put in, is 0600, and appears only when it is whole', async t => {
  const place = placeFor(t);
  const file = join(place, 'one.tar');
  const draft = await createArchive(file, options);
  await draft.add('a', Buffer.from('a'));
  assert.throws(() => statSync(file));
  await draft.abandon();
  assert.deepEqual(readdirSync(place), []);
  const made = await written(place);
  assert.equal(statSync(made).mode & 0o777, 0o600);
  const manifest = await checkArchive(made, FORMAT);
  const sizes: number[] = [];
  for await (const { part, content } of readParts(made, manifest)) {
    let size = 0;
    for await (const piece of content) size += piece.length;
    assert.equal(size, part.size);
    sizes.push(size);
  }
  assert.deepEqual(sizes, [5, 3_000_000]);
  assert.equal(manifest.parts[0]?.facts?.head, 'main');
  assert.equal((await readPart(made, manifest, 'a.txt'))?.toString(), 'alpha');
  await assert.rejects(createArchive(made, options), { code: 'ArchiveExists' });
});

test('createArchive() removes the draft of a process that is gone, and of none that lives', async t => {
  const place = placeFor(t);
  const file = join(place, 'one.tar');
  // Ids end below this on every system there is.
  writeFileSync(join(place, '.one.tar.2147483646.partial'), 'half');
  writeFileSync(join(place, '.one.tar.1.partial'), 'of init, which lives');
  const archive = await createArchive(file, options);
  await archive.abandon();
  assert.deepEqual(readdirSync(place), ['.one.tar.1.partial']);
});

test('checkArchive() finds a cut at any place and any changed byte', async t => {
  const place = placeFor(t);
  const bytes = readFileSync(await written(place));
  const damaged = join(place, 'damaged');
  const nearEnd = bytes.length - 1024 - 512;
  for (const at of [0, 100, 511, 512, 600, 1024, 40_000, 2_999_999, nearEnd - 512, nearEnd]) {
    writeFileSync(damaged, bytes.subarray(0, at));
    await assert.rejects(checkArchive(damaged, FORMAT), { code: 'ArchiveDamaged' }, `cut at ${at}`);
  }
  for (const at of [0, 130, 513, 3000, 2_000_000, bytes.indexOf('"sha256"') + 12]) {
    const changed = Buffer.from(bytes);
    changed[at] = (changed[at] ?? 0) ^ 0x01;
    writeFileSync(damaged, changed);
    await assert.rejects(checkArchive(damaged, FORMAT), { code: 'ArchiveDamaged' }, `changed at ${at}`);
  }
});

test('checkArchive() refuses what is no archive of ours, naming it', async t => {
  const place = placeFor(t);
  const member = (name: string, text: string, type: TarMember['type'] = 'file') =>
    Buffer.concat([
      tarHeader({ name, type, mode: 0o644, uid: 0, gid: 0, size: text.length, time: 0, linkname: '/etc' }),
      Buffer.from(text),
      Buffer.alloc(padding(text.length)),
    ]);
  const part = {
    name: 'a',
    size: 0,
    sha256: 'e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855',
  };
  const manifest = (more: object) =>
    member('manifest.json', JSON.stringify({ ...whole, parts: [part], ...more }));
  const rows: { members: Buffer[]; code: string; because: RegExp }[] = [
    { members: [member('../a', '')], code: 'ArchivePath', because: /"\.\.\/a", which leads out/ },
    { members: [member('/etc/passwd', '')], code: 'ArchivePath', because: /leads out/ },
    { members: [member('a/../../b', '')], code: 'ArchivePath', because: /leads out/ },
    { members: [member('a\\b', '')], code: 'ArchivePath', because: /leads out/ },
    { members: [member('a', '', 'symlink')], code: 'ArchiveDamaged', because: /a is a symlink/ },
    { members: [member('a', '', 'link')], code: 'ArchiveDamaged', because: /a is a link/ },
    { members: [member('a', '', 'device')], code: 'ArchiveDamaged', because: /files only/ },
    { members: [manifest({})], code: 'ArchiveDamaged', because: /a is missing/ },
    { members: [member('a', ''), member('a', ''), manifest({})], code: 'ArchiveDamaged', because: /twice/ },
    {
      members: [member('a', ''), member('b', ''), manifest({})],
      code: 'ArchiveDamaged',
      because: /b is not in/,
    },
    { members: [member('a', ''), manifest({}), member('b', '')], code: 'ArchiveDamaged', because: /behind/ },
    { members: [member('manifest.json', '{')], code: 'ArchiveDamaged', because: /manifest cannot be read/ },
    {
      members: [manifest({ parts: [{ name: 1 }] })],
      code: 'ArchiveDamaged',
      because: /manifest cannot be read/,
    },
    {
      members: [member('a', ''), manifest({ format: 'slipway-test/2' })],
      code: 'ArchiveFormat',
      because: /newer than slipway-test\/1; use the program/,
    },
    {
      members: [member('a', ''), manifest({ format: 'other/1' })],
      code: 'ArchiveFormat',
      because: /is a "other\/1", not a slipway-test\/1/,
    },
  ];
  const file = join(place, 'made');
  for (const { members, code, because } of rows) {
    writeFileSync(file, Buffer.concat([...members, TAR_END]));
    await assert.rejects(checkArchive(file, FORMAT), { code, message: because });
  }
  await assert.rejects(checkArchive(join(place, 'none'), FORMAT), { code: 'ArchiveUnreadable' });
  await assert.rejects(checkArchive(place, FORMAT), { code: 'ArchiveUnreadable' });
});
