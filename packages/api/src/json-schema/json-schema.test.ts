import assert from 'node:assert/strict';
import { test } from 'node:test';
import { checkSchema, effectiveSchema, type JsonSchema, withDefaults } from './index.ts';

const scope = (root: JsonSchema) => ({ root, matches: (p: string, t: string) => new RegExp(p, 'u').test(t) });
const check = (schema: JsonSchema, value: unknown) =>
  checkSchema(value, schema, scope(schema)).map(({ path, message }) => [path.join('/'), message].join(': '));

const rows: { schema: JsonSchema; value: unknown; wrong: string[]; because: string }[] = [
  { schema: { type: 'string' }, value: 1, wrong: [': must be string'], because: 'types are checked' },
  { schema: { type: ['string', 'null'] }, value: null, wrong: [], because: 'one of several types is enough' },
  {
    schema: { type: 'integer' },
    value: 1.5,
    wrong: [': must be integer'],
    because: 'integers have no fraction',
  },
  { schema: { type: 'integer' }, value: 2.0, wrong: [], because: '2.0 is an integer in JSON' },
  { schema: { enum: [{ a: 1, b: 2 }] }, value: { b: 2, a: 1 }, wrong: [], because: 'members have no order' },
  { schema: { const: 1 }, value: 2, wrong: [': must be 1'], because: 'a constant is itself' },
  {
    schema: { maxLength: 2 },
    value: '👍👍',
    wrong: [],
    because: 'characters count, not UTF-16 units',
  },
  {
    schema: { minLength: 1, pattern: '^a' },
    value: '',
    wrong: [': must have at least 1 character', ': must match pattern "^a"'],
    because: 'everything wrong is told',
  },
  {
    schema: { multipleOf: 0.1 },
    value: 0.3,
    wrong: [],
    because: 'fractions of ten are not exact in binary',
  },
  {
    schema: { exclusiveMinimum: 1, maximum: 3 },
    value: 1,
    wrong: [': must be more than 1'],
    because: 'draft 7 has bounds as numbers',
  },
  {
    schema: { required: ['a'], properties: { a: {}, b: { type: 'string' } } },
    value: { b: 1 },
    wrong: ['a: is required', 'b: must be string'],
    because: 'the missing member is named',
  },
  {
    schema: {
      properties: { a: {} },
      patternProperties: { '^x-': { type: 'number' } },
      additionalProperties: false,
    },
    value: { a: 1, 'x-b': 'no', c: 1 },
    wrong: ['x-b: must be number', 'c: must not be there'],
    because: 'other members are ruled out',
  },
  {
    schema: { items: { type: 'number' }, uniqueItems: true, minItems: 1 },
    value: [1, 'x', 1],
    wrong: ['2: must be different from the others', '1: must be number'],
    because: 'items are named by their index',
  },
  {
    schema: { dependencies: { card: ['address'], cash: { required: ['till'] } } },
    value: { card: 1, cash: 1 },
    wrong: ['address: is required', 'till: is required'],
    because: 'dependencies are lists or schemas',
  },
  {
    // biome-ignore lint/suspicious/noThenProperty: JSON Schema calls it so.
    schema: { if: { properties: { a: { const: 1 } } }, then: { required: ['b'] }, else: { required: ['c'] } },
    value: { a: 2 },
    wrong: ['c: is required'],
    because: 'the other branch counts',
  },
  {
    schema: { oneOf: [{ type: 'number' }, { minimum: 3 }] },
    value: 5,
    wrong: [': must be only one of the alternatives'],
    because: 'one means one',
  },
  {
    schema: { anyOf: [{ type: 'string' }, { type: 'object', required: ['a', 'b'] }] },
    value: {},
    wrong: [': must be string'],
    because: 'the nearest alternative is told',
  },
  {
    schema: { definitions: { name: { type: 'string' } }, properties: { a: { $ref: '#/definitions/name' } } },
    value: { a: 1 },
    wrong: ['a: must be string'],
    because: 'references inside the document count',
  },
  {
    schema: { format: 'date' },
    value: '2025-02-29',
    wrong: [': must be of format date'],
    because: 'no leap year',
  },
  { schema: { format: 'email' }, value: 'ann@example.org', wrong: [], because: 'an address' },
  { schema: { format: 'nonsense' }, value: 'x', wrong: [], because: 'unknown formats hold for all' },
  {
    schema: { not: { type: 'null' } },
    value: null,
    wrong: [': must not be of the kind ruled out'],
    because: 'not',
  },
];
for (const { schema, value, wrong, because } of rows) {
  test(`checkSchema() of ${JSON.stringify(value)} by ${JSON.stringify(schema).slice(0, 60)}: ${because}`, () =>
    assert.deepEqual(check(schema, value), wrong));
}

test('a schema that cannot be read is an error, not a verdict', () => {
  assert.throws(() => check({ type: 'strnig' }, 'x'), /type "strnig": it is none/);
  assert.throws(() => check({ $ref: '#/nowhere' }, 'x'), /\$ref "#\/nowhere": no such part/);
  assert.throws(() => check({ $ref: 'https://example.org/s' }, 'x'), /no such part/);
  assert.throws(
    () => check({ definitions: { a: { $ref: '#/definitions/a' } }, $ref: '#/definitions/a' }, 'x'),
    /circle/,
  );
});

test('names that objects inherit are no members of anything', () => {
  assert.deepEqual(check({ properties: { a: {} }, additionalProperties: false }, { constructor: 1 }), [
    'constructor: must not be there',
  ]);
  assert.deepEqual(check({ required: ['toString'] }, {}), ['toString: is required']);
});

const store: JsonSchema = {
  properties: { kind: { enum: ['none', 'sql'] } },
  dependencies: {
    kind: {
      oneOf: [
        { properties: { kind: { enum: ['none'] } } },
        {
          properties: { kind: { enum: ['sql'] }, size: { type: 'integer', default: 3 } },
          required: ['size'],
        },
      ],
    },
  },
};

test('effectiveSchema() puts in the branch that the value belongs to, and nothing else', () => {
  const names = (value: object) => Object.keys(effectiveSchema(store, value, scope(store)).properties ?? {});
  assert.deepEqual(
    [names({}), names({ kind: 'none' }), names({ kind: 'sql' })],
    [['kind'], ['kind'], ['kind', 'size']],
  );
  const sql = effectiveSchema(store, { kind: 'sql' }, scope(store));
  assert.deepEqual(sql.properties?.kind, { enum: ['none', 'sql'] }, 'the deciding field keeps its choices');
  assert.deepEqual(sql.required, ['size']);
});

test('withDefaults() fills in what is missing, also in branches that a default opens', () => {
  const schema = { ...store, properties: { kind: { enum: ['none', 'sql'], default: 'sql' } } };
  assert.deepEqual(withDefaults({}, schema, scope(schema)), { kind: 'sql', size: 3 });
  assert.deepEqual(withDefaults({ kind: 'none' }, schema, scope(schema)), { kind: 'none' });
  const list = { items: { properties: { a: { default: 1 } } } };
  assert.deepEqual(withDefaults([{}, { a: 2 }], list, scope(list)), [{ a: 1 }, { a: 2 }]);
});
