import type { Json } from '@slipway/api';
import type { Schema } from '../schema/index.ts';
import { emptySet, type FieldSet, insert, type Path } from './field-set.ts';
import { fieldElement, isMap, itemElement } from './path-element.ts';
import { fieldSchema, isDeclared, itemOf, shapeOf } from './shape.ts';

/** All fields that a value sets (structured-merge-diff's ToFieldSet). */
export function toFieldSet(value: Json, schema: Schema): FieldSet {
  const set = emptySet();
  visit(set, value, schema, []);
  return set;
}

function visit(set: FieldSet, value: Json, schema: Schema, path: Path): void {
  const shape = shapeOf(schema, value);
  if (shape === 'leaf') insert(set, path);
  if (shape === 'map' && isMap(value)) visitMap(set, value, schema, path);
  if (shape === 'list' && Array.isArray(value)) visitList(set, value, schema, path);
}

function visitMap(set: FieldSet, map: { [key: string]: Json }, schema: Schema, path: Path): void {
  for (const [name, value] of Object.entries(map)) {
    const below = [...path, fieldElement(name)];
    visit(set, value, fieldSchema(schema, name), below);
    const isEmpty = value === null || (isMap(value) && Object.keys(value).length === 0);
    if (isEmpty || !isDeclared(schema, name)) insert(set, below);
  }
}

function visitList(set: FieldSet, list: Json[], schema: Schema, path: Path): void {
  const elements = list.map(item => itemElement(schema, item));
  list.forEach((item, index) => {
    const element = elements[index];
    if (element === undefined) return;
    const below = [...path, element];
    const isOnly = elements.indexOf(element) === elements.lastIndexOf(element);
    if (isOnly) visit(set, item, itemOf(schema), below);
    insert(set, below);
  });
}
