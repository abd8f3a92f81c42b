import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { KubeObject } from '@slipway/api';
import { facts, resourceAt } from '../facts.fixture.ts';
import { humanDuration } from './cell.ts';
import { parseJsonPath } from './json-path.ts';
import { tableOf } from './table-of.ts';

interface Recorded {
  path: string;
  now: number;
  columns: [string, string, string, number][];
  rows: { object: KubeObject; cells: unknown[]; conditions?: unknown[] }[];
}

for (const { path, now, columns, rows } of facts<Recorded[]>('tables')) {
  test(`tableOf() shows what the real server shows: ${path}`, () => {
    const table = tableOf(
      resourceAt(path),
      rows.map(row => row.object),
      { now },
    );
    const shown = table.columnDefinitions.map(({ name, type, format, priority }) => [
      name,
      type,
      format,
      priority,
    ]);
    assert.deepEqual(shown, columns);
    for (const [index, row] of rows.entries()) {
      const found = table.rows[index];
      assert.deepEqual(found?.cells, row.cells, row.object.metadata.name);
      assert.deepEqual(found?.conditions, row.conditions, row.object.metadata.name);
    }
  });
}

test('tableOf() brings along as much of each object as was asked for', () => {
  const object = {
    apiVersion: 'v1',
    kind: 'ConfigMap',
    metadata: { name: 'x' },
    data: { a: 'b' },
  } as KubeObject;
  const info = resourceAt('/api/v1/configmaps');
  const row = (includeObject: 'None' | 'Metadata' | 'Object') =>
    tableOf(info, [object], { includeObject, now: 0 }).rows[0]?.object;
  assert.equal(row('None'), undefined);
  assert.equal(row('Object'), object);
  const metadata = { kind: 'PartialObjectMetadata', apiVersion: 'meta.k8s.io/v1', metadata: { name: 'x' } };
  assert.deepEqual(row('Metadata'), metadata);
});

const SECOND = 1000;
const HOUR = 3600 * SECOND;
const durations = [
  { ms: -3 * SECOND, text: '<invalid>', because: 'the clock went wrong' },
  { ms: -1 * SECOND, text: '0s', because: 'clocks differ a little' },
  { ms: 119 * SECOND, text: '119s', because: 'two minutes are counted in seconds' },
  { ms: 185 * SECOND, text: '3m5s', because: 'seconds matter below ten minutes' },
  { ms: 600 * SECOND, text: '10m', because: 'then they do not' },
  { ms: 3 * HOUR, text: '3h', because: 'whole hours have no minutes' },
  { ms: 7.5 * HOUR, text: '7h30m', because: 'minutes matter below eight hours' },
  { ms: 47 * HOUR, text: '47h', because: 'two days are counted in hours' },
  { ms: 50 * HOUR, text: '2d2h', because: 'hours matter below eight days' },
  { ms: 24 * 400 * HOUR, text: '400d', because: 'two years are counted in days' },
  { ms: 24 * 800 * HOUR, text: '2y70d', because: 'days matter below eight years' },
  { ms: 24 * 365 * 9 * HOUR, text: '9y', because: 'then they do not' },
];
for (const { ms, text, because } of durations) {
  test(`humanDuration() says ${text} because ${because}`, () => assert.equal(humanDuration(ms), text));
}

const tree = {
  a: { b: 1, 'c.d': 2 },
  list: [
    { type: 'Ready', status: 'True' },
    { type: 'Old', status: 'False', size: 4 },
  ],
};
const paths: { path: string; found: unknown[]; because: string }[] = [
  { path: '.a.b', found: [1], because: 'fields are named' },
  { path: 'a.b', found: [1], because: 'the first dot may be missing' },
  { path: '{.a.b}', found: [1], because: 'braces are allowed around it' },
  { path: String.raw`.a.c\.d`, found: [2], because: 'a dot in a key is escaped' },
  { path: ".a['c.d']", found: [2], because: 'or the key is quoted' },
  { path: '.list[0].type', found: ['Ready'], because: 'items are counted' },
  { path: '.list[-1].type', found: ['Old'], because: 'also from the end' },
  { path: '.list[*].type', found: ['Ready', 'Old'], because: 'all items' },
  { path: '.list[?(@.type=="Ready")].status', found: ['True'], because: 'conditions are looked up so' },
  { path: ".list[?(@.type=='Old')].status", found: ['False'], because: 'with either quote' },
  { path: '.list[?(@.size>3)].type', found: ['Old'], because: 'numbers compare' },
  { path: '..type', found: ['Ready', 'Old'], because: 'at any depth' },
  { path: '.none.b', found: [], because: 'what is missing is no error' },
];
for (const { path, found, because } of paths) {
  test(`parseJsonPath() follows ${path} because ${because}`, () => {
    assert.deepEqual(parseJsonPath(path)(tree), found);
  });
}

test('parseJsonPath() refuses what is no path', () => {
  assert.throws(() => parseJsonPath('.a['), SyntaxError);
});
