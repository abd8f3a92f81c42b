/**
 * Whether two values are the same JSON: lists in the same order, fields in any. As `isDeepStrictEqual` says it of
 * JSON (a field that is undefined is not an absent one), without its search for cycles and prototypes, which takes
 * many times as long.
 */
export function sameJson(left: unknown, right: unknown): boolean {
  if (Object.is(left, right)) return true;
  if (typeof left !== 'object' || typeof right !== 'object' || left === null || right === null) return false;
  if (Array.isArray(left) !== Array.isArray(right)) return false;
  if (Array.isArray(left) && Array.isArray(right)) return sameLists(left, right);
  return sameFields(left as Record<string, unknown>, right as Record<string, unknown>);
}

function sameLists(left: unknown[], right: unknown[]): boolean {
  if (left.length !== right.length) return false;
  for (let index = 0; index < left.length; index++) if (!sameJson(left[index], right[index])) return false;
  return true;
}

function sameFields(left: Record<string, unknown>, right: Record<string, unknown>): boolean {
  const names = Object.keys(left);
  if (names.length !== Object.keys(right).length) return false;
  for (const name of names) {
    if (!Object.hasOwn(right, name) || !sameJson(left[name], right[name])) return false;
  }
  return true;
}
