import assert from 'node:assert/strict';
import { test } from 'node:test';
import { type Entry, ranked } from './ranked.ts';

const entry = (label: string, kind = 'Page', words = ''): Entry => ({ id: label, label, kind, words });
const ENTRIES = [
  entry('Platform'),
  entry('Catalog', 'Page', 'entities'),
  entry('shop-catalog', 'Service'),
  entry('cat', 'Service'),
  entry('Promote shop', 'Action', 'release'),
];

const rows: { typed: string; labels: string[]; because: string }[] = [
  { typed: '', labels: ENTRIES.map(({ label }) => label), because: 'nothing typed gives them as they come' },
  { typed: 'cat', labels: ['cat', 'Catalog', 'shop-catalog'], because: 'the same, its beginning, a word’s' },
  { typed: 'SHOP pro', labels: ['Promote shop'], because: 'every word counts, in any order and case' },
  { typed: 'entit', labels: ['Catalog'], because: 'people know other words for it' },
  { typed: 'service', labels: ['cat', 'shop-catalog'], because: 'a kind is a word too' },
  { typed: 'zzz', labels: [], because: 'nothing has this name' },
];
for (const { typed, labels, because } of rows) {
  test(`ranked() of ${JSON.stringify(typed)}: ${because}`, () =>
    assert.deepEqual(
      ranked(ENTRIES, typed).map(({ label }) => label),
      labels,
    ));
}
