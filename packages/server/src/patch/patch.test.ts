import assert from 'node:assert/strict';
import { test } from 'node:test';
import { hasReason, type Json } from '@slipway/api';
import { resource } from '../facts.fixture.ts';
import { applyJsonPatch, applyMergePatch, applyStrategicPatch } from './index.ts';

const document = { a: { b: [1, 2, 3], 'x/y': 1 }, c: null } as Json;

const operations = [
  { op: { op: 'add', path: '/a/b/-', value: 4 }, at: ['b', [1, 2, 3, 4]], because: '- is the end of a list' },
  { op: { op: 'add', path: '/a/b/1', value: 9 }, at: ['b', [1, 9, 2, 3]], because: 'an index inserts' },
  {
    op: { op: 'add', path: '/a/b/-1', value: 9 },
    at: ['b', [1, 2, 3, 9]],
    because: 'negative indices count from the end',
  },
  { op: { op: 'remove', path: '/a/x~1y' }, at: ['x/y', undefined], because: '~1 is a slash' },
  {
    op: { op: 'replace', path: '/a/new', value: 1 },
    at: ['new', 1],
    because: 'upstream replaces what is not there',
  },
  { op: { op: 'copy', from: '/a/b/0', path: '/a/z' }, at: ['z', 1], because: 'copies take values along' },
  {
    op: { op: 'copy', from: '/a/none', path: '/a/z' },
    at: ['z', null],
    because: 'what is missing reads as null',
  },
  {
    op: { op: 'move', from: '/a/b/2', path: '/a/z' },
    at: ['b', [1, 2]],
    because: 'a move leaves nothing behind',
  },
  { op: { op: 'add', path: '/a/__proto__', value: 1 }, at: ['b', [1, 2, 3]], because: 'no name is special' },
];
for (const { op, at, because } of operations) {
  test(`applyJsonPatch() ${op.op} ${op.path}: ${because}`, () => {
    const before = structuredClone(document);
    const result = applyJsonPatch(document, [op]) as { a: Record<string, Json> };
    assert.deepEqual(result.a[String(at[0])], at[1]);
    assert.deepEqual(document, before, 'the document stays as it was');
  });
}

const refused = [
  { op: { op: 'remove', path: '/a/none' }, because: 'nothing to remove' },
  { op: { op: 'remove', path: '/a/b/3' }, because: 'no such item' },
  { op: { op: 'move', from: '/q', path: '/a/z' }, because: 'nothing to move' },
  { op: { op: 'add', path: '/none/x', value: 1 }, because: 'the way there is missing' },
  { op: { op: 'add', path: '/a/b/5', value: 1 }, because: 'an index beyond the end' },
  { op: { op: 'test', path: '/a/b/0', value: 2 }, because: 'another value' },
  { op: { op: 'test', path: '/a/b', value: [1, 2] }, because: 'lists are compared whole' },
  { op: { op: 'grow', path: '/a' }, because: 'no such operation' },
  { op: { op: 'add', value: 1 } as { op: string }, because: 'no path' },
];
for (const { op, because } of refused) {
  test(`applyJsonPatch() refuses ${JSON.stringify(op)}: ${because}`, () => {
    assert.throws(
      () => applyJsonPatch(document, [op]),
      error => hasReason(error, 'Invalid') && (error.details?.causes?.length ?? 0) === 1,
    );
  });
}

test('applyMergePatch() follows the examples of RFC 7386', () => {
  const rows: [Json, Json, Json][] = [
    [{ a: 'b' }, { a: 'c' }, { a: 'c' }],
    [{ a: 'b' }, { b: 'c' }, { a: 'b', b: 'c' }],
    [{ a: 'b' }, { a: null }, {}],
    [{ a: ['b'] }, { a: 'c' }, { a: 'c' }],
    [{ a: 'c' }, { a: ['b'] }, { a: ['b'] }],
    [{ a: { b: 'c' } }, { a: { b: 'd', c: null } }, { a: { b: 'd' } }],
    [{ a: [{ b: 'c' }] }, { a: [1] }, { a: [1] }],
    [
      ['a', 'b'],
      ['c', 'd'],
      ['c', 'd'],
    ],
    [{ a: 'b' }, ['c'], ['c']],
    [{ e: null }, { a: 1 }, { e: null, a: 1 }],
    [[1, 2], { a: 'b', c: null }, { a: 'b' }],
    [{}, { a: { bb: { ccc: null } } }, { a: { bb: {} } }],
  ];
  for (const [target, patch, result] of rows) assert.deepEqual(applyMergePatch(target, patch), result);
});

test('applyStrategicPatch() keeps fields and lists it has no schema for apart', () => {
  const info = resource('v1/configmaps');
  const patched = applyStrategicPatch({ data: { a: '1' }, odd: [1] }, { odd: [2], data: { b: '2' } }, info);
  assert.deepEqual(patched, { data: { a: '1', b: '2' }, odd: [2] });
});
