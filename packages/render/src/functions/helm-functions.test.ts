import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { test } from 'node:test';
import { systemClock, systemRandom } from '@slipway/api';
import { parseTemplates } from '../go-template/template.ts';
import { goMap } from '../go-template/value.ts';
import { helmFunctions } from './helm-functions.ts';

interface Row {
  because: string;
  template: string;
  /** What Helm 4.2.4 renders, or the error its function gives. */
  output?: string;
  error?: string;
}

function facts(name: string) {
  return JSON.parse(readFileSync(new URL(`./testdata/${name}.json`, import.meta.url), 'utf8'));
}

const rows: Record<string, Row[]> = facts('functions');
/** Every name in the real table; those of the chart's engine are not ours. */
const names: string[] = facts('names').filter((name: string) => !['include', 'tpl', 'lookup'].includes(name));
const functions = helmFunctions({ clock: systemClock, random: systemRandom });
/** New each time, for templates may change them. */
function values() {
  return goMap({ s: 'text', i: 3, f: 1.5, l: ['a', 'b'], m: goMap({ k: 'v' }) });
}

function render(template: string): Omit<Row, 'because' | 'template'> {
  try {
    const set = parseTemplates([{ name: 't', text: template }], { functions, missingKey: 'zero' });
    // A byte that is no text is shown as U+FFFD in the facts.
    return { output: set.execute('t', goMap({ Values: values() })).toWellFormed() };
  } catch (error) {
    const message = error instanceof Error ? error.message : String(error);
    return { error: /at <[^>]*>: (?:error calling \w+: )?([\s\S]*)$/.exec(message)?.[1] ?? message };
  }
}

test(`helmFunctions() has all ${names.length} names of Helm's table and no other`, () => {
  assert.deepEqual(Object.keys(functions).sort(), names.toSorted());
});

test('helmFunctions() is tried in every function', () => {
  assert.deepEqual(Object.keys(rows).sort(), names.toSorted());
});

for (const [name, cases] of Object.entries(rows))
  test(`${name} does what Helm's does`, () => {
    for (const { because, template, ...expected } of cases)
      assert.deepEqual(render(template), expected, `${because}: ${template}`);
  });

test("functions do what Helm's do for arguments drawn at random", () => {
  const drawn: Omit<Row, 'because'>[] = facts('random');
  for (const { template, ...expected } of drawn) {
    const { output, error } = render(template);
    const actual = error === undefined ? { output } : { error: error.replaceAll(/\s+/g, ' ') };
    assert.deepEqual(actual, expected, template);
  }
});
