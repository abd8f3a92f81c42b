import { GoComplex, GoNamed, GoNil, type GoValue, isGoMap, SizedInt } from '../value.ts';

/** Go templates' truth: false is the zero of a value's type, and whatever is nil or empty. */
export function isTrue(value: GoValue): boolean {
  switch (typeof value) {
    case 'string':
      return value !== '';
    case 'boolean':
      return value;
    case 'bigint':
      return value !== 0n;
    case 'number':
      return value !== 0;
    case 'undefined':
      return false;
  }
  return value !== null && isTrueObject(value);
}

function isTrueObject(value: GoValue & object): boolean {
  if (Array.isArray(value) || value instanceof Uint8Array) return value.length > 0;
  if (isGoMap(value)) return Object.keys(value).length > 0;
  if (value instanceof SizedInt) return value.value !== 0n;
  if (value instanceof GoNamed) return isTrue(value.value);
  if (value instanceof GoComplex) return value.real !== 0 || value.imaginary !== 0;
  return !(value instanceof GoNil);
}
