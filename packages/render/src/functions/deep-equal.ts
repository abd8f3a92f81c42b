import { typeName } from '../go-template/type-name.ts';
import {
  GoComplex,
  GoNamed,
  GoNil,
  GoStruct,
  type GoValue,
  isGoMap,
  SizedInt,
} from '../go-template/value.ts';

import type { Spend } from './data-call.ts';
import { isNilCollection } from './json-write.ts';

/**
 * Go's `reflect.DeepEqual`: the types are the same, and so is all that is inside.
 * @param spend is told of every value that is looked at
 */
export function deepEqual(left: GoValue, right: GoValue, spend: Spend): boolean {
  spend(1);
  if (left === right) return typeof left !== 'number' || !Number.isNaN(left);
  const [isNil, otherNil] = [left ?? null, right ?? null].map(value => value === null);
  if (isNil || otherNil) return isNil === otherNil;
  if (typeof left !== 'object' || typeof right !== 'object' || left === null || right === null) return false;
  if (typeName(left) !== typeName(right)) return false;
  if (isNilCollection(left) !== isNilCollection(right)) return false;
  return sameInside(left, right, spend);
}

function sameInside(left: GoValue & object, right: GoValue & object, spend: Spend): boolean {
  if (Array.isArray(left)) return Array.isArray(right) && sameLists(left, right, spend);
  if (left instanceof Uint8Array)
    return (
      right instanceof Uint8Array &&
      left.length === right.length &&
      left.every((byte, at) => byte === right[at])
    );
  if (left instanceof SizedInt) return right instanceof SizedInt && left.value === right.value;
  if (left instanceof GoNamed) return right instanceof GoNamed && deepEqual(left.value, right.value, spend);
  if (left instanceof GoStruct)
    return right instanceof GoStruct && sameMaps(left.fields, right.fields, spend);
  if (left instanceof GoNil) return right instanceof GoNil;
  if (left instanceof GoComplex)
    return right instanceof GoComplex && left.real === right.real && left.imaginary === right.imaginary;
  return isGoMap(left) && isGoMap(right) && sameMaps(left, right, spend);
}

function sameLists(left: GoValue[], right: GoValue[], spend: Spend): boolean {
  return left.length === right.length && left.every((value, at) => deepEqual(value, right[at], spend));
}

function sameMaps(left: Record<string, GoValue>, right: Record<string, GoValue>, spend: Spend): boolean {
  const keys = Object.keys(left);
  return (
    keys.length === Object.keys(right).length &&
    keys.every(key => Object.hasOwn(right, key) && deepEqual(left[key], right[key], spend))
  );
}
