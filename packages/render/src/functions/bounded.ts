import { type Budget, type FunctionTable, GoFunction } from '../go-template/function.ts';
import type { GoValue } from '../go-template/value.ts';

/** Characters, and elements of a list, that cost one step. */
const [CHARACTERS, ELEMENTS] = [32, 2];

/**
 * The same functions, each of which pays for what it is given and what it gives: short work on small values costs
 * next to nothing, and no template gets much done with large ones.
 */
export function bounded(table: FunctionTable): FunctionTable {
  return Object.fromEntries(Object.entries(table).map(([name, fn]) => [name, boundedFunction(fn)]));
}

function boundedFunction({ in: types, variadic, out, call: work }: GoFunction): GoFunction {
  const signature = { in: types, out, ...(variadic === undefined ? {} : { variadic }) };
  return new GoFunction(signature, (call, args) => {
    for (const arg of args) pay(arg, call.budget);
    const result = work(call, args);
    if (typeof result === 'string') call.budget.size(result.length);
    pay(result, call.budget);
    return result;
  });
}

function pay(value: GoValue, budget: Budget): void {
  const isText = typeof value === 'string';
  if (!isText && !Array.isArray(value)) return;
  const price = value.length / (isText ? CHARACTERS : ELEMENTS);
  if (price >= 1) budget.spend(Math.floor(price));
}
