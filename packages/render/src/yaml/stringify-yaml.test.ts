import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { test } from 'node:test';
import { compareKeys } from './key-order.ts';
import { readYaml } from './read-yaml.ts';
import { stringifyYaml } from './stringify-yaml.ts';

interface Row {
  value: unknown;
  /** What sigs.k8s.io/yaml 1.6.0 writes; `pretty` where go-yaml 3 writes something else. */
  json?: string;
  pretty?: string;
  error?: string;
}

/** Values we wrote, with what Go's libraries wrote for them. */
const rows: Row[] = JSON.parse(readFileSync(new URL('./testdata/written.json', import.meta.url), 'utf8'));

test(`stringifyYaml() writes ${rows.length} values as Go does`, () => {
  for (const { value, json, error } of rows) {
    const name = JSON.stringify(value);
    if (json !== undefined) assert.equal(stringifyYaml(value), json, name);
    if (json === undefined)
      assert.throws(() => stringifyYaml(value), { code: 'YamlUnwritable' }, error ?? name);
  }
});

test('stringifyYaml() writes the same values as go-yaml 3 does when it is to be pretty', () => {
  for (const { value, json, pretty = json } of rows)
    assert.equal(stringifyYaml(value, { style: 'pretty' }), pretty, JSON.stringify(value));
});

test('readYaml() reads back what stringifyYaml() wrote', () => {
  for (const { value, json } of rows) {
    // U+0085 is folded on the way; a key `<<` is written without quotes and read as a merge, in Go too.
    if (json === undefined || /\u0085|"<<":/.test(JSON.stringify(value))) continue;
    assert.equal(JSON.stringify(readYaml(json)), JSON.stringify(inOrder(value)), json);
  }
});

/** The value with its keys in the order in which they are written. */
function inOrder(value: unknown): unknown {
  if (typeof value !== 'object' || value === null) return value;
  if (Array.isArray(value)) return value.map(inOrder);
  const sorted = Object.entries(value).sort(([left], [right]) => compareKeys(left, right));
  return Object.fromEntries(sorted.map(([key, each]) => [key, inOrder(each)]));
}

const others: { value: unknown; expected: string; because: string }[] = [
  { value: 12n, expected: '12\n', because: 'a bigint is an int' },
  { value: 2n ** 64n - 1n, expected: '18446744073709551615\n', because: 'uint64 is kept exactly' },
  { value: 2n ** 64n, expected: '1.8446744073709552e+19\n', because: 'nothing larger is an integer' },
  { value: { a: undefined, b: 1 }, expected: 'b: 1\n', because: 'what is not there is left out' },
  { value: [undefined], expected: '- null\n', because: 'a list keeps its places' },
  { value: -0, expected: '0\n', because: 'JSON writes -0, which is the integer 0' },
  { value: 'a\udcffb', expected: 'a\ufffdb\n', because: 'a byte that is no UTF-8 is replaced in JSON' },
];
for (const { value, expected, because } of others)
  test(`stringifyYaml() writes ${JSON.stringify(expected)}: ${because}`, () => {
    assert.equal(stringifyYaml(value), expected);
  });

test('stringifyYaml() refuses what JSON has no words for', () => {
  const circle: unknown[] = [];
  circle.push(circle);
  for (const value of [Number.NaN, Number.POSITIVE_INFINITY, circle, () => 1])
    assert.throws(() => stringifyYaml(value), { code: 'YamlUnwritable' });
});
