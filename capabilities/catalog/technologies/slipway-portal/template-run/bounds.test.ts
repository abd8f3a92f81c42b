// Properties of the templater: whatever a template says, it ends, within its bounds, and reaches nothing but its data.
// biome-ignore-all lint/suspicious/noTemplateCurlyInString: templates are written so.
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { TemplateError } from './field-error.ts';
import { redacted } from './redact.ts';
import { fileRenderer, renderValue } from './render.ts';

/** Random numbers that are the same each time (mulberry32). */
function randomOf(seed: number): () => number {
  let state = seed;
  return () => {
    state = (state + 0x6d2b79f5) | 0;
    let mixed = Math.imul(state ^ (state >>> 15), 1 | state);
    mixed = (mixed + Math.imul(mixed ^ (mixed >>> 7), 61 | mixed)) ^ mixed;
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 2 ** 32;
  };
}

const ATOMS = [
  'n',
  '"x"',
  '1e9',
  'list',
  'map',
  'deep',
  'range(1000000)',
  'map.constructor',
  '__proto__',
  'missing.x',
];
const FILTERS = [
  'join(list)',
  'dump',
  'length',
  'replace("a", "bb")',
  'repeat(1000)',
  'sort',
  'pick("a.b")',
  'upper',
  'indent(9999)',
  'batch(1)',
];

function expression(random: () => number, depth: number): string {
  const pick = (from: string[]) => from[Math.floor(random() * from.length)] ?? '';
  const inner = depth <= 0 ? pick(ATOMS) : expression(random, depth - 1);
  const shapes = [
    inner,
    `(${inner} | ${pick(FILTERS)})`,
    `[${inner}, ${pick(ATOMS)}]`,
    `(${inner} ~ ${inner})`,
    `(${inner} if ${pick(ATOMS)} else ${inner})`,
    `(${inner})[${pick(ATOMS)}]`,
    `${inner} * 1e308`,
  ];
  return pick(shapes);
}

function text(random: () => number, depth: number): string {
  const inner = depth <= 0 ? `\${{ ${expression(random, 4)} }}` : text(random, depth - 1);
  const shapes = [
    inner,
    `{% for a in range(100000) %}${inner}{% endfor %}`,
    `{% if n %}${inner}{% endif %}`,
    `{% set b = ${expression(random, 2)} %}${inner}${inner}`,
    `{% macro m(a) %}${inner}{{ m(a) }}{% endmacro %}\${{ m(1) }}`,
    `${inner}{{ not ours }}`,
  ];
  return shapes[Math.floor(random() * shapes.length)] ?? '';
}

const data = { n: 3, list: ['a', 'b'], map: { a: { b: 'c' } }, deep: [[[[1]]]] };
const MOST_OUTPUT = 8_000_000;

test('150 random templates: each gives a bounded text or an error that names its place', () => {
  const render = fileRenderer({ trimBlocks: false, lstripBlocks: false, cookiecutterCompat: false });
  const random = randomOf(20);
  for (let index = 0; index < 150; index++) {
    const source = text(random, 3);
    try {
      const given = index % 8 === 0 ? render(source, data, 'f') : renderValue(source, data, 'f');
      assert.ok((JSON.stringify(given) ?? '').length <= 2 * MOST_OUTPUT, source);
    } catch (error) {
      assert.ok(error instanceof TemplateError, `${source}: ${String(error)}`);
      assert.match(error.message, /^f: /);
    }
  }
});

const escapes = [
  '${{ map.constructor.constructor("return process")() }}',
  '${{ map.__proto__ }}',
  '${{ list.map.constructor }}',
  '${{ "".constructor.fromCharCode(65) }}',
  '${{ range.constructor }}',
  '${{ cycler.constructor("return 1")() }}',
  '${{ [].at.call.call(1) }}',
  '{% include "/etc/passwd" %}',
  '{% import "/etc/passwd" as x %}${{ x }}',
  '{% extends "/etc/passwd" %}',
];
for (const source of escapes) {
  test(`${source} reaches nothing but the data`, () => {
    let given: unknown;
    try {
      given = renderValue(source, data, 'f');
    } catch (error) {
      return assert.ok(error instanceof TemplateError, String(error));
    }
    assert.match(String(given ?? ''), /^(undefined|null|)$/);
  });
}

test('a value nested deep, wide or in a circle is an error, not a crash', () => {
  let deep: unknown = '${{ n }}';
  for (let index = 0; index < 200; index++) deep = [deep];
  assert.ok(JSON.stringify(renderValue(deep, data, 'f')).includes('3'));
  const source = `\${{ ${'('.repeat(5000)}n${')'.repeat(5000)} }}`;
  assert.throws(() => renderValue(source, data, 'f'), TemplateError);
});

test('redacted() hides every secret wherever it stands, the longer one first', () => {
  const value = { a: 'token abc and abcdef', b: ['xabcx'], n: 1 };
  assert.deepEqual(redacted(value, ['abc', 'abcdef', 'e']), { a: 'token *** and ***', b: ['x***x'], n: 1 });
});
