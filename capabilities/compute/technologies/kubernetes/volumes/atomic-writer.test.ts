import assert from 'node:assert/strict';
import { mkdtempSync, readdirSync, readFileSync, readlinkSync, rmSync, statSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, test } from 'node:test';
import { writeAtomically } from './atomic-writer.ts';

const folder = mkdtempSync(join(tmpdir(), 'atomic-'));
after(() => rmSync(folder, { recursive: true, force: true }));
const file = (text: string, mode = 0o644) => ({ content: Buffer.from(text), mode });

test('writeAtomically() shows all of one version or all of the next', async () => {
  const place = join(folder, 'volume');
  assert.equal(
    await writeAtomically(
      place,
      new Map([
        ['a', file('1')],
        ['dir/b', file('2', 0o400)],
      ]),
      'v1',
    ),
    true,
  );
  assert.equal(readFileSync(join(place, 'a'), 'utf8'), '1');
  assert.equal(statSync(join(place, 'dir/b')).mode & 0o777, 0o400);
  assert.equal(readlinkSync(join(place, '..data')), '..v1');

  assert.equal(
    await writeAtomically(
      place,
      new Map([
        ['a', file('1')],
        ['dir/b', file('2', 0o400)],
      ]),
      'v2',
    ),
    false,
    'nothing changed',
  );
  assert.equal(readlinkSync(join(place, '..data')), '..v1');

  assert.equal(
    await writeAtomically(
      place,
      new Map([
        ['a', file('new')],
        ['c', file('3')],
      ]),
      'v3',
    ),
    true,
  );
  assert.equal(readFileSync(join(place, 'a'), 'utf8'), 'new');
  assert.deepEqual(
    readdirSync(place).sort(),
    ['..data', '..v3', 'a', 'c'],
    'what is gone is gone, old versions too',
  );
});

test('writeAtomically() takes an empty payload', async () => {
  const place = join(folder, 'empty');
  await writeAtomically(place, new Map(), 'v1');
  assert.deepEqual(readdirSync(join(place, '..data')), []);
});
