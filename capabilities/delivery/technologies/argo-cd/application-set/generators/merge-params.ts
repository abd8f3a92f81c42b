import type { Params } from '../spec.ts';
import { isMap } from '../template/merge-template.ts';
import { isStringMap, stringMap } from '../template/string-map.ts';

/** Parameters with others laid over them, deep; lists, and what is empty in those, too. */
export function mergeParams(base: Params, over: Params): Params {
  const merged: Params = { ...base };
  for (const [key, value] of Object.entries(over)) {
    const present = merged[key];
    merged[key] = isMap(present) && isMap(value) ? mergeMaps(present, value) : value;
  }
  return merged;
}

function mergeMaps(base: Params, over: Params): Params {
  const merged = mergeParams(base, over);
  return isStringMap(base) && isStringMap(over) ? stringMap(merged as Record<string, string>) : merged;
}
