import { isDeepStrictEqual } from 'node:util';
import { isOfFormat } from './format.ts';
import { fieldOf, isOpen, itemOf } from './lookup.ts';
import { matchesPattern } from './pattern.ts';
import {
  duplicate,
  invalid,
  type Problem,
  required,
  tooLong,
  tooMany,
  typeInvalid,
  unsupported,
} from './problem.ts';
import type { Schema } from './schema.ts';
import { isValues, jsonType } from './value.ts';

/** Checks a value against a CRD's schema, in the words of upstream's validator. */
export function checkValue(value: unknown, schema: Schema, field: string): Problem[] {
  if (value === null && schema.nullable) return [];
  const wrong = checkType(value, schema, field);
  if (wrong) return [wrong];
  return [
    ...checkCombinations(value, schema, field),
    ...checkEnum(value, schema, field),
    ...checkScalar(value, schema, field),
    ...checkContainer(value, schema, field),
  ];
}

function checkType(value: unknown, schema: Schema, field: string): Problem | undefined {
  const found = typeOf(value);
  const name = field === '' ? '' : field;
  if (schema['x-kubernetes-int-or-string']) {
    if (found === 'integer' || found === 'string') return undefined;
    return typeInvalid(
      field,
      found,
      `${name} in body must be of type integer,string: ${JSON.stringify(found)}`,
    );
  }
  if (!schema.type || found === schema.type || (schema.type === 'number' && found === 'integer'))
    return undefined;
  return typeInvalid(
    field,
    found,
    `${name} in body must be of type ${schema.type}: ${JSON.stringify(found)}`,
  );
}

function typeOf(value: unknown): string {
  const type = jsonType(value);
  return type === 'number' && Number.isSafeInteger(value) ? 'integer' : type;
}

const NOWHERE = '<nil>';

function checkCombinations(value: unknown, schema: Schema, field: string): Problem[] {
  const holds = (each: Schema): boolean => checkValue(value, each, field).length === 0;
  const problems = (schema.allOf ?? []).flatMap(each => checkValue(value, each, field));
  const quoted = JSON.stringify(field);
  if (schema.anyOf && !schema['x-kubernetes-int-or-string'] && !schema.anyOf.some(holds)) {
    problems.push(invalid(NOWHERE, '', `${quoted} must validate at least one schema (anyOf)`));
    problems.push(...nearest(value, schema.anyOf, field));
  }
  const valid = (schema.oneOf ?? []).filter(holds).length;
  if (schema.oneOf && valid !== 1) {
    const found = valid === 0 ? 'Found none valid' : `Found ${valid} valid alternatives`;
    problems.push(invalid(NOWHERE, '', `${quoted} must validate one and only one schema (oneOf). ${found}`));
    if (valid === 0) problems.push(...nearest(value, schema.oneOf, field));
  }
  if (schema.not && holds(schema.not)) {
    problems.push(invalid(NOWHERE, '', `${quoted} must not validate the schema (not)`));
  }
  return problems;
}

/** What keeps the value from the alternative it is nearest to. */
function nearest(value: unknown, alternatives: Schema[], field: string): Problem[] {
  const all = alternatives.map(each => checkValue(value, each, field));
  return all.toSorted((a, b) => a.length - b.length)[0] ?? [];
}

function checkEnum(value: unknown, schema: Schema, field: string): Problem[] {
  if (!schema.enum || schema.enum.some(allowed => isDeepStrictEqual(allowed, value))) return [];
  return [unsupported(field, value, schema.enum.map(String))];
}

function checkScalar(value: unknown, schema: Schema, field: string): Problem[] {
  if (typeof value === 'string') return checkString(value, schema, field);
  if (typeof value === 'number') return checkNumber(value, schema, field);
  return [];
}

function checkString(value: string, schema: Schema, field: string): Problem[] {
  const problems: Problem[] = [];
  const length = [...value].length;
  if (schema.maxLength !== undefined && length > schema.maxLength)
    problems.push(tooLong(field, schema.maxLength));
  if (schema.minLength !== undefined && length < schema.minLength) {
    problems.push(
      invalid(field, value, `${field} in body should be at least ${schema.minLength} chars long`),
    );
  }
  if (schema.pattern !== undefined && !matchesPattern(schema.pattern, value)) {
    problems.push(invalid(field, value, `${field} in body should match '${schema.pattern}'`));
  }
  if (schema.format && !isOfFormat(value, schema.format)) {
    problems.push(
      typeInvalid(
        field,
        value,
        `${field} in body must be of type ${schema.format}: ${JSON.stringify(value)}`,
      ),
    );
  }
  return problems;
}

