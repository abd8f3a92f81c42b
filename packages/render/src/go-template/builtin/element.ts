// index, slice and len.
import { REFLECT, zeroOf } from '../argument.ts';
import { GoError, goFunction } from '../function.ts';
import { byteLength, sliceBytes, toBytes } from '../go-string.ts';
import { typeName } from '../type-name.ts';
import {
  collectionType,
  GoNamed,
  GoNil,
  GoStruct,
  type GoValue,
  isGoMap,
  SizedInt,
  withType,
} from '../value.ts';

/** Through named types and pointers to what is there; true when a nil pointer is in the way. */
function indirect(value: GoValue): { value: GoValue; isNil: boolean } {
  if (value === null || value instanceof GoNil) return { value, isNil: true };
  return { value: value instanceof GoNamed ? value.value : value, isNil: false };
}

/** The type of a value, of a pointer what it points to. */
function pointedType(value: GoValue): string {
  return value instanceof GoStruct ? value.type.name : typeName(value);
}

function isInvalid(value: GoValue): boolean {
  return value === null || value === undefined;
}

/** A number to index or slice with, from 0 to `most`. */
function position(index: GoValue, most: number): number {
  if (isInvalid(index)) throw new GoError('cannot index slice/array with nil');
  const { value } = indirect(index);
  const number = value instanceof SizedInt ? value.value : value;
  if (typeof number !== 'bigint') throw new GoError(`cannot index slice/array with type ${typeName(index)}`);
  const signed = BigInt.asIntN(64, number);
  if (signed < 0n || signed > BigInt(most)) throw new GoError(`index out of range: ${signed}`);
  return Number(signed);
}

function index(item: GoValue, ...indexes: GoValue[]): GoValue {
  if (isInvalid(item)) throw new GoError('index of untyped nil');
  return indexes.reduce<GoValue>(elementOf, item);
}

function elementOf(item: GoValue, key: GoValue): GoValue {
  const { value, isNil } = indirect(item);
  if (isNil) throw new GoError('index of nil pointer');
  if (typeof value === 'string') return byteAt(toBytes(value), key, 'string');
  if (value instanceof Uint8Array) return byteAt(value, key, 'slice');
  if (Array.isArray(value)) {
    const at = position(key, value.length);
    if (at === value.length) throw new GoError('reflect: slice index out of range');
    return value[at] ?? zeroOf(collectionType(value).element);
  }
  if (!isGoMap(value)) throw new GoError(`can't index item of type ${pointedType(item)}`);
  if (isInvalid(key)) throw new GoError('value is nil; should be of type string');
  if (typeof key !== 'string') throw new GoError(`value has type ${typeName(key)}; should be string`);
  return Object.hasOwn(value, key) ? value[key] : zeroOf(collectionType(value).element);
}

function byteAt(bytes: Uint8Array, key: GoValue, kind: string): GoValue {
  const byte = bytes[position(key, bytes.length)];
  if (byte === undefined) throw new GoError(`reflect: ${kind} index out of range`);
  return new SizedInt('uint8', BigInt(byte));
}

function slice(item: GoValue, ...indexes: GoValue[]): GoValue {
  if (isInvalid(item)) throw new GoError('slice of untyped nil');
  const { value, isNil } = indirect(item);
  if (isNil) throw new GoError('slice of nil pointer');
  if (indexes.length > 3) throw new GoError(`too many slice indexes: ${indexes.length}`);
  if (typeof value === 'string') {
    if (indexes.length === 3) throw new GoError('cannot 3-index slice a string');
    const [from, to] = bounds(indexes, byteLength(value));
    const part = sliceBytes(value, from, to);
    return item instanceof GoNamed ? new GoNamed(item.type, part, item.methods) : part;
  }
  if (!Array.isArray(value) && !(value instanceof Uint8Array))
    throw new GoError(`can't slice item of type ${pointedType(item)}`);
  const [from, to] = bounds(indexes, value.length);
  if (value instanceof Uint8Array) return value.subarray(from, to);
  return withType(value.slice(from, to), collectionType(value));
}

function bounds(indexes: readonly GoValue[], length: number): [number, number] {
  const given = indexes.map(each => position(each, length));
  const [from = 0, to = length, most = length] = given;
  if (from > to) throw new GoError(`invalid slice index: ${from} > ${to}`);
  if (to > most) throw new GoError(`invalid slice index: ${to} > ${most}`);
  return [from, to];
}

function length(item: GoValue): bigint {
  const { value, isNil } = indirect(item);
  if (isNil) throw new GoError('len of nil pointer');
  if (value === undefined) throw new GoError('reflect: call of reflect.Value.Type on zero Value');
  if (typeof value === 'string') return BigInt(byteLength(value));
  if (Array.isArray(value) || value instanceof Uint8Array) return BigInt(value.length);
  if (isGoMap(value)) return BigInt(Object.keys(value).length);
  throw new GoError(`len of type ${pointedType(item)}`);
}

export const elements = {
  index: goFunction({ in: [REFLECT], variadic: REFLECT, out: REFLECT }, index),
  slice: goFunction({ in: [REFLECT], variadic: REFLECT, out: REFLECT }, slice),
  len: goFunction({ in: [REFLECT], out: 'int' }, length),
};
