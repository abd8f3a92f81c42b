import type { Json } from '@slipway/api';
import { fieldOf, itemOf, resolve, type Schema } from '../schema/index.ts';
import { type Fields, isFields } from './fields.ts';
import { canonicalQuantity } from './quantity.ts';

const QUANTITY = 'io.k8s.apimachinery.pkg.api.resource.Quantity';
const TIMES = ['io.k8s.apimachinery.pkg.apis.meta.v1.Time', 'io.k8s.apimachinery.pkg.apis.meta.v1.MicroTime'];

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
    const clean = part === null ? nullOf(known, name) : normalize(part, declared(known, name));
    if (clean !== undefined) set(result, name, clean);
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

function addZeroValues(result: Fields, schema: Schema): void {
  for (const [name, property] of Object.entries(schema.properties ?? {})) {
    if (result[name] !== undefined || property.default === undefined) continue;
    const zero = zeroOf(property, schema.required?.includes(name) ?? false);
    if (zero !== undefined && name !== 'creationTimestamp') result[name] = zero;
  }
}

function zeroOf(property: Schema, required: boolean): Json | undefined {
  if (!property.$ref) return required ? (property.default as Json) : undefined;
  if (isTime(property)) return null;
  const target = resolve(property);
  return target.type === 'object' && target.properties ? normalize({}, property) : undefined;
}

function set(target: Fields, key: string, value: Json): void {
  Object.defineProperty(target, key, { value, writable: true, enumerable: true, configurable: true });
}
