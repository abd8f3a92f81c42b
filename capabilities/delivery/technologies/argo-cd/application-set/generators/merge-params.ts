import type { Params } from '../spec.ts';
import { isEmpty, isMap } from '../template/merge-template.ts';

/** Parameters with others laid over them, deep; what is empty in those leaves what is there. */
export function mergeParams(base: Params, over: Params): Params {
  const merged: Params = { ...base };
  for (const [key, value] of Object.entries(over)) {
    const present = merged[key];
    if (isMap(present) && isMap(value)) merged[key] = mergeParams(present, value);
    if (isMap(present) && isMap(value)) continue;
    if (!isEmpty(value) || !Object.hasOwn(merged, key)) merged[key] = value;
  }
  return merged;
}
