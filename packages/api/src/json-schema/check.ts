import { isFormat } from './format.ts';
import { isEqual, isRecord, type JsonSchema, MOST_DEPTH, resolve, type SchemaScope } from './schema.ts';

/** One thing that is wrong with a value. */
export interface SchemaProblem {
  /** Where: names of members and indexes of items from the checked value on. */
  path: (string | number)[];
  keyword: string;
  /** What must be, as the rest of a sentence: `must be string`. */
  message: string;
  /** The part of the schema that asks for it. */
  schema: JsonSchema;
}

type Path = SchemaProblem['path'];

/**
 * Everything that is wrong with a value, by JSON Schema draft 7. It builds no code, so it runs under a strict content
 * security policy, and is the one validator of forms and of what is made from them.
 * @throws Error when the schema itself cannot be read: an unknown type, reference or pattern
 */
export function checkSchema(value: unknown, schema: JsonSchema, scope: SchemaScope): SchemaProblem[] {
  return check(value, schema, scope, []);
}

function check(
  value: unknown,
  written: JsonSchema | boolean,
  scope: SchemaScope,
  path: Path,
): SchemaProblem[] {
  if (typeof written === 'boolean')
    return written ? [] : [{ path, keyword: 'false', message: 'must not be there', schema: {} }];
  if (path.length > MOST_DEPTH) throw new Error('the value is nested too deep');
  const schema = resolve(written, scope);
  const fail = (keyword: string, message: string, at: Path = path): SchemaProblem => ({
    path: at,
    keyword,
    message,
    schema,
  });
  const wrong = typeProblem(value, schema);
  if (wrong) return [fail('type', wrong)];
  const visit: Visit = (item, part, at = path) => check(item, part, scope, at);
  const place: Place = { schema, scope, path, fail, visit };
  return [
    ...choiceProblems(value, place),
    ...(typeof value === 'string' ? textProblems(value, place) : []),
    ...(typeof value === 'number' ? numberProblems(value, place) : []),
    ...(Array.isArray(value) ? listProblems(value, place) : []),
    ...(isRecord(value) ? memberProblems(value, place) : []),
    ...combinationProblems(value, place),
  ];
}

type Visit = (value: unknown, schema: JsonSchema | boolean, path?: Path) => SchemaProblem[];
interface Place {
  schema: JsonSchema;
  scope: SchemaScope;
  path: Path;
  fail: (keyword: string, message: string, at?: Path) => SchemaProblem;
  visit: Visit;
}

const TYPES: Record<string, (value: unknown) => boolean> = {
  string: value => typeof value === 'string',
  number: value => typeof value === 'number',
  integer: value => Number.isInteger(value),
  boolean: value => typeof value === 'boolean',
  object: isRecord,
  array: Array.isArray,
  null: value => value === null,
};

function typeProblem(value: unknown, { type }: JsonSchema): string | undefined {
  if (type === undefined) return undefined;
  const types = Array.isArray(type) ? type : [type];
  const unknown = types.find(each => !TYPES[each]);
  if (unknown !== undefined)
    throw new Error(
      `type ${JSON.stringify(unknown)}: it is none; ${Object.keys(TYPES).join(', ')} are allowed`,
    );
  return types.some(each => TYPES[each]?.(value)) ? undefined : `must be ${types.join(' or ')}`;
}

const list = (values: unknown[]): string => values.map(value => JSON.stringify(value)).join(', ');

function choiceProblems(value: unknown, { schema, fail }: Place): SchemaProblem[] {
  if (schema.enum && !schema.enum.some(each => isEqual(each, value)))
    return [fail('enum', `must be one of ${list(schema.enum)}`)];
  if (Object.hasOwn(schema, 'const') && !isEqual(schema.const, value))
    return [fail('const', `must be ${JSON.stringify(schema.const)}`)];
  return [];
}

function textProblems(value: string, { schema, scope, fail }: Place): SchemaProblem[] {
  const { minLength = 0, maxLength = Number.POSITIVE_INFINITY, pattern, format } = schema;
  const length = [...value].length;
  return [
    ...(length < minLength ? [fail('minLength', `must have at least ${count(minLength, 'character')}`)] : []),
    ...(length > maxLength ? [fail('maxLength', `must have at most ${count(maxLength, 'character')}`)] : []),
    ...(pattern !== undefined && !scope.matches(pattern, value)
      ? [fail('pattern', `must match pattern ${JSON.stringify(pattern)}`)]
      : []),
    ...(format !== undefined && !isFormat(value, format)
      ? [fail('format', `must be of format ${format}`)]
      : []),
  ];
}

function count(number: number, word: string): string {
  return `${number} ${word}${number === 1 ? '' : 's'}`;
}

