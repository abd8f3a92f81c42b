import assert from 'node:assert/strict';
import { test } from 'node:test';
import { durationMs } from '../http-route/duration.ts';
import { rewrittenPath } from './rewrite.ts';

/** The table of HTTPPathModifier's documentation, and queries. */
const rows = [
  { url: '/foo/bar', prefix: '/foo', replacement: '/xyz', gives: '/xyz/bar' },
  { url: '/foo/bar', prefix: '/foo', replacement: '/xyz/', gives: '/xyz/bar' },
  { url: '/foo/bar', prefix: '/foo/', replacement: '/xyz', gives: '/xyz/bar' },
  { url: '/foo', prefix: '/foo', replacement: '/xyz', gives: '/xyz' },
  { url: '/foo/', prefix: '/foo', replacement: '/xyz', gives: '/xyz/' },
  { url: '/foo/bar', prefix: '/foo', replacement: '', gives: '/bar' },
  { url: '/foo/', prefix: '/foo', replacement: '', gives: '/' },
  { url: '/foo', prefix: '/foo', replacement: '', gives: '/' },
  { url: '/foo', prefix: '/foo', replacement: '/', gives: '/' },
  { url: '/foo/bar?x=/foo', prefix: '/foo', replacement: '/', gives: '/bar?x=/foo' },
];
for (const row of rows) {
  test(`rewrittenPath() makes ${row.url} with ${row.prefix} → "${row.replacement}" into ${row.gives}`, () => {
    const modifier = { type: 'ReplacePrefixMatch' as const, replacePrefixMatch: row.replacement };
    assert.equal(rewrittenPath(row.url, modifier, { type: 'PathPrefix', value: row.prefix }), row.gives);
  });
}

test('durationMs() reads Gateway API durations', () => {
  assert.deepEqual(['1h', '1m30s', '500ms', '0s', undefined].map(durationMs), [
    3_600_000,
    90_000,
    500,
    0,
    undefined,
  ]);
});
