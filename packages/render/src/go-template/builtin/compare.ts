// eq, ne, lt, le, gt and ge, with Go's rules of what may be compared with what.

import { REFLECT } from '../argument.ts';
import { formatGo } from '../format.ts';
import { GoError, GoFunction, goFunction } from '../function.ts';
import { compareStrings } from '../go-string.ts';
import { typeName } from '../type-name.ts';
import {
  collectionType,
  GoComplex,
  GoNamed,
  GoNil,
  GoStruct,
  type GoValue,
  isGoMap,
  SizedInt,
} from '../value.ts';

/** A value of a basic kind, laid bare. */
type Basic =
  | { kind: 'bool'; value: boolean }
  | { kind: 'string'; value: string }
  | { kind: 'float'; value: number }
  | { kind: 'int' | 'uint'; value: bigint }
  | { kind: 'complex'; value: GoComplex };

const BAD_TYPE = 'invalid type for comparison';

function basicOf(value: GoValue): Basic | undefined {
  switch (typeof value) {
    case 'boolean':
      return { kind: 'bool', value };
    case 'string':
      return { kind: 'string', value };
    case 'number':
      return { kind: 'float', value };
    case 'bigint':
      return { kind: 'int', value };
  }
  if (value instanceof SizedInt)
    return { kind: value.kind.startsWith('u') ? 'uint' : 'int', value: value.value };
  if (value instanceof GoNamed) return basicOf(value.value);
  return value instanceof GoComplex ? { kind: 'complex', value } : undefined;
}

function isValid(value: GoValue): boolean {
  return value !== null && value !== undefined;
}

function isInteger(basic: Basic | undefined): basic is Basic & { value: bigint } {
  return basic?.kind === 'int' || basic?.kind === 'uint';
}

function equals(first: GoValue, others: readonly GoValue[]): boolean {
  if (others.length === 0) throw new GoError('missing argument for comparison');
  return others.some(other => equal(first, other));
}

function equal(left: GoValue, right: GoValue): boolean {
  const a = basicOf(left);
  const b = basicOf(right);
  if (isInteger(a) && isInteger(b)) return a.value === b.value;
  if (a?.kind !== b?.kind) {
    if (isValid(left) && isValid(right)) throw incompatible(left, right);
    return false;
  }
  if (!a || !b) return equalOthers(left, right);
  if (a.value instanceof GoComplex && b.value instanceof GoComplex)
    return a.value.real === b.value.real && a.value.imaginary === b.value.imaginary;
  return a.value === b.value;
}

function incompatible(left: GoValue, right: GoValue): GoError {
  return new GoError(`incompatible types for comparison: ${typeName(left)} and ${typeName(right)}`);
}

/** Values of no basic kind: nil with nil, pointers and structs; never slices, maps and functions. */
function equalOthers(left: GoValue, right: GoValue): boolean {
  const leftKind = kindOf(left);
  const rightKind = kindOf(right);
  if (leftKind !== rightKind && isValid(left) && isValid(right))
    throw new GoError(
      `non-comparable types ${formatGo('%s', left)}: ${typeName(left)}, ${typeName(right)}: ${formatGo('%v', right)}`,
    );
  if (isNil(left) || isNil(right)) return isNil(left) === isNil(right);
  if (!isComparable(right))
    throw new GoError(`non-comparable type ${formatGo('%s', right)}: ${typeName(right)}`);
  if (left instanceof GoStruct && right instanceof GoStruct && !left.pointer && left.type === right.type)
    return Object.keys(left.type.fields).every(name => equal(left.fields[name], right.fields[name]));
  return left === right;
}

/** `reflect.Kind` of a value that has no basic kind. */
function kindOf(value: GoValue): string {
  if (!isValid(value)) return 'invalid';
  if (value instanceof GoNil) return 'ptr';
  if (value instanceof GoStruct) return value.pointer ? 'ptr' : 'struct';
  if (value instanceof GoNamed) return kindOf(value.value);
  if (value instanceof GoFunction) return 'func';
  return isGoMap(value) ? 'map' : 'slice';
}

function isNil(value: GoValue): boolean {
  if (!isValid(value) || value instanceof GoNil) return true;
  return (Array.isArray(value) || isGoMap(value)) && collectionType(value).isNil === true;
}

function isComparable(value: GoValue): boolean {
  if (!(value instanceof GoStruct)) return value instanceof GoNil || basicOf(value) !== undefined;
  return value.pointer || Object.values(value.type.fields).every(type => !/^(\[\]|map\[|func\()/.test(type));
}

function isLess(left: GoValue, right: GoValue): boolean {
  const a = basicOf(left);
  const b = basicOf(right);
  if (!a || !b) throw new GoError(BAD_TYPE);
  if (isInteger(a) && isInteger(b)) return a.value < b.value;
  if (a.kind !== b.kind) throw incompatible(left, right);
  if (a.kind === 'bool' || a.kind === 'complex') throw new GoError(BAD_TYPE);
  if (a.kind === 'string' && b.kind === 'string') return compareStrings(a.value, b.value) < 0;
  return a.value < b.value;
}

function isLessOrEqual(left: GoValue, right: GoValue): boolean {
  return isLess(left, right) || equal(left, right);
}

const two = { in: [REFLECT, REFLECT], out: 'bool' } as const;

export const comparisons = {
  eq: goFunction({ in: [REFLECT], variadic: REFLECT, out: 'bool' }, (first, ...others) =>
    equals(first, others),
  ),
  ne: goFunction(two, (left, right) => !equal(left, right)),
  lt: goFunction(two, isLess),
  le: goFunction(two, isLessOrEqual),
  gt: goFunction(two, (left, right) => !isLessOrEqual(left, right)),
  ge: goFunction(two, (left, right) => !isLess(left, right)),
};
