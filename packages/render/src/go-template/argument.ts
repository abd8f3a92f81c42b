// Arguments of functions: evaluated, and fitted to the parameter's type with Go's rules and errors.
import type { Execution } from './execution.ts';
import { describeNode, type Literal, type NumberNode, type Operand } from './node.ts';
import { typeName } from './type-name.ts';
import {
  collectionType,
  GoNil,
  GoStruct,
  type GoValue,
  type IntKind,
  isGoMap,
  nilCollection,
  SizedInt,
} from './value.ts';

export type Evaluate = (state: Execution, dot: GoValue) => GoValue;

/** An operand ready to be evaluated; a constant has no `evaluate`, as what it becomes depends on the type. */
export interface Argument {
  readonly node: Operand;
  readonly evaluate: Evaluate | undefined;
  /** Whether the value just evaluated is declared as `interface {}`; absent where it never is. */
  readonly isInterface?: (state: Execution) => boolean;
}

export const ANY = 'interface {}';
/** The type of what takes any value as it is, a missing one included. Only builtins do. */
export const REFLECT = 'reflect.Value';
const INTEGER = /^(u?)int(8|16|32|64|ptr)?$/;

/** Evaluates an argument for a parameter of that type. */
export function evaluateArgument(state: Execution, dot: GoValue, type: string, argument: Argument): GoValue {
  const { node, evaluate } = argument;
  state.node = node;
  if (evaluate) return fitted(state, evaluate(state, dot), type);
  if (node.kind !== 'nil') return constantOf(state, node as Literal, type);
  if (!canBeNil(type)) return state.fail(`cannot assign nil to ${type}`);
  return nilOf(type);
}

/** A value as the type wants it; fails as Go's `validateType` does. */
export function fitted(state: Execution, value: GoValue, type: string): GoValue {
  if (type === REFLECT) return value;
  if (value === undefined)
    return canBeNil(type) ? nilOf(type) : state.fail(`invalid value; expected ${type}`);
  if (type === ANY || isAssignable(value, type)) return value;
  if (typeName(value) === `*${type}`)
    return value instanceof GoNil ? state.fail(`dereference of nil pointer of type ${type}`) : value;
  if (value instanceof GoStruct && value.addressable && type === `*${value.type.name}`) return value;
  return state.fail(`wrong type for value; expected ${type}; got ${typeName(value)}`);
}

export function isAssignable(value: GoValue, type: string): boolean {
  if (type === ANY) return true;
  const name = typeName(value);
  if (name === type) return true;
  return (Array.isArray(value) || isGoMap(value)) && collectionType(value).underlying === type;
}

export function canBeNil(type: string): boolean {
  return /^(\*|\[\]|map\[|func\(|chan |interface |reflect\.Value$)/.test(type);
}

/** The nil of a type. */
export function nilOf(type: string): GoValue {
  if (type === REFLECT) return undefined;
  if (type.startsWith('*')) return new GoNil(type);
  const element = /^(?:\[\]|map\[string\])(.*)$/.exec(type)?.[1];
  return element === undefined ? null : nilCollection({ name: type, element });
}

/** The zero value of an element's type. */
export function zeroOf(type: string): GoValue {
  if (canBeNil(type)) return nilOf(type);
  if (type === 'string') return '';
  if (type === 'bool') return false;
  if (type === 'float64') return 0;
  if (type === 'int') return 0n;
  return INTEGER.test(type) ? new SizedInt(type as IntKind, 0n) : null;
}

function constantOf(state: Execution, node: Literal, type: string): GoValue {
  if (type === ANY || type === REFLECT) return untypedConstant(state, node);
  const integer = INTEGER.exec(type);
  if (type === 'bool') return node.kind === 'bool' ? node.value : expected(state, 'bool', node);
  if (type === 'string') return node.kind === 'string' ? node.text : expected(state, 'string', node);
  if (type === 'float64') return numberOf(node)?.float ?? expected(state, 'float', node);
  if (type === 'complex128') return numberOf(node)?.complex ?? expected(state, 'complex', node);
  if (!integer) return state.fail(`can't handle ${describeNode(node)} for arg of type ${type}`);
  const constant = numberOf(node);
  const value = integer[1] ? constant?.uint : constant?.int;
  if (value === undefined) return expected(state, integer[1] ? 'unsigned integer' : 'integer', node);
  return type === 'int' ? value : sized(type as IntKind, value);
}

function expected(state: Execution, what: string, node: Literal): never {
  return state.fail(`expected ${what}; found ${describeNode(node)}`);
}

function numberOf(node: Literal): NumberNode['constant'] | undefined {
  return node.kind === 'number' ? node.constant : undefined;
}

/** An integer that wraps around at its kind's bounds. */
export function sized(kind: IntKind, value: bigint): SizedInt {
  const bits = Number(/\d+$/.exec(kind)?.[0] ?? 64);
  return new SizedInt(kind, kind.startsWith('u') ? BigInt.asUintN(bits, value) : BigInt.asIntN(bits, value));
}

/** A constant where no type says what it has to be: its spelling does. */
export function untypedConstant(state: Execution, node: Literal): GoValue {
  state.node = node;
  if (node.kind === 'bool') return node.value;
  if (node.kind === 'string') return node.text;
  const { constant, text } = node;
  if (constant.complex) return constant.complex;
  const isHexadecimal = /^0[xX]/.test(text) && text.length > 2 && !/[pP]/.test(text);
  if (constant.float !== undefined && !isHexadecimal && !text.startsWith("'") && /[.eEpP]/.test(text))
    return constant.float;
  return constant.int ?? state.fail(`${text} overflows int`);
}
