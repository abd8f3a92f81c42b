import { type FunctionTable, GoError, goFunction } from '../go-template/function.ts';
import { isEmpty } from './go-kind.ts';

const SOME = { in: [], variadic: 'any', out: 'bool' } as const;

/** What stands in for what is missing: sprig's defaults.go, and `fail`. */
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
  fail: goFunction({ in: ['string'], out: 'string' }, message => {
    throw new GoError(message);
  }),
};
