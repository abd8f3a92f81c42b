import type { Json } from '@slipway/api';
import { fieldOf, itemOf, resolve, type Schema } from '../schema/index.ts';
import { type Fields, isFields } from './fields.ts';
import { canonicalQuantity } from './quantity.ts';

const QUANTITY = 'io.k8s.apimachinery.pkg.api.resource.Quantity';
const TIMES = ['io.k8s.apimachinery.pkg.apis.meta.v1.Time', 'io.k8s.apimachinery.pkg.apis.meta.v1.MicroTime'];

/** Times that are no pointers in upstream's types: where nothing is set they are written as null. */
const CONDITION_TIMES = new Set([
  'lastTransitionTime',
  'lastUpdateTime',
  'lastHeartbeatTime',
  'lastProbeTime',
]);

/**
 * A copy of a built-in kind's value as the real server's types would write it: nulls are absent, structs that are
 * no pointers are there, required scalars have their zero value, quantities are canonical.
 */
export function normalize(value: Json, schema: Schema): Json {
  if (schema.$ref === QUANTITY) return quantity(value);
  const known = resolve(schema);
  if (Array.isArray(value)) return value.map(item => normalize(item, known.items ?? itemOf(known)));
  if (!isFields(value)) return value;
  const result: Fields = {};
  for (const [name, part] of Object.entries(value)) {
    const field = declared(known, name);
    const clean = part === null ? nullOf(known, name) : normalize(part, field);
    if (clean !== undefined && !isOmitted(clean, field, known, name)) set(result, name, clean);
  }
  addZeroValues(result, known);
  return result;
}

function quantity(value: Json): Json {
  return typeof value === 'string' || typeof value === 'number' ? canonicalQuantity(String(value)) : value;
}

/** With its `$ref`, which resolving would lose: it tells quantities and times from other strings. */
function declared(schema: Schema, name: string): Schema {
  const own =
    schema.properties && Object.hasOwn(schema.properties, name) ? schema.properties[name] : undefined;
  if (own) return own;
  const { additionalProperties } = schema;
  return typeof additionalProperties === 'object' ? additionalProperties : (fieldOf(schema, name) ?? {});
}

/** Null in a map of strings is the empty string; a time may be null; elsewhere it is nothing. */
function nullOf(schema: Schema, name: string): Json | undefined {
  if (!schema.properties && typeof schema.additionalProperties === 'object') {
    return schema.additionalProperties.type === 'string' ? '' : undefined;
  }
  return isTime(declared(schema, name)) && name !== 'creationTimestamp' ? null : undefined;
}

function isTime(schema: Schema): boolean {
  return TIMES.includes(schema.$ref ?? '');
}

/** A field that is written even where nothing is set. */
interface ZeroField {
  name: string;
  /** What it is then; copied for each object. */
  value: Json;
}

const zeroFields = new WeakMap<Schema, ZeroField[]>();

function zeroFieldsOf(schema: Schema): ZeroField[] {
  const known = zeroFields.get(schema);
  if (known) return known;
  const found = Object.entries(schema.properties ?? {}).flatMap(([name, property]): ZeroField[] => {
    if (name === 'creationTimestamp') return [];
    const always = CONDITION_TIMES.has(name) && isTime(property);
    const zero =
      property.default === undefined ? undefined : zeroOf(property, schema.required?.includes(name) ?? false);
    if (zero !== undefined) return [{ name, value: zero }];
    return always ? [{ name, value: null }] : [];
  });
  zeroFields.set(schema, found);
  return found;
}

function addZeroValues(result: Fields, schema: Schema): void {
  for (const { name, value } of zeroFieldsOf(schema)) {
    if (result[name] === undefined) result[name] = isFields(value) ? structuredClone(value) : value;
  }
}

function zeroOf(property: Schema, required: boolean): Json | undefined {
  if (!property.$ref) return required ? (property.default as Json) : undefined;
  if (isTime(property)) return null;
  const target = resolve(property);
  return target.type === 'object' && target.properties ? normalize({}, property) : undefined;
}

/** Empty lists and maps (not structs) are left out where they are optional. */
function isOmitted(value: Json, field: Schema, parent: Schema, name: string): boolean {
  if (parent.required?.includes(name)) return false;
  if (Array.isArray(value)) return value.length === 0 && field.type === 'array';
  return isFields(value) && Object.keys(value).length === 0 && isMapOnly(resolve(field));
}

function isMapOnly(schema: Schema): boolean {
  return schema.properties === undefined && schema.additionalProperties !== undefined;
}

/** The object before anybody set anything: structs are there, lists and pointers that must be set are null. */
export function zeroValue(value: Fields, schema: Schema): Fields {
  const result = { ...value };
  for (const [name, property] of Object.entries(resolve(schema).properties ?? {})) {
    const required = resolve(schema).required?.includes(name) ?? false;
    const zero = property.default === undefined ? undefined : zeroOf(property, required);
    const isEmpty = result[name] === undefined && name !== 'creationTimestamp';
    if (isEmpty && isFields(zero)) result[name] = zeroValue({}, property);
    if (isEmpty && zero !== undefined && !isFields(zero)) result[name] = zero;
    if (isEmpty && zero === undefined && required) result[name] = null;
  }
  return result;
}

function set(target: Fields, key: string, value: Json): void {
  if (key === '__proto__') {
    Object.defineProperty(target, key, { value, writable: true, enumerable: true, configurable: true });
    return;
  }
  target[key] = value;
}
