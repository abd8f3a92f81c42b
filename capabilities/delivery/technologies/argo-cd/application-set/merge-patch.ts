import { isMap } from './template/merge-template.ts';

/** The JSON merge patch (RFC 7386) that makes one value of another; undefined when they are equal. */
export function mergePatchBetween(before: unknown, after: unknown): unknown {
  if (!isMap(before) || !isMap(after)) return isSame(before, after) ? undefined : after;
  const patch: Record<string, unknown> = {};
  for (const key of Object.keys(before)) if (!present(after[key]) && present(before[key])) patch[key] = null;
  for (const [key, value] of Object.entries(after)) {
    if (!present(value)) continue;
    const part = present(before[key]) ? mergePatchBetween(before[key], value) : value;
    if (part !== undefined) patch[key] = part;
  }
  return Object.keys(patch).length === 0 ? undefined : patch;
}

function present(value: unknown): boolean {
  return value !== undefined && value !== null;
}

/** Equal whatever the order of their keys. */
export function isSame(a: unknown, b: unknown): boolean {
  if (Array.isArray(a) && Array.isArray(b))
    return a.length === b.length && a.every((each, index) => isSame(each, b[index]));
  if (isMap(a) && isMap(b)) return mergePatchBetween(a, b) === undefined;
  return Object.is(a, b) || (!present(a) && !present(b));
}