function numberProblems(value: number, { schema, fail }: Place): SchemaProblem[] {
  const { minimum, maximum, exclusiveMinimum, exclusiveMaximum, multipleOf } = schema;
  const problems: SchemaProblem[] = [];
  if (minimum !== undefined && value < minimum) problems.push(fail('minimum', `must be ${minimum} or more`));
  if (maximum !== undefined && value > maximum) problems.push(fail('maximum', `must be ${maximum} or less`));
  if (exclusiveMinimum !== undefined && value <= exclusiveMinimum)
    problems.push(fail('exclusiveMinimum', `must be more than ${exclusiveMinimum}`));
  if (exclusiveMaximum !== undefined && value >= exclusiveMaximum)
    problems.push(fail('exclusiveMaximum', `must be less than ${exclusiveMaximum}`));
  const ratio = multipleOf ? value / multipleOf : 0;
  if (Math.abs(ratio - Math.round(ratio)) > 1e-9)
    problems.push(fail('multipleOf', `must be a multiple of ${multipleOf}`));
  return problems;
}

function listProblems(value: unknown[], { schema, path, fail, visit }: Place): SchemaProblem[] {
  const { items, additionalItems, contains, minItems = 0, maxItems = Number.POSITIVE_INFINITY } = schema;
  const problems: SchemaProblem[] = [];
  if (value.length < minItems)
    problems.push(fail('minItems', `must have at least ${count(minItems, 'item')}`));
  if (value.length > maxItems) return [fail('maxItems', `must have at most ${count(maxItems, 'item')}`)];
  const twice = value.findIndex((item, index) => value.findIndex(other => isEqual(item, other)) < index);
  if (schema.uniqueItems && twice >= 0)
    problems.push(fail('uniqueItems', 'must be different from the others', [...path, twice]));
  if (contains && !value.some(item => visit(item, contains).length === 0))
    problems.push(fail('contains', 'must hold an item of the kind asked for'));
  for (const [index, item] of value.entries()) {
    const own = Array.isArray(items) ? (items[index] ?? additionalItems) : items;
    if (own !== undefined) problems.push(...visit(item, own, [...path, index]));
  }
  return problems;
}

function memberProblems(value: Record<string, unknown>, place: Place): SchemaProblem[] {
  const { schema, scope, path, fail, visit } = place;
  const { properties = {}, patternProperties = {}, additionalProperties, propertyNames } = schema;
  const { minProperties = 0, maxProperties = Number.POSITIVE_INFINITY } = schema;
  const names = Object.keys(value).filter(name => value[name] !== undefined);
  const problems = requiredProblems(value, place);
  if (names.length < minProperties)
    problems.push(fail('minProperties', `must have at least ${count(minProperties, 'member')}`));
  if (names.length > maxProperties)
    problems.push(fail('maxProperties', `must have at most ${count(maxProperties, 'member')}`));
  for (const name of names) {
    const at = [...path, name];
    const own = Object.hasOwn(properties, name) ? properties[name] : undefined;
    const patterns = Object.entries(patternProperties).filter(([pattern]) => scope.matches(pattern, name));
    if (propertyNames) problems.push(...visit(name, propertyNames, at));
    if (own) problems.push(...visit(value[name], own, at));
    for (const [, part] of patterns) problems.push(...visit(value[name], part, at));
    if (own || patterns.length > 0 || additionalProperties === undefined) continue;
    if (additionalProperties === false) problems.push(fail('additionalProperties', 'must not be there', at));
    if (additionalProperties !== false) problems.push(...visit(value[name], additionalProperties, at));
  }
  return problems;
}

function requiredProblems(
  value: Record<string, unknown>,
  { schema, path, fail, visit }: Place,
): SchemaProblem[] {
  const present = (name: string): boolean => Object.hasOwn(value, name) && value[name] !== undefined;
  const problems: SchemaProblem[] = [];
  const demand = (names: string[]) => {
    for (const name of names.filter(each => !present(each)))
      problems.push(fail('required', 'is required', [...path, name]));
  };
  demand(schema.required ?? []);
  const dependent = { ...schema.dependencies, ...schema.dependentRequired, ...schema.dependentSchemas };
  for (const [name, part] of Object.entries(dependent)) {
    if (!present(name)) continue;
    if (Array.isArray(part)) demand(part);
    if (!Array.isArray(part)) problems.push(...visit(value, part));
  }
  return problems;
}

function combinationProblems(value: unknown, { schema, fail, visit }: Place): SchemaProblem[] {
  const problems = (schema.allOf ?? []).flatMap(part => visit(value, part));
  if (schema.anyOf) problems.push(...anyProblems(schema.anyOf.map(part => visit(value, part))));
  if (schema.oneOf) {
    const found = schema.oneOf.map(part => visit(value, part));
    const holding = found.filter(each => each.length === 0).length;
    if (holding > 1) problems.push(fail('oneOf', 'must be only one of the alternatives'));
    if (holding === 0) problems.push(...anyProblems(found));
  }
  if (schema.not && visit(value, schema.not).length === 0)
    problems.push(fail('not', 'must not be of the kind ruled out'));
  if (schema.if === undefined) return problems;
  const branch = visit(value, schema.if).length === 0 ? schema.then : schema.else;
  return branch === undefined ? problems : [...problems, ...visit(value, branch)];
}

/** Nothing when one alternative holds, else what keeps the value from the nearest one. */
function anyProblems(alternatives: SchemaProblem[][]): SchemaProblem[] {
  return alternatives.toSorted((a, b) => a.length - b.length)[0] ?? [];
}
