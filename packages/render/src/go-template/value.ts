import type { GoFunction } from './function.ts';

/**
 * A Go value as templates see it. What stands for what:
 * `null` a nil interface · `undefined` no value at all (a missing map key) · `boolean` bool · `string` string ·
 * `number` float64 · `bigint` int · {@link SizedInt} every other integer kind · {@link GoComplex} complex128 ·
 * `Uint8Array` []byte · array a slice (`[]interface {}` unless {@link withType} says otherwise) · plain object a
 * map with string keys (`map[string]interface {}` unless tagged; make them with {@link goMap}) ·
 * {@link GoNamed} a named type over one of these · {@link GoStruct} a struct or a pointer to one ·
 * {@link GoNil} a nil pointer · {@link GoFunction} a function.
 *
 * Strings are Go's bytes read as UTF-8; a byte that is no UTF-8 is kept as the lone surrogate U+DC00 + byte
 * (see go-string.ts), so that nothing is lost when binary data passes through.
 */
export type GoValue =
  | null
  | undefined
  | boolean
  | string
  | number
  | bigint
  | SizedInt
  | GoComplex
  | GoNamed
  | GoStruct
  | GoNil
  | GoFunction
  | Uint8Array
  | GoValue[]
  | GoMap;

export interface GoMap {
  [key: string]: GoValue;
}

/** Integer kinds other than `int`, which is a bigint. */
export type IntKind =
  | 'int8'
  | 'int16'
  | 'int32'
  | 'int64'
  | 'uint'
  | 'uint8'
  | 'uint16'
  | 'uint32'
  | 'uint64'
  | 'uintptr';

/** An integer of a kind other than `int`; `value` is within the kind's bounds. */
export class SizedInt {
  readonly kind: IntKind;
  readonly value: bigint;

  constructor(kind: IntKind, value: bigint) {
    this.kind = kind;
    this.value = value;
  }
}

/** An `int64`, what most of sprig's arithmetic gives; wraps around as Go does. */
export function int64(value: bigint): SizedInt {
  return new SizedInt('int64', BigInt.asIntN(64, value));
}

export class GoComplex {
  readonly real: number;
  readonly imaginary: number;

  constructor(real: number, imaginary: number) {
    this.real = real;
    this.imaginary = imaginary;
  }
}

/** Methods of a named type or struct: each takes the receiver and gives the bound function. */
export type GoMethods = Record<string, (receiver: GoValue) => GoFunction>;

/** The type of a tagged slice or map. */
export interface CollectionType {
  /** As `%T` prints it: `[]string`, `map[string]string`, `common.Values`. */
  readonly name: string;
  /** The type of an element: `string`, `interface {}`. */
  readonly element: string;
  /** The type written out, when `name` is a named one: `map[string]interface {}` of `common.Values`. */
  readonly underlying?: string;
  readonly methods?: GoMethods;
  /** A nil slice or map: empty, equal to nil, and nothing can be set in it. */
  readonly isNil?: boolean;
}

const TYPE = Symbol('Go type');

interface Tagged {
  [TYPE]?: CollectionType;
}

/**
 * Gives a slice or map a type of its own and returns it.
 * @example
 * withType(['a', 'b'], STRINGS); // []string
 */
export function withType<T extends GoValue[] | GoMap>(value: T, type: CollectionType): T {
  Object.defineProperty(value, TYPE, { value: type, enumerable: false, configurable: true });
  return value;
}

export const STRINGS: CollectionType = { name: '[]string', element: 'string' };
export const INTS: CollectionType = { name: '[]int', element: 'int' };
export const LIST: CollectionType = { name: '[]interface {}', element: 'interface {}' };
export const MAP: CollectionType = { name: 'map[string]interface {}', element: 'interface {}' };
export const STRING_MAP: CollectionType = { name: 'map[string]string', element: 'string' };

/** The type of a slice or map: the tagged one, else `[]interface {}` or `map[string]interface {}`. */
export function collectionType(value: GoValue[] | GoMap): CollectionType {
  const tagged = (value as Tagged)[TYPE];
  if (tagged) return tagged;
  return Array.isArray(value) ? LIST : MAP;
}

