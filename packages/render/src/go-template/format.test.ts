// What the real fmt printed, replayed: every row is a fact recorded with Go 1.26.
import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { test } from 'node:test';
import { formatGo, printGo, printlnGo } from './format.ts';
import { toBytes } from './go-string.ts';
import { readValue, type Written } from './go-values.fixture.ts';

interface Facts<Row> {
  because: string;
  rows: Row[];
}

function facts<Row>(name: string): Facts<Row> {
  return JSON.parse(readFileSync(new URL(`./testdata/${name}.json`, import.meta.url), 'utf8'));
}

function base64(text: string): string {
  return Buffer.from(toBytes(text)).toString('base64');
}

/** What was printed, or, where that is no UTF-8, its bytes in base64. */
type Printed = string | { raw: string };

const verbs = facts<{ value: Written; printed: Record<string, Printed> }>('verbs');
test(`formatGo() prints ${verbs.rows.length} values: ${verbs.because}`, () => {
  const problems = verbs.rows.flatMap(({ value, printed }) =>
    Object.entries(printed).flatMap(([format, expected]) => {
      const found = formatGo(format, readValue(value));
      const same = typeof expected === 'string' ? found === expected : base64(found) === expected.raw;
      return same ? [] : [{ format, value, found, expected }];
    }),
  );
  assert.deepEqual(problems, []);
});

interface FormatRow {
  format?: string;
  print?: 'print' | 'println';
  args: Written[];
  out?: string;
  raw?: string;
}

function printed({ format, print, args }: FormatRow): string {
  const values = args.map(readValue);
  if (format !== undefined) return formatGo(format, ...values);
  return print === 'print' ? printGo(values) : printlnGo(values);
}

const formats = facts<FormatRow>('formats');
test(`formatGo() and printGo() do as Go in ${formats.rows.length} rows: ${formats.because}`, () => {
  const problems = formats.rows.flatMap(row => {
    const found = printed(row);
    const same = row.raw === undefined ? found === row.out : base64(found) === row.raw;
    return same ? [] : [{ ...row, found }];
  });
  assert.deepEqual(problems, []);
});
