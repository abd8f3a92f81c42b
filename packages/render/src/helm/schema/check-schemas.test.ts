import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { ChartValue, ValueMap } from '../chart.ts';
import { loadChartFiles } from '../load/load-chart.ts';
import { checkSchemas } from './check-schemas.ts';

function check(schema: unknown, values: Record<string, unknown>): void {
  const encoder = new TextEncoder();
  const files = {
    'Chart.yaml': 'apiVersion: v2\nname: web\nversion: 1.0.0\n',
    'values.schema.json': JSON.stringify(schema),
  };
  const chart = loadChartFiles(
    Object.entries(files).map(([name, text]) => ({ name, data: encoder.encode(text) })),
  );
  checkSchemas(chart, values as Record<string, ChartValue> as ValueMap);
}

const fits: { schema: unknown; values: Record<string, unknown>; because: string }[] = [
  {
    schema: { properties: { a: { $ref: '#/$defs/port' } }, $defs: { port: { type: 'integer' } } },
    values: { a: 80 },
    because: 'a reference leads into the file',
  },
  {
    schema: {
      $id: 'https://example.com/s',
      $ref: 'part#here',
      $defs: { x: { $id: 'part', $defs: { y: { $anchor: 'here', required: ['a'] } } } },
    },
    values: { a: 1 },
    because: 'a part has an address and an anchor of its own',
  },
  {
    schema: { properties: { a: { $ref: 'urn:example:any' } } },
    values: { a: 1 },
    because: 'names that lead nowhere are taken for valid, as there',
  },
  {
    schema: { allOf: [{ properties: { a: true } }], unevaluatedProperties: false },
    values: { a: 1 },
    because: 'what a part looked at is looked at',
  },
  {
    schema: {
      $schema: 'http://json-schema.org/draft-04/schema#',
      properties: { a: { minimum: 1, exclusiveMinimum: true } },
    },
    values: { a: 1.5 },
    because: 'draft 4 has truths there',
  },
  {
    schema: JSON.parse(
      '{"if":{"properties":{"a":{"const":1}}},"then":{"required":["b"]},"else":{"required":["c"]}}',
    ),
    values: { a: 2, c: 0 },
    because: 'a condition chooses',
  },
  {
    schema: { properties: { a: { format: 'ipv4' } } },
    values: { a: 'x' },
    because: 'new drafts assert no format',
  },
];
for (const { schema, values, because } of fits)
  test(`checkSchemas() lets values through: ${because}`, () => check(schema, values));

const refused: { schema: unknown; code: string; message: RegExp; because: string }[] = [
  {
    schema: { $ref: 'https://example.com/schema.json' },
    code: 'SchemaInvalid',
    message: /"https:\/\/example\.com\/schema\.json", which is outside of the chart and is not fetched/,
    because: 'nothing is fetched for a chart',
  },
  {
    schema: { $ref: '#/nowhere' },
    code: 'SchemaInvalid',
    message: /which it does not hold/,
    because: 'it leads nowhere',
  },
  {
    schema: { type: 'strng' },
    code: 'SchemaInvalid',
    message: /type cannot be "strng"/,
    because: 'there is no such type',
  },
  {
    schema: { required: 'a' },
    code: 'SchemaInvalid',
    message: /required cannot be "a"/,
    because: 'it is no list',
  },
  { schema: [], code: 'SchemaInvalid', message: /is no JSON schema/, because: 'it is a list' },
  {
    schema: { $schema: 'https://example.com/own' },
    code: 'SchemaInvalid',
    message: /not known here/,
    because: 'its language is unknown',
  },
  {
    schema: { properties: { a: { pattern: '(' } } },
    code: 'SchemaInvalid',
    message: /invalid regex/,
    because: 'a pattern is none',
  },
  {
    schema: { $ref: '#' },
    code: 'ValuesInvalid',
    message: /reference cycle/,
    because: 'it refers to itself',
  },
];
for (const { schema, code, message, because } of refused)
  test(`checkSchemas() refuses with ${code}: ${because}`, () => {
    assert.throws(() => check(schema, { a: 'x' }), { code, message });
  });

test('checkSchemas() ends with a schema made to take long', () => {
  const deep = {
    anyOf: [{ properties: { a: { $ref: '#' } } }, { properties: { a: { $ref: '#' } } }],
    required: ['z'],
  };
  let values: Record<string, unknown> = {};
  for (let depth = 0; depth < 60; depth++) values = { a: values };
  assert.throws(() => check(deep, values), { code: 'SchemaInvalid', message: /too many checks/ });
});
