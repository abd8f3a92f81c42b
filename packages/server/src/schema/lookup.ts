import { builtInDefinitions } from './built-in.ts';
import type { Schema } from './schema.ts';

const ANY: Schema = { 'x-kubernetes-preserve-unknown-fields': true };

/** Follows `$ref` to the definition; extensions beside the reference win over the definition's. */
export function resolve(schema: Schema): Schema {
  if (!schema.$ref) return schema;
  return combined.get(schema) ?? combine(schema, schema.$ref);
}

const combined = new WeakMap<Schema, Schema>();

function combine(schema: Schema, name: string): Schema {
  const target = builtInDefinitions()[name] ?? ANY;
  const { $ref: _ref, bare: _bare, default: _default, ...beside } = schema;
  const result = Object.keys(beside).length === 0 ? target : { ...target, ...beside };
  combined.set(schema, result);
  return result;
}

/** Schema of one field of an object or of a map's values, resolved; undefined when the field is not known. */
export function fieldOf(schema: Schema, name: string): Schema | undefined {
  const declared = schema.properties;
  const found = declared && Object.hasOwn(declared, name) ? declared[name] : undefined;
  if (found) return resolve(found);
  const { additionalProperties } = schema;
  if (additionalProperties === true) return ANY;
  return additionalProperties ? resolve(additionalProperties) : undefined;
}

/** Schema of a list's items, resolved; anything where none is declared. */
export function itemOf(schema: Schema): Schema {
  return schema.items ? resolve(schema.items) : ANY;
}

/** True when nothing is said about what is inside, so that fields are kept as they are. */
export function isOpen(schema: Schema): boolean {
  if (schema['x-kubernetes-preserve-unknown-fields']) return true;
  if (schema.type !== undefined && schema.type !== 'object') return false;
  return !schema.properties && !schema.additionalProperties && !schema.items;
}
