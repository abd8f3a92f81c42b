import type { Json } from '@slipway/api';
import { fieldOf, itemOf, type Schema } from '../schema/index.ts';
import { isMap } from './path-element.ts';

/** How a value takes part in field management. */
export type Shape = 'leaf' | 'map' | 'list';

/** Leaf: owned as a whole (scalars, atomic lists and maps). Where the schema is silent the value decides. */
export function shapeOf(schema: Schema, value: Json | undefined): Shape {
  if (Array.isArray(value)) return isAssociative(schema) ? 'list' : 'leaf';
  if (isMap(value)) return isScalar(schema) || isAtomicMap(schema) ? 'leaf' : 'map';
  if (value !== null && value !== undefined) return 'leaf';
  if (isAssociative(schema)) return 'list';
  return schema.type === 'object' && !isAtomicMap(schema) ? 'map' : 'leaf';
}

function isScalar(schema: Schema): boolean {
  return schema.type !== undefined && schema.type !== 'object' && schema.type !== 'array';
}

function isAtomicMap(schema: Schema): boolean {
  return schema['x-kubernetes-map-type'] === 'atomic';
}

/** A list whose items are told apart: by keys, or by their values. */
export function isAssociative(schema: Schema): boolean {
  return schema['x-kubernetes-list-type'] === 'map' || schema['x-kubernetes-list-type'] === 'set';
}

const ANYTHING: Schema = { 'x-kubernetes-preserve-unknown-fields': true };

/** Schema of a field; anything where none is declared. */
export function fieldSchema(schema: Schema, name: string): Schema {
  return fieldOf(schema, name) ?? ANYTHING;
}

export function isDeclared(schema: Schema, name: string): boolean {
  return schema.properties !== undefined && Object.hasOwn(schema.properties, name);
}

export { itemOf };
