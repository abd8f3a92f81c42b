import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { test } from 'node:test';
import { formatGo } from '../go-template/format.ts';
import { GoError } from '../go-template/function.ts';
import { type GoValue, goMap } from '../go-template/value.ts';
import { readToml } from './toml-read.ts';
import { writeToml } from './toml-write.ts';

/** Texts with what Helm's `fromToml` prints for them: a map, or one that holds the error. */
const rows: { text: string; printed: string }[] = JSON.parse(
  readFileSync(new URL('./testdata/read.json', import.meta.url), 'utf8'),
);

function read(text: string): GoValue {
  try {
    return readToml(text);
  } catch (error) {
    if (error instanceof GoError) return goMap({ Error: error.message });
    throw error;
  }
}

test(`readToml() reads or refuses ${rows.length} texts as BurntSushi's library does`, () => {
  for (const { text, printed } of rows)
    assert.equal(formatGo('%v', read(text)), printed, JSON.stringify(text));
});

test('what readToml() read, writeToml() writes so that it is read as the same', () => {
  for (const { text, printed } of rows) {
    if (printed.includes('Error:')) continue;
    const written = writeToml(readToml(text), () => {});
    assert.equal(formatGo('%v', readToml(written)), printed, written);
  }
});

const refused: [text: string, because: string][] = [
  [`a = ${'['.repeat(5_000)}`, 'lists in lists'],
  [`a = ${'{ a = '.repeat(5_000)}`, 'tables in tables'],
];
for (const [text, because] of refused)
  test(`readToml() goes no deeper than it can: ${because}`, () => {
    assert.throws(() => readToml(text), /nested too deeply/);
  });
