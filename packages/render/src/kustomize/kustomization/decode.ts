import { floatText } from '../../yaml/float-text.ts';
import { KustomizeError } from '../kustomize-error.ts';
import type { JsonValue } from '../node/node-value.ts';
import { byBytes } from '../resource/json-text.ts';

/** How Go's JSON decoder would fill one type; `type` is its name there. */
export type GoShape =
  | { shape: 'text' | 'bool' | 'int' | 'any'; type: string }
  | { shape: 'list' | 'map'; type: string; of: GoShape }
  | GoStruct;

export interface GoStruct {
  shape: 'struct';
  type: string;
  /** By JSON name; `embedded` are the structs within it that hold the field. */
  fields: Record<string, { is: GoShape; embedded: string }>;
}

export const text: GoShape = { shape: 'text', type: 'string' };
export const bool: GoShape = { shape: 'bool', type: 'bool' };
export const int: GoShape = { shape: 'int', type: 'int' };
export const int64: GoShape = { shape: 'int', type: 'int64' };
export const anything: GoShape = { shape: 'any', type: 'interface {}' };
export const listOf = (of: GoShape): GoShape => ({ shape: 'list', type: `[]${of.type}`, of });
export const mapOf = (of: GoShape): GoShape => ({ shape: 'map', type: `map[string]${of.type}`, of });
export const texts = listOf(text);
export const textMap = mapOf(text);

export function struct(type: string, fields: Record<string, GoShape>, ...embedded: GoStruct[]): GoStruct {
  const own = Object.entries(fields).map(([name, is]) => [name, { is, embedded: '' }] as const);
  const inner = embedded.flatMap(other => {
    const name = other.type.slice(other.type.lastIndexOf('.') + 1);
    return Object.entries(other.fields).map(
      ([field, { is, embedded: below }]) => [field, { is, embedded: `${name}.${below}` }] as const,
    );
  });
  // What is outside hides what is inside.
  return { shape: 'struct', type, fields: Object.fromEntries([...inner, ...own]) };
}

export interface DecodeOptions {
  /** Unknown fields are refused. */
  strict: boolean;
  /** Numbers and booleans are taken for texts, as `sigs.k8s.io/yaml` does when it knows the type. */
  lenient: boolean;
}

interface Place extends DecodeOptions {
  struct: string;
  path: string;
  problems: string[];
}

/**
 * Takes a value as Go would: nulls are nothing, names of fields in any case, the first thing that does not fit is
 * refused in Go's words.
 * @throws KustomizeError `json: unknown field "x"`, `json: cannot unmarshal number into Go struct field …`
 */
export function decode<T>(value: JsonValue, shape: GoShape, options: DecodeOptions): T {
  const place: Place = { ...options, struct: '', path: '', problems: [] };
  const decoded = take(value, shape, place);
  const [problem] = place.problems;
  if (problem !== undefined) throw new KustomizeError(problem);
  return decoded as T;
}

function take(value: JsonValue, shape: GoShape, place: Place): unknown {
  if (value === null) return undefined;
  if (shape.shape === 'any') return value;
  if (shape.shape === 'struct') return takeStruct(value, shape, place);
  if (shape.shape === 'list') {
    if (!Array.isArray(value)) return refuse(value, shape, place);
    return value.map(item => take(item, shape.of, place) ?? zeroOf(shape.of));
  }
  if (shape.shape === 'map') {
    if (!isMap(value)) return refuse(value, shape, place);
    const entries = sorted(value).map(
      ([key, item]) => [key, take(item, shape.of, place) ?? zeroOf(shape.of)] as const,
    );
    return Object.fromEntries(entries);
  }
  if (shape.shape === 'text' && place.lenient && typeof value !== 'object') return scalarText(value);
  const fits = { text: 'string', bool: 'boolean', int: 'number' }[shape.shape];
  const isInteger = typeof value === 'bigint' || Number.isInteger(value);
  if (shape.shape === 'int' && typeof value === 'number' && !isInteger)
    return refuse(value, shape, place, `number ${value}`);
  return typeof value === fits || (shape.shape === 'int' && isInteger) ? value : refuse(value, shape, place);
}

function scalarText(value: string | number | bigint | boolean): string {
  return typeof value === 'number' && !Number.isInteger(value) ? floatText(value) : String(value);
}

function takeStruct(value: JsonValue, shape: GoStruct, place: Place): unknown {
  if (!isMap(value)) return refuse(value, shape, place);
  const result: Record<string, unknown> = {};
  for (const [key, item] of sorted(value)) {
    const name = nameOf(key, shape);
    const field = name === undefined ? undefined : shape.fields[name];
    if (name === undefined || field === undefined) {
      if (place.strict) place.problems.push(`json: unknown field ${JSON.stringify(key)}`);
      continue;
    }
    const path = `${place.path}${place.path === '' ? '' : '.'}${field.embedded}${name}`;
    const struct = shape.type.slice(shape.type.lastIndexOf('.') + 1);
    const taken = take(item, field.is, { ...place, struct, path });
    if (taken !== undefined) result[name] = taken;
  }
  return result;
}

function nameOf(key: string, { fields }: GoStruct): string | undefined {
  if (Object.hasOwn(fields, key)) return key;
  const folded = key.toLowerCase();
  return Object.keys(fields).find(name => name.toLowerCase() === folded);
}

function refuse(
  value: JsonValue,
  shape: GoShape,
  { struct, path, problems }: Place,
  is = nameOfType(value),
): undefined {
  const target =
    path === ''
      ? `Go value of type ${shape.type}`
      : `Go struct field ${struct}.${path} of type ${shape.type}`;
  problems.push(`json: cannot unmarshal ${is} into ${target}`);
  return undefined;
}

function nameOfType(value: JsonValue): string {
  if (Array.isArray(value)) return 'array';
  return (
    { boolean: 'bool', number: 'number', bigint: 'number', string: 'string' }[typeof value as string] ??
    'object'
  );
}

function zeroOf(shape: GoShape): unknown {
  const zero = { text: '', bool: false, int: 0, any: null, list: [], map: {}, struct: {} };
  return zero[shape.shape];
}

function isMap(value: JsonValue): value is { [key: string]: JsonValue } {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

function sorted(value: { [key: string]: JsonValue }): [string, JsonValue][] {
  return Object.entries(value).sort(([left], [right]) => byBytes(left, right));
}
