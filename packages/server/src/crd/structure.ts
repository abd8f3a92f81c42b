import { messageOf } from '@slipway/api';
import { compileRule } from '../schema/cel.ts';
import type { Schema, ValidationRule } from '../schema/index.ts';
import { compilePattern } from '../schema/pattern.ts';
import { forbidden, invalid, type Problem, required, unsupported } from '../schema/problem.ts';
import { checkValue } from '../schema/structural.ts';

const TYPES = ['array', 'boolean', 'integer', 'number', 'object', 'string'];

/** What keeps a CRD's schema from being structural (apiextensions/pkg/apiserver/schema/validation.go). */
export function checkStructure(root: Schema, field: string): Problem[] {
  if (root.type !== 'object') {
    const wrong =
      root.type === undefined
        ? required(`${field}.type`, 'must not be empty at the root')
        : invalid(`${field}.type`, root.type, 'must be object at the root');
    return [wrong];
  }
  const metadata = root.properties?.metadata;
  const restricted = Object.keys(metadata?.properties ?? {}).some(
    name => !['name', 'generateName'].includes(name),
  );
  const detail =
    'must not specify anything other than name and generateName, but metadata is implicitly specified';
  return [
    ...(restricted ? [forbidden(`${field}.properties[metadata]`, detail)] : []),
    ...checkNode(root, field, 'root', new Set()),
  ];
}

type Level = 'root' | 'field' | 'item';

function checkNode(schema: Schema, field: string, level: Level, seen: Set<Schema>): Problem[] {
  if (seen.has(schema)) return [];
  seen.add(schema);
  return [
    ...checkType(schema, field, level),
    ...checkForbidden(schema, field),
    ...checkListType(schema, field),
    ...checkEmbedded(schema, field),
    ...checkPattern(schema, field),
    ...checkDefault(schema, field),
    ...checkRules(schema, field),
    ...checkParts(schema, field, seen),
    ...checkAlternatives(schema, field),
  ];
}

function checkType(schema: Schema, field: string, level: Level): Problem[] {
  const loose = schema['x-kubernetes-int-or-string'] || schema['x-kubernetes-preserve-unknown-fields'];
  if (schema.type === undefined) {
    if (loose || schema.$ref || schema['x-kubernetes-embedded-resource'] || level === 'root') return [];
    const what = level === 'item' ? 'items' : 'object fields';
    return [
      required(`${field}.type`, `must not be empty for specified ${level === 'item' ? 'array items' : what}`),
    ];
  }
  return TYPES.includes(schema.type) ? [] : [unsupported(`${field}.type`, schema.type, TYPES)];
}

function checkForbidden(schema: Schema, field: string): Problem[] {
  const problems: Problem[] = [];
  if (schema.$ref !== undefined) problems.push(forbidden(`${field}.$ref`, '$ref is not supported'));
  if (schema.uniqueItems) {
    const detail = 'uniqueItems cannot be set to true since the runtime complexity becomes quadratic';
    problems.push(forbidden(`${field}.uniqueItems`, detail));
  }
  if (schema.properties && schema.additionalProperties) {
    const detail = 'additionalProperties and properties are mutual exclusive';
    problems.push(forbidden(`${field}.additionalProperties`, detail));
  }
  return problems;
}

function checkListType(schema: Schema, field: string): Problem[] {
  const type = schema['x-kubernetes-list-type'];
  if (type === undefined) {
    return schema.type === 'array' && !schema.items ? [required(`${field}.items`, 'must be specified')] : [];
  }
  if (schema.type !== 'array') {
    return [
      invalid(`${field}.type`, schema.type ?? '', 'must be array if x-kubernetes-list-type is specified'),
    ];
  }
  if (!schema.items) return [required(`${field}.items`, 'must be specified')];
  return type === 'map' ? checkKeys(schema, field) : [];
}

function checkKeys(schema: Schema, field: string): Problem[] {
  const keys = schema['x-kubernetes-list-map-keys'] ?? [];
  const place = `${field}.x-kubernetes-list-map-keys`;
  if (keys.length === 0) return [required(place, 'must not be empty if x-kubernetes-list-type is map')];
  const known = schema.items?.properties ?? {};
  if (keys.every(key => key in known)) return [];
  return [invalid(place, keys, 'entries must all be names of item properties')];
}