/** A map of these entries: without a prototype, so that no key is taken for what JavaScript objects have. */
export function goMap(entries: Readonly<Record<string, GoValue>> = {}): GoMap {
  return Object.assign(Object.create(null) as GoMap, entries);
}

/**
 * A value of a named type that is no struct, such as `json.Number` over a string or `time.Duration` over an
 * int64. A `String` or `Error` method is what fmt prints.
 */
export class GoNamed {
  /** As `%T` prints it. */
  readonly type: string;
  /** What the type is made of; decides truth, comparison and printing without methods. */
  readonly value: GoValue;
  readonly methods: GoMethods;

  constructor(type: string, value: GoValue, methods: GoMethods = {}) {
    this.type = type;
    this.value = value;
    this.methods = methods;
  }
}

export interface StructType {
  /** As `%T` prints it, without the pointer's star: `release.Info`. */
  readonly name: string;
  /** Name and Go type of each field, in the order of declaration. A lower-case one is not reachable. */
  readonly fields: Readonly<Record<string, string>>;
  /** Go's json tags of fields that have one: `git_commit,omitempty`. */
  readonly json?: Readonly<Record<string, string>>;
  readonly methods?: GoMethods;
  /**
   * Methods of the pointer only: templates reach them on fields (which have an address) and print by them;
   * a struct passed to a function has lost them.
   */
  readonly pointerMethods?: GoMethods;
}

/** A struct, or (with `pointer`) a pointer to one. May be extended to carry what its methods need. */
export class GoStruct {
  readonly type: StructType;
  readonly fields: GoMap;
  readonly pointer: boolean;
  /** True of a struct that is a field of one that is pointed to: the methods of its pointer can be called. */
  addressable = false;

  constructor(type: StructType, fields: Readonly<Record<string, GoValue>>, pointer = false) {
    this.type = type;
    this.fields = goMap(fields);
    this.pointer = pointer;
    if (pointer) addressFields(this);
  }
}

/** What stands in the struct itself has its address; not what an interface or a pointer leads to. */
function addressFields({ type, fields }: GoStruct): void {
  for (const [name, field] of Object.entries(fields)) {
    if (!(field instanceof GoStruct) || field.pointer || type.fields[name] !== field.type.name) continue;
    field.addressable = true;
    addressFields(field);
  }
}

/** A nil pointer: `new GoNil('*chart.Metadata')`. Nil slices and maps are {@link nilCollection}s. */
export class GoNil {
  readonly type: string;
  /** What it would point to: a name that is no field of it is a different error. */
  readonly struct: StructType | undefined;

  constructor(type: string, struct?: StructType) {
    this.type = type;
    this.struct = struct;
  }
}

/** A nil slice or map: what an absent argument of that type is, and what unset fields hold. */
export function nilCollection(type: CollectionType): GoValue[] | GoMap {
  const empty = (type.underlying ?? type.name).startsWith('[]') ? [] : goMap();
  return withType(empty, { ...type, isNil: true });
}

/** True of a map: a plain object. */
export function isGoMap(value: GoValue): value is GoMap {
  if (typeof value !== 'object' || value === null) return false;
  const prototype = Object.getPrototypeOf(value);
  return prototype === null || prototype === Object.prototype;
}

/** Methods of a value's type, if it has any. */
export function methodsOf(value: GoValue): GoMethods | undefined {
  if (typeof value !== 'object' || value === null) return undefined;
  if (value instanceof GoStruct)
    return value.pointer ? { ...value.type.methods, ...value.type.pointerMethods } : value.type.methods;
  if (value instanceof GoNamed) return value.methods;
  return (value as Tagged)[TYPE]?.methods;
}

/** A method as a template finds it: on a struct that has an address, those of its pointer, too. */
export function methodOf(value: GoValue, name: string): GoFunction | undefined {
  const own = methodsOf(value);
  const pointers = value instanceof GoStruct && value.addressable ? value.type.pointerMethods : undefined;
  const methods = own && Object.hasOwn(own, name) ? own : pointers;
  return methods && Object.hasOwn(methods, name) ? methods[name]?.(value) : undefined;
}
