import { type FunctionTable, GoError, goFunction } from '../go-template/function.ts';
import type { GoValue } from '../go-template/value.ts';
import { isEmpty } from './go-kind.ts';

const SOME = { in: [], variadic: 'any', out: 'bool' } as const;

/** Helm's `required`: nil and "" are refused with the message of the chart's author. */
function required(message: string, value: GoValue): GoValue {
  if (value === null || value === undefined || value === '') throw new GoError(message);
  return value;
}

/** What stands in for what is missing: sprig's defaults.go, Helm's `required` and `fail`. */
export const defaultFunctions: FunctionTable = {
  default: goFunction({ in: ['any'], variadic: 'any', out: 'any' }, (fallback, ...given) =>
    isEmpty(given[0]) ? fallback : given[0],
  ),
  empty: goFunction({ in: ['any'], out: 'bool' }, isEmpty),
  coalesce: goFunction(
    { in: [], variadic: 'any', out: 'any' },
    (...values) => values.find(each => !isEmpty(each)) ?? null,
  ),
  all: goFunction(SOME, (...values) => values.every(each => !isEmpty(each))),
  any: goFunction(SOME, (...values) => values.some(each => !isEmpty(each))),
  ternary: goFunction({ in: ['any', 'any', 'bool'], out: 'any' }, (yes, no, test) => (test ? yes : no)),
  required: goFunction({ in: ['string', 'any'], out: 'any' }, required),
  fail: goFunction({ in: ['string'], out: 'string' }, message => {
    throw new GoError(message);
  }),
};
