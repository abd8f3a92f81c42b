import { SizedInt } from '../../go-template/value.ts';
import type { ChartValue, ValueMap } from '../chart.ts';

/** A Go `map[string]interface {}`. */
export function isTable(value: unknown): value is ValueMap {
  return typeof value === 'object' && value !== null && !Array.isArray(value) && !(value instanceof SizedInt);
}

/** A map without a prototype: keys such as `constructor` and `__proto__` are keys like others. */
export function table(entries: Iterable<[string, ChartValue]> = []): ValueMap {
  const made: ValueMap = Object.create(null);
  for (const [key, value] of entries) made[key] = value;
  return made;
}

export function copyValue(value: ChartValue): ChartValue {
  if (Array.isArray(value)) return value.map(copyValue);
  return isTable(value) ? copyTable(value) : value;
}

export function copyTable(value: ValueMap): ValueMap {
  const copy = table();
  for (const key in value) copy[key] = copyValue(value[key] as ChartValue);
  return copy;
}

/** The second map wins; maps in both are merged, everything else is replaced. Helm's `MergeMaps`. */
export function mergeTables(first: ValueMap, second: ValueMap): ValueMap {
  const merged = table();
  for (const key in first) merged[key] = first[key] as ChartValue;
  for (const key in second) {
    const value = second[key] as ChartValue;
    const before = merged[key];
    merged[key] = isTable(value) && isTable(before) ? mergeTables(before, value) : value;
  }
  return merged;
}

/** Keys in Go's map order when it prints: sorted. Where Go's own order is random, this one is taken. */
export function sortedKeys(value: object): string[] {
  return Object.keys(value).sort();
}

/** The map at the end of a path of maps; undefined when one of them is missing or no map. */
export function tableAt(value: ValueMap, path: string): ValueMap | undefined {
  let at = value;
  for (const name of path.split('.')) {
    const next = at[name];
    if (!isTable(next)) return undefined;
    at = next;
  }
  return at;
}

/** As plain JSON: Go's integers become numbers. */
export function plainTable(value: ValueMap): ValueMap {
  return plain(value) as ValueMap;
}

function plain(value: ChartValue): ChartValue {
  if (value instanceof SizedInt) return Number(value.value);
  if (Array.isArray(value)) return value.map(plain);
  if (!isTable(value)) return value;
  return table(Object.entries(value).map(([key, each]) => [key, plain(each)]));
}
