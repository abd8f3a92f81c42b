import { contextFunction, type FunctionTable, GoError, goFunction } from '../go-template/function.ts';
import { compareStrings } from '../go-template/go-string.ts';
import { typeName } from '../go-template/type-name.ts';
import { type GoMap, type GoValue, goMap, isGoMap, MAP } from '../go-template/value.ts';
import { deepCopy } from './deep-copy.ts';
import { noValue } from './go-kind.ts';
import { isNilCollection } from './json-write.ts';
import { mergeInto } from './merge.ts';
import { strings, textOf } from './text-of.ts';

/** The keys of a map in Go's printing order; Go itself gives them in any. */
function sortedKeys(map: GoMap): string[] {
  return isMap(map) ? Object.keys(map).sort(compareStrings) : [];
}

/** A nil map reads as an empty one. */
function isMap(map: GoValue): map is GoMap {
  return isGoMap(map) && !isNilCollection(map);
}

function has(map: GoMap, key: string): boolean {
  return isMap(map) && Object.hasOwn(map, key);
}

function picked(map: GoMap, keep: (key: string) => boolean): GoMap {
  const result = goMap();
  for (const key of isMap(map) ? Object.keys(map) : []) if (keep(key)) result[key] = map[key];
  return result;
}

const dict = goFunction({ in: [], variadic: 'any', out: 'map' }, (...values) => {
  const map = goMap();
  for (let at = 0; at < values.length; at += 2)
    map[textOf(values[at])] = at + 1 < values.length ? values[at + 1] : '';
  return map;
});

const set = goFunction({ in: ['map', 'string', 'any'], out: 'map' }, (map, key, value) => {
  if (!isMap(map)) throw new GoError('assignment to entry in nil map');
  map[key] = value ?? null;
  return map;
});

const unset = goFunction({ in: ['map', 'string'], out: 'map' }, (map, key) => {
  if (isMap(map)) delete map[key];
  return map;
});

const dig = goFunction({ in: [], variadic: 'any', out: 'any' }, (...path) => {
  if (path.length < 3) throw new GoError('dig needs at least three arguments');
  const fallback = path.at(-2);
  let map = asMap(path.at(-1));
  const keys = path.slice(0, -2).map(key => {
    if (typeof key === 'string') return key;
    throw new GoError(`interface conversion: interface {} is ${nameOf(key)}, not string`);
  });
  for (const [at, key] of keys.entries()) {
    if (!has(map, key)) return fallback;
    if (at === keys.length - 1) return map[key] ?? null;
    map = asMap(map[key]);
  }
  return fallback;
});

function nameOf(value: GoValue): string {
  return value === null || value === undefined ? 'nil' : typeName(value);
}

/** Go's type assertion: a named map type, such as that of `.Values`, is another type. */
function asMap(value: GoValue): GoMap {
  if (isMap(value) && typeName(value) === MAP.name) return value;
  throw new GoError(`interface conversion: interface {} is ${nameOf(value)}, not ${MAP.name}`);
}

const mergeSignature = { in: ['map'], variadic: 'map', out: 'any' } as const;

function merging(overwrite: boolean) {
  return contextFunction(mergeSignature, (call, given, ...sources) => {
    // Where there is no map, one is made.
    const target = isMap(given) ? given : goMap();
    for (const source of sources)
      if (isMap(source)) mergeInto(target, source, overwrite, steps => call.budget.spend(steps));
    return target;
  });
}

const [merge, mergeOverwrite] = [merging(false), merging(true)];
const copy = contextFunction({ in: ['any'], out: 'any' }, (call, value) => {
  if (value === null || value === undefined) throw noValue();
  return deepCopy(value, steps => call.budget.spend(steps));
});

/** Maps: sprig's dict.go. */
export const dictFunctions: FunctionTable = {
  dict,
  get: goFunction({ in: ['map', 'string'], out: 'any' }, (map, key) =>
    has(map, key) ? (map[key] ?? null) : '',
  ),
  set,
  unset,
  hasKey: goFunction({ in: ['map', 'string'], out: 'bool' }, has),
  pluck: goFunction({ in: ['string'], variadic: 'map', out: '[]interface {}' }, (key, ...maps) =>
    maps.filter(map => has(map, key)).map(map => map[key] ?? null),
  ),
  keys: goFunction({ in: [], variadic: 'map', out: '[]string' }, (...maps) =>
    strings(maps.flatMap(sortedKeys)),
  ),
  pick: goFunction({ in: ['map'], variadic: 'string', out: 'map' }, (map, ...keys) =>
    picked(map, key => keys.includes(key)),
  ),
  omit: goFunction({ in: ['map'], variadic: 'string', out: 'map' }, (map, ...keys) =>
    picked(map, key => !keys.includes(key)),
  ),
  values: goFunction({ in: ['map'], out: '[]interface {}' }, map =>
    sortedKeys(map).map(key => map[key] ?? null),
  ),
  merge,
  mustMerge: merge,
  mergeOverwrite,
  mustMergeOverwrite: mergeOverwrite,
  deepCopy: copy,
  mustDeepCopy: copy,
  dig,
};
