import { getField, setField, setScalar } from '../node/lookup.ts';
import { fieldOf, isEmpty, isEmptyMap, isNull, listNode, scalarNode, type YNode } from '../node/y-node.ts';
import { takeDirective } from './directive.ts';
import { findElement, setElement } from './element.ts';
import type { MergeSchema } from './merge-schema.ts';
import type { MergeContext, Sources } from './merge-sources.ts';

/** Merges lists whose elements are known by some of their fields, or by themselves (`associative_sequence.go`). */
export function mergeAssociativeList(
  sources: Sources,
  schema: MergeSchema,
  context: MergeContext,
): YNode | undefined {
  const dest = startOfList(sources);
  if (dest === undefined) return undefined;
  sources.dest = dest;
  const keys = schema.keys ?? [];
  if (keys.length > 0)
    return mergeElements(sources, dest, { keys, values: valuesOf(sources, keys, context), schema, context });
  const values = primitivesOf(sources, context);
  return mergeElements(sources, dest, { keys: [''], values, schema, context });
}

function startOfList({ dest, patch }: Sources): YNode | undefined {
  if (isNull(dest)) return patch;
  if (patch?.tag === '!!null') return undefined;
  const directive = takeDirective(patch);
  if (directive === 'delete') return undefined;
  return directive === 'replace' ? patch : dest;
}

/** The patch's elements come first when it prepends. */
function inOrder({ dest, patch }: Sources, { prepend }: MergeContext): YNode[] {
  return (prepend ? [patch, dest] : [dest, patch]).filter(source => source !== undefined);
}

function valuesOf(sources: Sources, keys: string[], context: MergeContext): string[][] {
  const seen = new Set<string>();
  const found: string[][] = [];
  for (const source of inOrder(sources, context)) {
    for (const element of source.content) {
      const values = keys.map(key => elementValue(element, key));
      const name = JSON.stringify(values);
      if (!seen.has(name)) found.push(values);
      seen.add(name);
    }
  }
  return found;
}

function elementValue(element: YNode, key: string): string {
  const field = fieldOf(element, key);
  return field === undefined || isEmpty(field) ? '' : field.value;
}

function primitivesOf(sources: Sources, context: MergeContext): string[][] {
  const seen = new Set(inOrder(sources, context).flatMap(source => source.content.map(item => item.value)));
  return [...seen].map(value => [value]);
}

interface Elements {
  keys: string[];
  values: string[][];
  schema: MergeSchema;
  context: MergeContext;
}

function mergeElements(sources: Sources, dest: YNode, { keys, values, schema, context }: Elements): YNode {
  const itemSchema = context.schemas.itemsOf(schema);
  const added = listNode();
  const list = keys.length > 1 ? unified(values) : values;
  let validKeys: string[] = [];
  for (const each of list) {
    const [wantedKeys, wanted] = valid(list, each, keys);
    validKeys = wantedKeys;
    const [ownKeys, own] = valid([wanted], wanted, wantedKeys);
    const pair = {
      dest: findElement(sources.dest, ownKeys, own),
      patch: findElement(sources.patch, ownKeys, own),
    };
    const merged = context.merge(pair, itemSchema);
    if (merged === undefined || isNull(merged) || isEmptyMap(merged)) {
      setElement(dest, wantedKeys, wanted, undefined);
      continue;
    }
    for (const [at, key] of wantedKeys.entries()) keepKey(merged, key, wanted[at] ?? '');
    setElement(added, wantedKeys, wanted, merged);
  }
  if (list.length === 0) return dest;
  return context.prepend ? appendElements(added, dest, validKeys) : appendElements(dest, added, validKeys);
}

function keepKey(element: YNode, key: string, value: string): void {
  if (value === '' || fieldOf(element, key) !== undefined) return;
  if (key === '') setScalar(element, scalarNode(value));
  if (key !== '') setField(element, key, scalarNode(value));
}

/** Only keys that some element has count; when none has any, all do. */
function valid(list: string[][], values: string[], keys: string[]): [keys: string[], values: string[]] {
  const used = new Set(list.flatMap(each => keys.filter((_, at) => (each[at] ?? '') !== '')));
  if (used.size === 0) return [keys, values];
  return [
    keys.filter(key => used.has(key)),
    values.filter((value, at) => value !== '' || used.has(keys[at] ?? '')),
  ];
}

/** Elements that agree where both have a value are the same one. */
function unified(list: string[][]): string[][] {
  const result = [...list];
  for (let one = 0; one < result.length; one++) {
    const values = result[one] ?? [];
    for (let other = 0; other < result.length; other++) {
      const common = commonValues(values, result[other] ?? []);
      if (!common) continue;
      result[one] = common;
      result[other] = common;
    }
  }
  return result;
}

function commonValues(one: string[], other: string[]): string[] | undefined {
  if (one.length !== other.length) return undefined;
  let agrees = false;
  const common: string[] = [];
  for (const [at, value] of one.entries()) {
    const second = other[at] ?? '';
    if (value === second) agrees = true;
    if (value !== second && value !== '' && second !== '') return undefined;
    common.push(value === '' ? second : value);
  }
  return agrees ? common : undefined;
}

function appendElements(list: YNode, more: YNode, keys: string[]): YNode {
  for (const element of [...more.content]) {
    if ((keys[0] ?? '') === '') {
      setElement(list, [''], [element.value], element);
      continue;
    }
    const values: string[] = [];
    for (const key of keys) {
      const value = getField(element, key);
      if (value === undefined) list.content.push(element);
      if (value !== undefined) values.push(value.value);
    }
    // With several keys the setter appends even what is there.
    if (keys.length > 1) setElement(list, keys, values, undefined);
    setElement(list, keys, values, element);
  }
  return list;
}
