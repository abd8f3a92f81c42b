import assert from 'node:assert/strict';
import { test } from 'node:test';
import { byteLength, compareStrings, fromBytes, runeCount, sliceBytes, toBytes } from './go-string.ts';

const rows: { bytes: number[]; length: number; runes: number; because: string }[] = [
  { bytes: [], length: 0, runes: 0, because: 'nothing is nothing' },
  { bytes: [0x61, 0x62], length: 2, runes: 2, because: 'ASCII is itself' },
  { bytes: [0xc3, 0xa9], length: 2, runes: 1, because: 'a character of two bytes' },
  { bytes: [0xf0, 0x9f, 0x98, 0x80], length: 4, runes: 1, because: 'a character of two UTF-16 units' },
  { bytes: [0xff, 0x61, 0x80], length: 3, runes: 3, because: 'bytes that are no UTF-8 stay' },
  { bytes: [0xf0, 0x9f, 0x98], length: 3, runes: 3, because: 'a character cut short is its bytes' },
  { bytes: [0xc0, 0x80], length: 2, runes: 2, because: 'an overlong form is no UTF-8' },
  { bytes: [0xed, 0xa0, 0x80], length: 3, runes: 3, because: 'nor is a surrogate' },
  { bytes: [0xf4, 0x90, 0x80, 0x80], length: 4, runes: 4, because: 'nor what lies beyond Unicode' },
  { bytes: [0xef, 0xbb, 0xbf, 0x61], length: 4, runes: 2, because: 'a byte order mark is a character' },
];
for (const { bytes, length, runes, because } of rows) {
  test(`fromBytes() and toBytes() keep [${bytes}]: ${because}`, () => {
    const text = fromBytes(Uint8Array.from(bytes));
    assert.deepEqual([...toBytes(text)], bytes);
    assert.deepEqual([byteLength(text), runeCount(text)], [length, runes]);
  });
}

test('sliceBytes() cuts between bytes, and the halves fit together again', () => {
  const [left, right] = [sliceBytes('aé', 0, 2), sliceBytes('aé', 2, 3)];
  assert.deepEqual([[...toBytes(left)], [...toBytes(right)]], [[0x61, 0xc3], [0xa9]]);
});

test('compareStrings() sorts as the bytes do', () => {
  const sorted = ['', 'B', 'a', 'ab', 'é', '\ud7ff', '\ue000', '\uffff', '😀', '😁'];
  for (const [at, text] of sorted.entries())
    for (const [other, each] of sorted.entries())
      assert.equal(Math.sign(compareStrings(text, each)), Math.sign(at - other), `${text} and ${each}`);
});