function checkNumber(value: number, schema: Schema, field: string): Problem[] {
  const { minimum, maximum, multipleOf } = schema;
  const problems: Problem[] = [];
  const say = (detail: string): void => {
    problems.push(invalid(field, value, `${field} in body should be ${detail}`));
  };
  if (schema.format === 'int32' && Math.abs(value) > 2 ** 31) {
    const detail = `Checked value must be of type integer with format int32 in ${field}`;
    problems.push(invalid(NOWHERE, '', detail));
  }
  if (multipleOf !== undefined && !isMultiple(value, multipleOf)) say(`a multiple of ${multipleOf}`);
  if (maximum !== undefined && (value > maximum || (schema.exclusiveMaximum && value === maximum))) {
    say(`less than ${schema.exclusiveMaximum ? '' : 'or equal to '}${maximum}`);
  }
  if (minimum !== undefined && (value < minimum || (schema.exclusiveMinimum && value === minimum))) {
    say(`greater than ${schema.exclusiveMinimum ? '' : 'or equal to '}${minimum}`);
  }
  return problems;
}

function isMultiple(value: number, of: number): boolean {
  const ratio = value / of;
  return Math.abs(ratio - Math.round(ratio)) < 1e-9;
}

function checkContainer(value: unknown, schema: Schema, field: string): Problem[] {
  if (Array.isArray(value)) return checkList(value, schema, field);
  return isValues(value) ? checkObject(value, schema, field) : [];
}

function checkList(list: unknown[], schema: Schema, field: string): Problem[] {
  const problems: Problem[] = [];
  const { minItems, maxItems } = schema;
  if (maxItems !== undefined && list.length > maxItems) return [tooMany(field, list.length, maxItems)];
  if (minItems !== undefined && list.length < minItems) {
    problems.push(invalid(field, list.length, `${field} in body should have at least ${minItems} items`));
  }
  const items = schema.items ? itemOf(schema) : undefined;
  if (items) problems.push(...list.flatMap((item, index) => checkValue(item, items, `${field}[${index}]`)));
  return [...problems, ...checkUniqueness(list, schema, field)];
}

function checkUniqueness(list: unknown[], schema: Schema, field: string): Problem[] {
  const type = schema['x-kubernetes-list-type'];
  if (type !== 'map' && type !== 'set') return [];
  const seen = new Set<string>();
  return list.flatMap((item, index) => {
    const key = type === 'set' ? item : keysOf(item, schema);
    const text = JSON.stringify(key);
    if (seen.has(text)) return [duplicate(`${field}[${index}]`, key)];
    seen.add(text);
    return [];
  });
}

function keysOf(item: unknown, schema: Schema): Record<string, unknown> {
  const keys = schema['x-kubernetes-list-map-keys'] ?? [];
  const found = isValues(item) ? item : {};
  return Object.fromEntries(keys.filter(key => found[key] !== undefined).map(key => [key, found[key]]));
}

function checkObject(object: Record<string, unknown>, schema: Schema, field: string): Problem[] {
  const count = Object.keys(object).length;
  const { minProperties, maxProperties } = schema;
  if (maxProperties !== undefined && count > maxProperties) return [tooMany(field, count, maxProperties)];
  const problems: Problem[] = [];
  if (minProperties !== undefined && count < minProperties) {
    problems.push(invalid(field, count, `${field} in body should have at least ${minProperties} properties`));
  }
  const identity = schema['x-kubernetes-embedded-resource'] ? ['apiVersion', 'kind'] : [];
  const missing = [...(schema.required ?? []), ...identity].filter(name => object[name] === undefined);
  problems.push(...missing.map(name => required(joined(field, name))));
  for (const [name, value] of Object.entries(object)) {
    const known = isOpen(schema) && !schema.properties?.[name] ? undefined : fieldOf(schema, name);
    if (known && !known.$ref) problems.push(...checkValue(value, known, joined(field, name)));
  }
  return problems;
}

export function joined(field: string, name: string): string {
  return field === '' ? name : `${field}.${name}`;
}
