import assert from 'node:assert/strict';
import { test } from 'node:test';
import { differences } from './difference.ts';

const rows: { before: unknown; after: unknown; found: [string, unknown, unknown][]; because: string }[] = [
  { before: { a: 1 }, after: { a: 1 }, found: [], because: 'it is the same' },
  { before: { a: 1, b: 2 }, after: { b: 2, a: 1 }, found: [], because: 'order of fields means nothing' },
  { before: { a: {} }, after: {}, found: [], because: 'an empty field and none mean the same' },
  { before: { a: [] }, after: {}, found: [], because: 'an empty list and none mean the same' },
  {
    before: { spec: { domain: 'a.localhost' } },
    after: { spec: { domain: 'b.localhost' } },
    found: [['spec.domain', 'a.localhost', 'b.localhost']],
    because: 'a field is named by its path',
  },
  {
    before: { teams: [{ name: 'a' }, { name: 'b' }] },
    after: { teams: [{ name: 'a' }, { name: 'c' }] },
    found: [['teams.1.name', 'b', 'c']],
    because: 'entries of lists are compared by their place',
  },
  {
    before: { teams: [{ name: 'a' }] },
    after: { teams: [{ name: 'a' }, { name: 'b' }] },
    found: [['teams.1', undefined, { name: 'b' }]],
    because: 'a new part is one difference',
  },
  {
    before: { ingress: 'a' },
    after: { ingress: ['a', 'b'] },
    found: [['ingress', 'a', ['a', 'b']]],
    because: 'a value that became a list is one difference',
  },
  {
    before: { a: [1] },
    after: { a: { 0: 1 } },
    found: [['a', [1], { 0: 1 }]],
    because: 'a list is no object',
  },
  { before: { a: null }, after: { a: false }, found: [['a', null, false]], because: 'false is a value' },
];
for (const { before, after, found, because } of rows) {
  test(`differences(${JSON.stringify(before)}, ${JSON.stringify(after)}): ${because}`, () => {
    const answer = differences(before, after).map(each => [each.field, each.old, each.new]);
    assert.deepEqual(answer, found);
  });
}
