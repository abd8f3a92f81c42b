// Calling functions and methods.

import { messageOf } from '@slipway/api';
import { type Argument, evaluateArgument, fitted, REFLECT } from './argument.ts';
import { callValue } from './builtin/call.ts';
import { isTrue } from './builtin/truth.ts';
import type { Execution } from './execution.ts';
import type { GoFunction } from './function.ts';
import { describeNode, type Node } from './node.ts';
import { asLimit } from './template-error.ts';
import { typeName } from './type-name.ts';
import { GoNil, type GoValue } from './value.ts';

/** Stands for "nothing came through the pipe". */
export const MISSING = new GoNil('missing value');

/** From this length on (characters, elements, bytes) an argument costs a step, and one more each time. */
const LONG = 512;

/** A call as it is written. */
export interface Call {
  readonly name: string;
  /** Named in the error when the function fails. */
  readonly node: Node;
  readonly args: readonly Argument[];
}

/** Calls a function; `final` is what came through the pipe, or {@link MISSING}. */
export function callFunction(
  state: Execution,
  dot: GoValue,
  call: Call,
  fn: GoFunction,
  final: GoValue,
): GoValue {
  state.step();
  const values = evaluateArguments(state, dot, call, fn, final);
  try {
    const result = fn.call(state, values);
    if (typeof result === 'string') state.budget.made(result.length);
    return result === undefined && fn.out !== REFLECT ? null : result;
  } catch (error) {
    return failed(state, call, error);
  }
}

/** Calls a builtin that no function of the table replaces: some have rules of their own. */
export function callBuiltin(
  state: Execution,
  dot: GoValue,
  call: Call,
  fn: GoFunction,
  final: GoValue,
): GoValue {
  const { name } = call;
  if (name === 'and' || name === 'or') return shortCircuit(state, dot, call, fn, final);
  if (name === 'slice')
    return callFunction(state, dot, { ...call, args: declaredIndexes(call.args) }, fn, final);
  if (name !== 'call') return callFunction(state, dot, call, fn, final);
  const values = evaluateArguments(state, dot, call, fn, final);
  const [first] = call.args;
  try {
    return callValue(state, first ? describeNode(first.node) : reflectText(final), values);
  } catch (error) {
    return failed(state, call, error);
  }
}

/**
 * The indexes of `slice` alone are not taken out of an `interface {}` that they are declared as (a map's value,
 * say): Go refuses them, whatever is in it.
 */
function declaredIndexes(args: readonly Argument[]): readonly Argument[] {
  return args.map((argument, index) => {
    const { evaluate, isInterface } = argument;
    if (index === 0 || !evaluate || !isInterface) return argument;
    return {
      ...argument,
      evaluate: (state: Execution, dot: GoValue) => {
        const value = evaluate(state, dot);
        return value !== undefined && isInterface(state) ? new GoNil('interface {}') : value;
      },
    };
  });
}

function evaluateArguments(
  state: Execution,
  dot: GoValue,
  call: Call,
  fn: GoFunction,
  final: GoValue,
): GoValue[] {
  const { args } = call;
  const count = checkedCount(state, call, fn, final);
  const values: GoValue[] = [];
  for (let index = 0; index < args.length; index++) {
    const argument = args[index];
    if (argument) values.push(evaluateArgument(state, dot, typeOfParameter(fn, index), argument));
  }
  if (final !== MISSING) values.push(fitted(state, final, typeOfParameter(fn, count - 1)));
  for (const value of values) payFor(state, value);
  return values;
}

/** A call costs more steps with large arguments: what is done with them takes longer. */
function payFor(state: Execution, value: GoValue): void {
  const isLong = typeof value === 'string' || Array.isArray(value) || value instanceof Uint8Array;
  if (isLong && value.length >= LONG) state.step(Math.ceil(value.length / LONG));
}

function typeOfParameter(fn: GoFunction, index: number): string {
  return fn.in[index] ?? fn.variadic ?? REFLECT;
}

function checkedCount(state: Execution, { name, args }: Call, fn: GoFunction, final: GoValue): number {
  const fixed = fn.in.length;
  const count = args.length + (final === MISSING ? 0 : 1);
  if (fn.variadic === undefined && count !== fixed)
    state.fail(`wrong number of args for ${name}: want ${fixed} got ${count}`);
  if (count < fixed)
    state.fail(`wrong number of args for ${name}: want at least ${fixed} got ${args.length}`);
  return count;
}

/** `and` and `or` evaluate no more arguments than they need. */
function shortCircuit(state: Execution, dot: GoValue, call: Call, fn: GoFunction, final: GoValue): GoValue {
  const { args, name } = call;
  state.step();
  checkedCount(state, call, fn, final);
  let value: GoValue;
  for (const argument of args) {
    value = evaluateArgument(state, dot, REFLECT, argument);
    if (isTrue(value) === (name === 'or')) return value;
  }
  return final === MISSING ? value : final;
}

/** `reflect.Value.String`. */
function reflectText(value: GoValue): string {
  return typeof value === 'string' ? value : `<${typeName(value)} Value>`;
}

/** A function's error becomes the template's; a limit stays what it is, whoever notices it. */
function failed(state: Execution, { name, node }: Call, error: unknown): never {
  state.node = node;
  const limit = asLimit(error, () => state.place());
  if (limit) throw limit;
  return state.fail(`error calling ${name}: ${messageOf(error)}`, error);
}
