import assert from 'node:assert/strict';
import { readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { test } from 'node:test';
import { askHelm, caseText, parseCase, renderCase } from './chart-case.fixture.ts';

const folder = new URL('./testdata/cases/', import.meta.url);
/** With the path of a real helm here, what it says is written into the cases, to be looked at with `git diff`. */
const helm = process.env.SLIPWAY_HELM;

for (const name of readdirSync(folder)) {
  const file = new URL(name, folder);
  const { output, error, ...given } = parseCase(readFileSync(file, 'utf8'));
  if (helm) {
    writeFileSync(file, caseText({ ...given, ...askHelm(helm, given) }));
    continue;
  }
  test(`renderChart() of ${name}: ${given.because}`, async () => {
    assert.deepEqual(await renderCase(given), error === undefined ? { output } : { error });
  });
}
