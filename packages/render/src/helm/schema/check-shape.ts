import { SchemaRefused } from './schema-refused.ts';
import { type SchemaObject, TYPES } from './values.ts';

type Shape = (value: unknown) => boolean;

const isText: Shape = value => typeof value === 'string';
const isTruth: Shape = value => typeof value === 'boolean';
const isNumber: Shape = value => typeof value === 'number';
const isCount: Shape = value => Number.isInteger(value) && Number(value) >= 0;
const isMap: Shape = value => typeof value === 'object' && value !== null && !Array.isArray(value);
const isSchema: Shape = value => isTruth(value) || isMap(value);
const isListOf =
  (shape: Shape): Shape =>
  value =>
    Array.isArray(value) && value.every(shape);
const isMapOf =
  (shape: Shape): Shape =>
  value =>
    isMap(value) && Object.values(value as object).every(shape);
const either =
  (...shapes: Shape[]): Shape =>
  value =>
    shapes.some(shape => shape(value));
const isType: Shape = value => TYPES.includes(String(value));

/** What each keyword holds, by the metaschemas of the drafts. */
const SHAPES: Record<string, Shape> = {
  $ref: isText,
  $schema: isText,
  type: either(isType, isListOf(isType)),
  enum: Array.isArray,
  format: isText,
  pattern: isText,
  multipleOf: value => isNumber(value) && Number(value) > 0,
  minimum: isNumber,
  maximum: isNumber,
  exclusiveMinimum: either(isNumber, isTruth),
  exclusiveMaximum: either(isNumber, isTruth),
  uniqueItems: isTruth,
  required: isListOf(isText),
  items: either(isSchema, isListOf(isSchema)),
  dependencies: isMapOf(either(isSchema, isListOf(isText))),
  dependentRequired: isMapOf(isListOf(isText)),
};
for (const keyword of ['minLength', 'maxLength', 'minItems', 'maxItems', 'minProperties', 'maxProperties'])
  SHAPES[keyword] = isCount;
for (const keyword of ['minContains', 'maxContains']) SHAPES[keyword] = isCount;
for (const keyword of ['allOf', 'anyOf', 'oneOf', 'prefixItems']) SHAPES[keyword] = isListOf(isSchema);
for (const keyword of ['properties', 'patternProperties', 'definitions', '$defs', 'dependentSchemas'])
  SHAPES[keyword] = isMapOf(isSchema);
for (const keyword of ['not', 'if', 'then', 'else', 'contains', 'propertyNames', 'additionalItems'])
  SHAPES[keyword] = isSchema;
for (const keyword of ['additionalProperties', 'unevaluatedItems', 'unevaluatedProperties'])
  SHAPES[keyword] = isSchema;

/** @throws SchemaRefused for a keyword that holds what it cannot: it would assert nothing */
export function checkShape(schema: SchemaObject): void {
  for (const [keyword, value] of Object.entries(schema)) {
    const shape = Object.hasOwn(SHAPES, keyword) ? SHAPES[keyword] : undefined;
    if (!shape || shape(value)) continue;
    const shown = (JSON.stringify(value) ?? '').slice(0, 60);
    throw new SchemaRefused(`values.schema.json is not valid: ${keyword} cannot be ${shown}`);
  }
}
