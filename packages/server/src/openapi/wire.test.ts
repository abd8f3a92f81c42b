import assert from 'node:assert/strict';
import { test } from 'node:test';
import { createWire, type Wire } from './wire.ts';

const rows: { write: (wire: Wire) => void; bytes: number[]; because: string }[] = [
  {
    write: wire => wire.text(1, 'hi'),
    bytes: [0x0a, 2, 0x68, 0x69],
    because: 'text is delimited by its length',
  },
  { write: wire => wire.text(1, ''), bytes: [], because: 'empty text is the default and not written' },
  {
    write: wire => wire.texts(1, ['', 'a']),
    bytes: [0x0a, 0, 0x0a, 1, 0x61],
    because: 'in a list it is an item',
  },
  { write: wire => wire.count(2, 300), bytes: [0x10, 0xac, 0x02], because: 'numbers take seven bits a byte' },
  { write: wire => wire.truth(16, true), bytes: [0x80, 0x01, 1], because: 'fields above 15 take two bytes' },
  {
    write: wire => wire.double(1, 1),
    bytes: [0x09, 0, 0, 0, 0, 0, 0, 0xf0, 0x3f],
    because: 'doubles are little-endian',
  },
  {
    write: wire => wire.message(3, () => {}),
    bytes: [0x1a, 0],
    because: 'an empty message is there all the same',
  },
  {
    write: wire => wire.message(3, () => wire.text(1, 'é')),
    bytes: [0x1a, 4, 0x0a, 2, 0xc3, 0xa9],
    because: 'lengths count bytes',
  },
];
for (const { write, bytes, because } of rows) {
  test(`createWire() writes ${JSON.stringify(bytes)} because ${because}`, () => {
    const wire = createWire();
    write(wire);
    assert.deepEqual([...wire.bytes()], bytes);
  });
}

test('createWire() grows as far as it must', () => {
  const wire = createWire();
  const long = 'x'.repeat(100_000);
  wire.message(2, () => {
    wire.text(1, long);
    wire.text(1, long);
  });
  wire.text(1, 'first');
  const bytes = Buffer.from(wire.bytes());
  assert.equal(bytes.subarray(0, 7).toString('latin1'), '\n\u0005first');
  assert.equal(bytes.length, 7 + 4 + 2 * (100_000 + 4));
});
