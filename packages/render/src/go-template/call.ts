// Calling functions and methods.

import { messageOf } from '@slipway/api';
import { type Argument, evaluateArgument, fitted, REFLECT } from './argument.ts';
import { callBuiltin } from './builtin/call.ts';
import { isTrue } from './builtin/truth.ts';
import type { Execution } from './execution.ts';
import type { GoFunction } from './function.ts';
import { describeNode, type Node } from './node.ts';
import { engineLimit, TemplateError } from './template-error.ts';
import { typeName } from './type-name.ts';
import { GoNil, type GoValue } from './value.ts';

/** Stands for "nothing came through the pipe". */
export const MISSING = new GoNil('missing value');

export interface Call {
  readonly fn: GoFunction;
  readonly name: string;
  /** A builtin that no function of the table replaces. */
  readonly isBuiltin: boolean;
  /** Named in the error when the function fails. */
  readonly node: Node;
  readonly args: readonly Argument[];
  /** What came through the pipe, or {@link MISSING}. */
  readonly final: GoValue;
}

export function callFunction(state: Execution, dot: GoValue, call: Call): GoValue {
  const { fn, args, final, isBuiltin, name } = call;
  state.step();
  const count = args.length + (final === MISSING ? 0 : 1);
  checkCount(state, call, count);
  if (isBuiltin && (name === 'and' || name === 'or')) return shortCircuit(state, dot, call);
  const values: GoValue[] = [];
  for (const [index, argument] of args.entries())
    values.push(evaluateArgument(state, dot, typeOfParameter(fn, index), argument));
  if (final !== MISSING) values.push(fitted(state, final, typeOfParameter(fn, count - 1)));
  const result = isBuiltin && name === 'call' ? called(state, call, values) : invoked(state, call, values);
  if (typeof result === 'string') state.budget.size(result.length);
  return result;
}

function typeOfParameter(fn: GoFunction, index: number): string {
  return fn.in[index] ?? fn.variadic ?? REFLECT;
}

function checkCount(state: Execution, { fn, name, args }: Call, count: number): void {
  const fixed = fn.in.length;
  if (fn.variadic === undefined) {
    if (count !== fixed) state.fail(`wrong number of args for ${name}: want ${fixed} got ${count}`);
    return;
  }
  if (count < fixed)
    state.fail(`wrong number of args for ${name}: want at least ${fixed} got ${args.length}`);
}

/** `and` and `or` evaluate no more arguments than they need. */
function shortCircuit(state: Execution, dot: GoValue, { args, final, name }: Call): GoValue {
  let value: GoValue;
  for (const argument of args) {
    value = evaluateArgument(state, dot, REFLECT, argument);
    if (isTrue(value) === (name === 'or')) return value;
  }
  return final === MISSING ? value : final;
}

function invoked(state: Execution, call: Call, values: GoValue[]): GoValue {
  try {
    const result = call.fn.call(state, values);
    return result === undefined && call.fn.out !== REFLECT ? null : result;
  } catch (error) {
    return failed(state, call, error);
  }
}

function called(state: Execution, call: Call, values: GoValue[]): GoValue {
  const [first] = call.args;
  const name = first ? describeNode(first.node) : reflectText(call.final);
  try {
    return callBuiltin(state, name, values);
  } catch (error) {
    return failed(state, call, error);
  }
}

/** `reflect.Value.String`. */
function reflectText(value: GoValue): string {
  return typeof value === 'string' ? value : `<${typeName(value)} Value>`;
}

/** A function's error becomes the template's; a limit stays what it is, whoever notices it. */
function failed(state: Execution, { name, node }: Call, error: unknown): never {
  if (error instanceof TemplateError && error.code === 'TemplateLimit') throw error;
  const limit = engineLimit(error, state.place());
  if (limit) throw limit;
  state.node = node;
  return state.fail(`error calling ${name}: ${messageOf(error)}`, error);
}
