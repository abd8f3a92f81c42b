import assert from 'node:assert/strict';
import { readFileSync, writeFileSync } from 'node:fs';
import { test } from 'node:test';
import { askHelm, renderCase } from '../chart-case.fixture.ts';
import { pathsOfSetFile } from './merge-values.ts';

interface Row {
  flags: string[];
  /** What the real helm printed of the values, or said. */
  output?: string;
  error?: string;
}

const file = new URL('./testdata/set.json', import.meta.url);
const rows: Row[] = JSON.parse(readFileSync(file, 'utf8'));
/** With the path of a real helm here, the rows are filled in anew. */
const helm = process.env.SLIPWAY_HELM;
const files = {
  'Chart.yaml': 'apiVersion: v2\nname: a\nversion: 1.0.0\n',
  'values.yaml': 'k: text\nl: [1, 2]\nm: {a: 1, b: {c: 2}}\n',
  'templates/a.yaml': '{{ .Values | toJson }}',
};

if (helm) {
  const filled = rows.map(({ flags }) => ({ flags, ...askHelm(helm, { because: '', flags, files }) }));
  writeFileSync(file, `[\n${filled.map(row => `  ${JSON.stringify(row)}`).join(',\n')}\n]\n`);
}

test(`--set and its kin give what the real helm made of ${rows.length} expressions, mistakes in its words`, async () => {
  for (const { flags, ...expected } of helm ? [] : rows)
    assert.deepEqual(await renderCase({ because: '', flags, files }), expected, flags.join(' '));
});

test('pathsOfSetFile() lists the files that an expression reads', () => {
  assert.deepEqual(pathsOfSetFile('a=one.txt,b[0]={two.txt,three.txt}'), ['one.txt', 'two.txt', 'three.txt']);
});
