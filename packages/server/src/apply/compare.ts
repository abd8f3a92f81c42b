import type { Json } from '@slipway/api';
import type { Schema } from '../schema/index.ts';
import { sameJson } from '../schema/same-json.ts';
import { emptySet, type FieldSet, insert, type Path } from './field-set.ts';
import { fieldElement, isMap, itemElement, type JsonMap } from './path-element.ts';
import { fieldSchema, itemOf, shapeOf } from './shape.ts';

/** What changed from one object to another. A field stands in at most one of the sets. */
export interface Comparison {
  removed: FieldSet;
  modified: FieldSet;
  added: FieldSet;
}

/** Compares field by field as the schema says (structured-merge-diff's Compare). */
export function compare(before: Json | undefined, after: Json | undefined, schema: Schema): Comparison {
  const result = { removed: emptySet(), modified: emptySet(), added: emptySet() };
  visit(result, { before, after, schema, path: [] });
  return result;
}

interface Pair {
  before: Json | undefined;
  after: Json | undefined;
  schema: Schema;
  path: Path;
}

function visit(result: Comparison, pair: Pair): void {
  const { before, after, schema, path } = pair;
  if (before === after) return;
  const shape = shapeOf(schema, after ?? before);
  const same = before === undefined || after === undefined || shapeOf(schema, before) === shape;
  if (shape === 'leaf' || !same || bothEmpty(before, after)) {
    leaf(result, pair);
    return;
  }
  if (shape === 'map') visitMap(result, pair);
  if (shape === 'list') visitList(result, pair);
  if (before === undefined) insert(result.added, path);
  if (after === undefined) insert(result.removed, path);
}

/** An empty map or list is a leaf beside nothing, so that empty and absent differ. */
function bothEmpty(before: Json | undefined, after: Json | undefined): boolean {
  return [before, after].every(value => value === undefined || value === null || sizeOf(value) === 0);
}

function sizeOf(value: Json): number {
  if (Array.isArray(value)) return value.length;
  return isMap(value) ? Object.keys(value).length : 1;
}

function leaf(result: Comparison, { before, after, path }: Pair): void {
  if (before === undefined) insert(result.added, path);
  if (after === undefined) insert(result.removed, path);
  if (before === undefined || after === undefined) return;
  if (!sameJson(before, after)) insert(result.modified, path);
}

function visitMap(result: Comparison, { before, after, schema, path }: Pair): void {
  const left: JsonMap = isMap(before) ? before : {};
  const right: JsonMap = isMap(after) ? after : {};
  for (const name of new Set([...Object.keys(left), ...Object.keys(right)])) {
    visit(result, {
      before: own(left, name),
      after: own(right, name),
      schema: fieldSchema(schema, name),
      path: [...path, fieldElement(name)],
    });
  }
}

function own(map: JsonMap, name: string): Json | undefined {
  return Object.hasOwn(map, name) ? map[name] : undefined;
}

function visitList(result: Comparison, { before, after, schema, path }: Pair): void {
  const left = byElement(before, schema);
  const right = byElement(after, schema);
  const items = itemOf(schema);
  for (const element of new Set([...left.keys(), ...right.keys()])) {
    const was = left.get(element) ?? [];
    const is = right.get(element) ?? [];
    const below = [...path, element];
    if (was.length <= 1 && is.length <= 1) {
      visit(result, { before: was[0], after: is[0], schema: items, path: below });
      continue;
    }
    compareDuplicates(result, { was, is, schema: items, path: below });
  }
}

/** Items that stand twice in a list are owned as one; that they do is what is recorded. */
function compareDuplicates(
  result: Comparison,
  { was, is, schema, path }: { was: Json[]; is: Json[]; schema: Schema; path: Path },
): void {
  if (was.length >= 2 && is.length >= 2) {
    if (!sameJson(was, is)) insert(result.modified, path);
    return;
  }
  if (was.length >= 2) {
    if (is.length > 0) visit(result, { before: undefined, after: is[0], schema, path });
    insert(result.removed, path);
    return;
  }
  if (was.length > 0) visit(result, { before: was[0], after: undefined, schema, path });
  insert(result.added, path);
}

function byElement(list: Json | undefined, schema: Schema): Map<string, Json[]> {
  const found = new Map<string, Json[]>();
  for (const item of Array.isArray(list) ? list : []) {
    const element = itemElement(schema, item);
    if (element !== undefined) found.set(element, [...(found.get(element) ?? []), item]);
  }
  return found;
}
