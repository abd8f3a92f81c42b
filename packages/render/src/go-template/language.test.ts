// What the real text/template made of texts of ours, replayed: every row is a fact recorded with Go 1.26.
import assert from 'node:assert/strict';
import { readdirSync, readFileSync } from 'node:fs';
import { test } from 'node:test';
import { toBytes } from './go-string.ts';
import { functions, readValue, type Written } from './go-values.fixture.ts';
import { parseTemplates, type TemplateOptions } from './template.ts';
import { TemplateError } from './template-error.ts';

interface Row {
  text?: string;
  /** Name and text of each, when there are several; the last (or `name`) is executed. */
  files?: [string, string][];
  name?: string;
  data?: Written;
  missingKey?: string;
  left?: string;
  right?: string;
  out?: string;
  /** Instead of `out` or `error`, in base64, when they are no UTF-8. */
  raw?: string;
  error?: string;
}

const folder = new URL('./testdata/language/', import.meta.url);
const shared: Written = JSON.parse(readFileSync(new URL('./testdata/data.json', import.meta.url), 'utf8'));

/** What ours makes of a row: what is written, or else the error. */
function outcome(row: Row): { out: string } | { error: string } {
  const { left = '', right = '', missingKey } = row;
  const files = row.files ?? [['t', row.text ?? '']];
  const option = missingKey === 'zero' || missingKey === 'error' ? missingKey : 'default';
  const options: TemplateOptions = {
    name: 'root',
    functions,
    delimiters: { left, right },
    missingKey: option,
  };
  try {
    const set = parseTemplates(
      files.map(([name, text]) => ({ name, text })),
      options,
    );
    return { out: set.execute(row.name ?? files.at(-1)?.[0] ?? '', readValue(row.data ?? shared)) };
  } catch (error) {
    if (!(error instanceof TemplateError)) throw error;
    return { error: error.message };
  }
}

for (const file of readdirSync(folder)) {
  const { because, rows }: { because: string; rows: Row[] } = JSON.parse(
    readFileSync(new URL(file, folder), 'utf8'),
  );
  test(`TemplateSet.execute() does as Go in ${rows.length} rows of ${file}: ${because}`, () => {
    const problems = rows.flatMap(row => {
      const found = outcome(row);
      const expected = row.error === undefined ? { out: row.out } : { error: row.error };
      const bytes = Buffer.from(toBytes('out' in found ? found.out : found.error)).toString('base64');
      const same =
        row.raw === undefined ? JSON.stringify(found) === JSON.stringify(expected) : bytes === row.raw;
      return same ? [] : [{ row: row.text ?? row.files, found, expected: row.raw ?? expected }];
    });
    assert.deepEqual(problems, []);
  });
}
