import type { Json } from '@slipway/api';
import type { Schema } from '../schema/index.ts';
import { isMap, itemElement, type JsonMap } from './path-element.ts';
import { fieldSchema, itemOf, shapeOf } from './shape.ts';

/** Lays the applied configuration over the live object (structured-merge-diff's Merge). */
export function merge(live: Json | undefined, applied: Json | undefined, schema: Schema): Json | undefined {
  if (applied === undefined || live === undefined) return live === undefined ? applied : live;
  const shape = shapeOf(schema, applied);
  if (shape === 'leaf' || shapeOf(schema, live) !== shape) return applied;
  if (shape === 'map') return mergeMaps(live, applied, schema);
  return mergeLists(live, applied, schema);
}

function mergeMaps(live: Json, applied: Json, schema: Schema): Json {
  if (!isMap(live) || !isMap(applied)) return applied;
  const result: JsonMap = {};
  for (const name of new Set([...Object.keys(live), ...Object.keys(applied)])) {
    const before = Object.hasOwn(live, name) ? live[name] : undefined;
    const after = Object.hasOwn(applied, name) ? applied[name] : undefined;
    const value = merge(before, after, fieldSchema(schema, name));
    if (value === undefined) continue;
    Object.defineProperty(result, name, { value, writable: true, enumerable: true, configurable: true });
  }
  return result;
}

interface Item {
  element: string;
  value: Json;
}

function itemsOf(list: Json, schema: Schema): Item[] {
  return (Array.isArray(list) ? list : []).flatMap(value => {
    const element = itemElement(schema, value);
    return element === undefined ? [] : [{ element, value }];
  });
}

/** Items in both keep the applied order; items only the live list has stay behind their neighbours. */
function mergeLists(live: Json, applied: Json, schema: Schema): Json {
  const left = itemsOf(live, schema);
  const right = itemsOf(applied, schema);
  const inLeft = new Map(left.map(item => [item.element, item.value]));
  const inRight = new Set(right.map(item => item.element));
  const items = itemOf(schema);
  const shared = right.filter(item => inLeft.has(item.element)).map(item => item.element);
  const out: Json[] = [];
  const merged = new Set<string>();
  let l = 0;
  let r = 0;
  while (l < left.length || r < right.length) {
    const before = left[l];
    const after = right[r];
    if (before && after && before.element !== after.element) {
      const waits = inRight.has(before.element) && shared.length > 0 && shared[0] !== before.element;
      if (waits) {
        l++;
        continue;
      }
    }
    if (before && before.element !== after?.element) {
      if (!inRight.has(before.element)) {
        out.push(before.value);
        l++;
        continue;
      }
      if (merged.has(before.element)) l++;
    }
    if (!after) continue;
    out.push(merge(inLeft.get(after.element), after.value, items) ?? after.value);
    merged.add(after.element);
    if (before?.element === after.element) l++;
    if (shared[0] === after.element) shared.shift();
    r++;
  }
  return out;
}
