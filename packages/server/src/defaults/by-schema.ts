import type { Json } from '@slipway/api';
import { fieldOf, itemOf, type Schema } from '../schema/index.ts';
import { type Fields, isFields } from './fields.ts';

/**
 * Defaults of a CRD's schema: a missing field gets its default, so does null where null is not allowed
 * (apiextensions' structural defaulting).
 */
export function defaultBySchema(value: Json, schema: Schema): Json {
  if (Array.isArray(value)) {
    const items = itemOf(schema);
    return value.map(item => (item === null ? nullItem(items) : defaultBySchema(item, items)));
  }
  if (!isFields(value)) return value;
  const result: Fields = {};
  for (const [name, part] of Object.entries(value)) {
    const field = fieldOf(schema, name);
    const clean = field ? defaulted(part, field) : part;
    Object.defineProperty(result, name, {
      value: clean,
      writable: true,
      enumerable: true,
      configurable: true,
    });
  }
  for (const [name, property] of Object.entries(schema.properties ?? {})) {
    if (result[name] === undefined && property.default !== undefined) {
      result[name] = defaultBySchema(structuredClone(property.default) as Json, property);
    }
  }
  return result;
}

function defaulted(value: Json, schema: Schema): Json {
  const replace = value === null && !schema.nullable && schema.default !== undefined;
  return defaultBySchema(replace ? (structuredClone(schema.default) as Json) : value, schema);
}

function nullItem(items: Schema): Json {
  return items.nullable || items.default === undefined ? null : (structuredClone(items.default) as Json);
}
