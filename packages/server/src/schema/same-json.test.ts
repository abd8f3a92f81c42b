import assert from 'node:assert/strict';
import { test } from 'node:test';
import { isDeepStrictEqual } from 'node:util';
import { sameJson } from './same-json.ts';

const ROWS: [unknown, unknown, string][] = [
  [{ a: 1, b: [1, 2] }, { b: [1, 2], a: 1 }, 'fields have no order'],
  [[1, 2], [2, 1], 'lists have one'],
  [[1], [1, 2], 'one is longer'],
  [{ a: 1 }, { a: 1, b: 2 }, 'one has more fields'],
  [{ a: undefined }, {}, 'undefined is not absent'],
  [{ a: undefined }, { b: undefined }, 'the names differ'],
  [{}, [], 'an empty list is no empty object'],
  [null, {}, 'null is nothing'],
  [null, undefined, 'null is not undefined'],
  [1, '1', 'types differ'],
  [0, -0, 'JSON can say -0'],
  [{ a: { b: [{ c: null }] } }, { a: { b: [{ c: null }] } }, 'deep down all is the same'],
  [{ a: { b: [{ c: null }] } }, { a: { b: [{ c: 0 }] } }, 'deep down something differs'],
  [JSON.parse('{"__proto__":{"a":1}}'), {}, 'a field may have any name'],
  [{ toString: 1 }, { valueOf: 1 }, 'inherited names are no fields'],
];

for (const [left, right, because] of ROWS) {
  test(`sameJson() agrees with isDeepStrictEqual(): ${because}`, () => {
    assert.equal(sameJson(left, right), isDeepStrictEqual(left, right));
    assert.equal(sameJson(right, left), isDeepStrictEqual(right, left));
    assert.equal(sameJson(left, structuredClone(left)), true);
  });
}
