import assert from 'node:assert/strict';
import { test } from 'node:test';
import { evaluate, UnresolvedName } from './evaluate.ts';

const config = '{"a":"1","employees":[{"name":"Baris","age":43},{"name":"Mo","age":42}]}';
const values = {
  inputs: { parameters: { foo: '4', 'my-name': 'x' } },
  steps: { 'flip-coin': { outputs: { result: 'heads' } } },
  config,
};
const now = Date.UTC(2026, 0, 2, 3, 4, 5);

const rows: { expression: string; gives: unknown; because: string }[] = [
  {
    expression: "steps['flip-coin'].outputs.result == 'heads' ? 1 : 2",
    gives: 1,
    because: 'names with hyphens are reached by index',
  },
  { expression: 'asInt(inputs.parameters.foo) * 10 + 2', gives: 42, because: 'multiplication binds tighter' },
  { expression: '2 ** 3 ** 2', gives: 512, because: 'powers associate to the right' },
  { expression: 'filter([1, 3], {# > 1})', gives: [3], because: '# is the item of a closure' },
  { expression: 'map([{"n": 1}], {.n})', gives: [1], because: 'a leading dot means the item' },
  { expression: "jsonpath(config, '$.a')", gives: '1', because: 'a definite path gives one value' },
  {
    expression: "jsonpath(config, '$.employees[*].name')",
    gives: ['Baris', 'Mo'],
    because: 'a wildcard gives a list',
  },
  {
    expression: "jsonpath(config, '$.employees[0:1]')",
    gives: [{ name: 'Baris', age: 43 }],
    because: 'slices',
  },
  {
    expression: "jsonpath(config, '$.employees[?(@.age>42 && @.age<44)].age')",
    gives: [43],
    because: 'filters',
  },
  {
    expression: `jsonpath(config, '$.employees[?(@.name=="Baris")].age')`,
    gives: [43],
    because: 'filters with strings',
  },
  { expression: "sprig.date('2006', now())", gives: '2026', because: 'Go layouts' },
  {
    expression: 'nil == nil || (now() - now()).Seconds() > 360',
    gives: true,
    because: 'the second half is not needed',
  },
  { expression: 'inputs?.nothing ?? "d"', gives: 'd', because: 'optional chaining and defaults' },
  {
    expression: '"a" in ["a"] and not ("b" in {"a": 1})',
    gives: true,
    because: 'membership in lists and maps',
  },
  {
    expression: '"abc" matches "^a.c$" && "abc" not contains "z"',
    gives: true,
    because: 'negated word operators',
  },
  { expression: '["b","a"] | sort() | join(",")', gives: 'a,b', because: 'pipes put the value first' },
  { expression: 'let x = 2; x + x', gives: 4, because: 'let binds for what follows' },
  { expression: 'reduce([1,2,3], {#acc + #}, 0)', gives: 6, because: '#acc carries the result' },
  { expression: '[1,2,3][1:]', gives: [2, 3], because: 'open slices' },
  { expression: '1..3', gives: [1, 2, 3], because: 'ranges hold both ends' },
];
for (const row of rows) {
  test(`evaluate() computes ${row.expression}: ${row.because}`, () => {
    assert.deepEqual(evaluate(row.expression, { values, now }), row.gives);
  });
}

const refusals: { expression: string; message: RegExp; because: string }[] = [
  {
    expression: 'env("HOME")',
    message: /function env, which is not supported/,
    because: 'unknown functions are named',
  },
  {
    expression: 'sprig.genPrivateKey("rsa")',
    message: /sprig\.genPrivateKey/,
    because: 'unknown sprig functions are named',
  },
  { expression: '1 +', message: /ends too early/, because: 'an operand is missing' },
  {
    expression: 'reduce(1..100000, {map(1..100000, {#})})',
    message: /steps|large/,
    because: 'work is bounded',
  },
  { expression: '('.repeat(500), message: /deeper/, because: 'nesting is bounded' },
];
for (const row of refusals) {
  test(`evaluate() refuses ${row.expression.slice(0, 40)}: ${row.because}`, () => {
    assert.throws(() => evaluate(row.expression, { values, now }), row.message);
  });
}

test('evaluate() throws UnresolvedName when a name is missing, so that callers can leave it for later', () => {
  assert.throws(() => evaluate('steps.later.outputs.result', { values, now }), UnresolvedName);
  assert.throws(() => evaluate('inputs.constructor', { values, now }), UnresolvedName);
});
