import { contextFunction, type FunctionTable, goFunction } from '../go-template/function.ts';
import { typeName } from '../go-template/type-name.ts';
import type { GoValue } from '../go-template/value.ts';
import { deepEqual } from './deep-equal.ts';
import { kindOf } from './go-kind.ts';

const NAME_TEST = { in: ['string', 'any'], out: 'bool' } as const;

/** `%T`, which says `<nil>` of nothing. */
function typeOf(value: GoValue): string {
  return value === null || value === undefined ? '<nil>' : typeName(value);
}

/** Types and kinds: sprig's reflect.go. */
export const reflectionFunctions: FunctionTable = {
  typeOf: goFunction({ in: ['any'], out: 'string' }, typeOf),
  typeIs: goFunction(NAME_TEST, (target, value) => target === typeOf(value)),
  typeIsLike: goFunction(NAME_TEST, (target, value) => [target, `*${target}`].includes(typeOf(value))),
  kindOf: goFunction({ in: ['any'], out: 'string' }, kindOf),
  kindIs: goFunction(NAME_TEST, (target, value) => target === kindOf(value)),
  deepEqual: contextFunction({ in: ['any', 'any'], out: 'bool' }, (call, left, right) =>
    deepEqual(left, right, steps => call.budget.spend(steps)),
  ),
};
