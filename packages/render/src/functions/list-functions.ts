import {
  contextFunction,
  type FunctionTable,
  GoError,
  goFunction,
  type TemplateCall,
} from '../go-template/function.ts';
import { collectionType, type GoValue, LIST, nilCollection, withType } from '../go-template/value.ts';
import { toInt64 } from './cast.ts';
import { deepEqual } from './deep-equal.ts';
import { elementsOf, isEmpty, kindOf, listElements } from './go-kind.ts';

/** Looks at a value that count as one step. */
const LOOKS = 16;
const LISTS = { name: '[][]interface {}', element: '[]interface {}' };
const NO_LIST = nilCollection(LIST);

function isIn(list: readonly GoValue[], value: GoValue, call: TemplateCall): boolean {
  return list.some(each => deepEqual(value, each, steps => call.budget.spend(steps / LOOKS)));
}

/** Both names of a function: in Go one panics with what the other returns as an error; templates see the same. */
function both<Name extends string>(name: Name, fn: FunctionTable[string]): FunctionTable {
  return { [name]: fn, [`must${name.charAt(0).toUpperCase()}${name.slice(1)}`]: fn };
}

const ONE_LIST = { in: ['any'], out: '[]interface {}' } as const;

const push = goFunction({ in: ['any', 'any'], out: '[]interface {}' }, (list, value) => [
  ...listElements(list, 'Cannot push on type'),
  value,
]);

const chunk = goFunction({ in: ['int', 'any'], out: '[][]interface {}' }, (size, list) => {
  const elements = listElements(list, 'Cannot chunk type');
  const count = Math.floor((elements.length - 1) / Number(size)) + 1;
  // What Go does with a size that is none.
  if (size <= 0n && count !== 0) throw new GoError('runtime error: makeslice: len out of range');
  const chunks: GoValue[] = [];
  for (let at = 0; size > 0n && at < elements.length; at += Number(size))
    chunks.push(elements.slice(at, at + Number(size)));
  return withType(chunks, LISTS);
});

const uniq = contextFunction(ONE_LIST, (call, list) => {
  const found: GoValue[] = [];
  for (const value of listElements(list, 'Cannot find uniq on type')) {
    if (!isIn(found, value, call)) found.push(value);
  }
  return found;
});

const has = contextFunction({ in: ['any', 'any'], out: 'bool' }, (call, needle, haystack) => {
  if (haystack === null || haystack === undefined) return false;
  return isIn(listElements(haystack, 'Cannot find has on type'), needle, call);
});

const slice = goFunction({ in: ['any'], variadic: 'any', out: 'any' }, (list, ...indices) => {
  const elements = listElements(list, 'list should be type of slice or array but');
  if (elements.length === 0) return null;
  const start = indices.length > 0 ? toInt64(indices[0]) : 0n;
  const end = indices.length > 1 ? toInt64(indices[1]) : BigInt(elements.length);
  if (start < 0n || start > end || end > BigInt(elements.length))
    throw new GoError('reflect.Value.Slice: slice index out of bounds');
  const part = elements.slice(Number(start), Number(end));
  return Array.isArray(list) ? withType(part, collectionType(list)) : part;
});

const concat = goFunction({ in: [], variadic: 'any', out: 'any' }, (...lists) => {
  const all = lists.flatMap(list => {
    const elements = elementsOf(list);
    if (!elements) throw new GoError(`Cannot concat type ${kindOf(list)} as list`);
    return elements;
  });
  return all.length === 0 ? NO_LIST : all;
});

const list = goFunction({ in: [], variadic: 'any', out: '[]interface {}' }, (...values) => values);

/** Lists: sprig's list.go. */
export const listFunctions: FunctionTable = {
  list,
  tuple: list,
  ...both('append', push),
  ...both('push', push),
  ...both(
    'prepend',
    goFunction({ in: ['any', 'any'], out: '[]interface {}' }, (values, value) => [
      value,
      ...listElements(values, 'Cannot prepend on type'),
    ]),
  ),
  ...both('chunk', chunk),
  ...both(
    'first',
    goFunction(
      { in: ['any'], out: 'any' },
      values => listElements(values, 'Cannot find first on type')[0] ?? null,
    ),
  ),
  ...both(
    'last',
    goFunction(
      { in: ['any'], out: 'any' },
      values => listElements(values, 'Cannot find last on type').at(-1) ?? null,
    ),
  ),
  ...both(
    'rest',
    goFunction(ONE_LIST, values => {
      const elements = listElements(values, 'Cannot find rest on type');
      return elements.length === 0 ? NO_LIST : elements.slice(1);
    }),
  ),
  ...both(
    'initial',
    goFunction(ONE_LIST, values => {
      const elements = listElements(values, 'Cannot find initial on type');
      return elements.length === 0 ? NO_LIST : elements.slice(0, -1);
    }),
  ),
  ...both(
    'reverse',
    goFunction(ONE_LIST, values => listElements(values, 'Cannot find reverse on type').toReversed()),
  ),
  ...both(
    'compact',
    goFunction(ONE_LIST, values =>
      listElements(values, 'Cannot compact on type').filter(each => !isEmpty(each)),
    ),
  ),
  ...both('uniq', uniq),
  ...both(
    'without',
    contextFunction({ in: ['any'], variadic: 'any', out: '[]interface {}' }, (call, values, ...omitted) =>
      listElements(values, 'Cannot find without on type').filter(each => !isIn(omitted, each, call)),
    ),
  ),
  ...both('has', has),
  ...both('slice', slice),
  concat,
};