function checkEmbedded(schema: Schema, field: string): Problem[] {
  if (!schema['x-kubernetes-embedded-resource']) return [];
  const whole = schema['x-kubernetes-preserve-unknown-fields'] || schema.properties;
  const empty =
    'must not be empty if x-kubernetes-embedded-resource is true without x-kubernetes-preserve-unknown-fields';
  return [
    ...(whole ? [] : [required(`${field}.properties`, empty)]),
    ...(schema.type === 'object'
      ? []
      : [required(`${field}.type`, 'must be object if x-kubernetes-embedded-resource is true')]),
  ];
}

function checkPattern({ pattern }: Schema, field: string): Problem[] {
  if (pattern === undefined) return [];
  try {
    compilePattern(pattern);
    return [];
  } catch (error) {
    return [
      invalid(
        `${field}.pattern`,
        pattern,
        `must be a valid regular expression, but isn't: ${messageOf(error)}`,
      ),
    ];
  }
}

/** A default must be legal itself. */
function checkDefault(schema: Schema, field: string): Problem[] {
  if (schema.default === undefined) return [];
  return checkValue(schema.default, schema, '').map(problem => ({
    ...problem,
    field: problem.field === '' ? `${field}.default` : `${field}.default.${problem.field}`,
  }));
}

function checkRules(schema: Schema, field: string): Problem[] {
  return (schema['x-kubernetes-validations'] ?? []).flatMap((rule, index) => {
    const place = `${field}.x-kubernetes-validations[${index}].rule`;
    if (!rule.rule?.trim()) return [required(place, 'rule is not specified')];
    const { wrong } = compileRule(rule);
    return wrong ? [invalid(place, shown(rule), `compilation failed: ERROR: <input>: ${wrong}`)] : [];
  });
}

function shown(rule: ValidationRule): object {
  return {
    Rule: rule.rule,
    Message: rule.message ?? '',
    MessageExpression: rule.messageExpression ?? '',
    Reason: rule.reason ?? null,
    FieldPath: rule.fieldPath ?? '',
    OptionalOldSelf: rule.optionalOldSelf ?? null,
  };
}

function checkParts(schema: Schema, field: string, seen: Set<Schema>): Problem[] {
  const { properties, items, additionalProperties } = schema;
  return [
    ...Object.entries(properties ?? {}).flatMap(([name, part]) =>
      checkNode(part, `${field}.properties[${name}]`, 'field', seen),
    ),
    ...(items ? checkNode(items, `${field}.items`, 'item', seen) : []),
    ...(typeof additionalProperties === 'object'
      ? checkNode(additionalProperties, `${field}.additionalProperties`, 'field', seen)
      : []),
  ];
}

/** Alternatives restrict values; they may not declare anything. */
function checkAlternatives(schema: Schema, field: string): Problem[] {
  const isUnion = schema['x-kubernetes-int-or-string'] === true;
  const groups = (['allOf', 'anyOf', 'oneOf'] as const).flatMap(name =>
    (schema[name] ?? []).map((part, index): [string, Schema] => [`${field}.${name}[${index}]`, part]),
  );
  const all: [string, Schema][] = schema.not ? [...groups, [`${field}.not`, schema.not]] : groups;
  return isUnion ? [] : all.flatMap(([place, part]) => checkBare(part, place));
}

function checkBare(schema: Schema, field: string): Problem[] {
  const detail = 'must be empty to be structural';
  const declared = (['type', 'default', 'additionalProperties', 'title', 'description'] as const)
    .filter(name => schema[name] !== undefined)
    .map(name => forbidden(`${field}.${name}`, detail));
  const below = Object.entries(schema.properties ?? {}).flatMap(([name, part]) =>
    checkBare(part, `${field}.properties[${name}]`),
  );
  const items = schema.items ? checkBare(schema.items, `${field}.items`) : [];
  return [...declared, ...below, ...items];
}
