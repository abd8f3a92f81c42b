import type { Json } from '@slipway/api';
import type { Schema } from '../schema/index.ts';
import { type FieldSet, isEmptySet } from './field-set.ts';
import { fieldElement, isMap, itemElement, type JsonMap } from './path-element.ts';
import { fieldSchema, isDeclared, itemOf, shapeOf } from './shape.ts';

/** The value without the paths of a set; a map or list that loses everything is gone itself. */
export function removeItems(value: Json, gone: FieldSet, schema: Schema): Json | undefined {
  const shape = shapeOf(schema, value);
  if (shape === 'map' && isMap(value)) return removeFromMap(value, gone, schema);
  if (shape === 'list' && Array.isArray(value)) return removeFromList(value, gone, schema);
  // What is owned as a whole goes with a path below it, which only a change of the schema can leave behind.
  return typeof value === 'object' && value !== null ? undefined : value;
}

function removeFromMap(map: JsonMap, gone: FieldSet, schema: Schema): Json | undefined {
  const result: JsonMap = {};
  for (const [name, value] of Object.entries(map)) {
    const element = fieldElement(name);
    if (gone.members.has(element)) continue;
    const below = gone.children.get(element);
    const kept = below && !isEmptySet(below) ? removeItems(value, below, fieldSchema(schema, name)) : value;
    if (kept !== undefined) {
      Object.defineProperty(result, name, {
        value: kept,
        writable: true,
        enumerable: true,
        configurable: true,
      });
    }
  }
  return Object.keys(result).length > 0 ? result : undefined;
}

function removeFromList(list: Json[], gone: FieldSet, schema: Schema): Json | undefined {
  const result = list.flatMap(item => {
    const element = itemElement(schema, item);
    if (element === undefined) return [item];
    if (gone.members.has(element)) return [];
    const below = gone.children.get(element);
    const kept = below && !isEmptySet(below) ? removeItems(item, below, itemOf(schema)) : item;
    return kept === undefined ? [] : [kept];
  });
  return result.length > 0 ? result : undefined;
}

/** A struct's field counts as owned when something below it is: then it can be removed with what it holds. */
export function withNamedFields(set: FieldSet, schema: Schema): FieldSet {
  const members = new Set(set.members);
  const children = new Map<string, FieldSet>();
  for (const [element, child] of set.children) {
    const name = element.slice(2);
    const isField = element.startsWith('f:');
    if (isField && isDeclared(schema, name)) members.add(element);
    children.set(element, withNamedFields(child, isField ? fieldSchema(schema, name) : itemOf(schema)));
  }
  return { members, children };
}
