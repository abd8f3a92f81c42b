import { REFLECT } from '../argument.ts';
import { formatLimited, printGo, printlnGo } from '../format.ts';
import { contextFunction, type FunctionTable, goFunction } from '../function.ts';
import { comparisons } from './compare.ts';
import { elements } from './element.ts';
import { escapes } from './escape.ts';
import { isTrue } from './truth.ts';

const texts = { in: [], variadic: 'any', out: 'string' } as const;
const anyValues = { in: [REFLECT], variadic: REFLECT, out: REFLECT } as const;

/** The functions that every template has. `and`, `or` and `call` are carried out where calls are. */
export const builtins: FunctionTable = {
  ...comparisons,
  ...elements,
  ...escapes,
  and: goFunction(anyValues, value => value),
  or: goFunction(anyValues, value => value),
  call: goFunction(anyValues, value => value),
  not: goFunction({ in: [REFLECT], out: 'bool' }, value => !isTrue(value)),
  print: contextFunction(texts, ({ budget }, ...values) => printGo(values, budget.most)),
  println: contextFunction(texts, ({ budget }, ...values) => printlnGo(values, budget.most)),
  printf: contextFunction(
    { in: ['string'], variadic: 'any', out: 'string' },
    ({ budget }, format, ...values) => formatLimited(budget.most, format, values),
  ),
};
