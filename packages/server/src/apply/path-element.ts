import type { Json } from '@slipway/api';
import { itemOf, resolve, type Schema } from '../schema/index.ts';
import type { Path } from './field-set.ts';

export interface JsonMap {
  [key: string]: Json;
}

export function isMap(value: Json | undefined): value is JsonMap {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

export function fieldElement(name: string): string {
  return `f:${name}`;
}

/**
 * Path element of a list item: its keys (with their defaults) in a keyed list, the value itself in a set.
 * Undefined when the item has no key at all.
 */
export function itemElement(list: Schema, item: Json): string | undefined {
  const keys = list['x-kubernetes-list-map-keys'];
  if (list['x-kubernetes-list-type'] !== 'map') return `v:${JSON.stringify(item)}`;
  if (!isMap(item)) return undefined;
  const properties = itemOf(list).properties ?? {};
  const entries = (keys ?? []).toSorted().flatMap((key): [string, Json][] => {
    const declared = properties[key];
    const value = item[key] ?? keyDefault(declared);
    return value === undefined || value === null ? [] : [[key, value]];
  });
  return entries.length === 0 ? undefined : `k:${JSON.stringify(Object.fromEntries(entries))}`;
}

/** Strings' zero values that the published schemas call defaults are no defaults of keys. */
function keyDefault(declared: Schema | undefined): Json | undefined {
  const found = (declared?.default ?? (declared && resolve(declared).default)) as Json | undefined;
  return isMap(found) ? undefined : found;
}

/** `.spec.containers[name="web"].image`, as conflicts name fields. */
export function pathText(path: Path): string {
  return path.map(elementText).join('');
}

function elementText(element: string): string {
  const rest = element.slice(2);
  if (element.startsWith('f:')) return `.${rest}`;
  if (element.startsWith('v:')) return `[=${rest}]`;
  if (element.startsWith('i:')) return `[${rest}]`;
  const keys = Object.entries(JSON.parse(rest) as JsonMap);
  return `[${keys.map(([name, value]) => `${name}=${JSON.stringify(value)}`).join(',')}]`;
}
