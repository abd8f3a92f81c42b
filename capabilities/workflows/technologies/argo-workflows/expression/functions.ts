import { SlipwayError } from '@slipway/api';
import type { Builtin } from './evaluate.ts';
import { selectPath } from './jsonpath.ts';
import { Moment, parseDuration, Span } from './time.ts';

type Item = (item: unknown, names?: Record<string, unknown>) => unknown;
const listOf = (value: unknown): unknown[] => {
  if (Array.isArray(value)) return value;
  throw new SlipwayError('InvalidExpression', `a list is needed, not ${JSON.stringify(value)}`);
};
const functionOf = (value: unknown): Item => (typeof value === 'function' ? (value as Item) : item => item);
const over = (
  pick: (items: unknown[], test: (item: unknown, index: number) => unknown) => unknown,
): Builtin => {
  return ([list, test]) => pick(listOf(list), (item, index) => functionOf(test)(item, { '#index': index }));
};
const numbers = (args: unknown[]): number[] => args.flat().map(Number);
const order = (a: unknown, b: unknown): number => (a === b ? 0 : (a as string) < (b as string) ? -1 : 1);

/** Text of a value as Argo prints it: strings as they are, anything else as JSON. */
export function printed(value: unknown): string {
  if (typeof value === 'string') return value;
  if (value instanceof Moment || value instanceof Span) return value.toString();
  return value === undefined ? '' : JSON.stringify(value);
}

const whole = (value: unknown): number => {
  const number = Math.trunc(typeof value === 'string' ? Number(value.trim()) : Number(value));
  if (Number.isNaN(number) || value === '')
    throw new SlipwayError('InvalidExpression', `${JSON.stringify(value)} is no integer`);
  return number;
};
const decimal = (value: unknown): number => {
  const number = Number(value);
  if (Number.isNaN(number) || value === '')
    throw new SlipwayError('InvalidExpression', `${JSON.stringify(value)} is no number`);
  return number;
};
const json: Builtin = ([value]) => JSON.stringify(value);

/** expr-lang's functions, and Argo's own (asInt, asFloat, jsonpath, toJson). Not listed: refused by name. */
export const functions: Record<string, Builtin> = {
  asInt: ([value]) => whole(value),
  asFloat: ([value]) => decimal(value),
  int: ([value]) => whole(value),
  float: ([value]) => decimal(value),
  string: ([value]) => printed(value),
  toJson: json,
  toJSON: json,
  fromJSON: ([value]) => JSON.parse(String(value)),
  jsonpath: ([document, path], { evaluateItem }) => {
    const parsed = typeof document === 'string' ? JSON.parse(document) : document;
    const { values, single } = selectPath(String(path), parsed, evaluateItem);
    return single ? values[0] : values;
  },
  type: ([value]) => typeName(value),
  toBase64: ([value]) => Buffer.from(String(value)).toString('base64'),
  fromBase64: ([value]) => Buffer.from(String(value), 'base64').toString(),

  all: over((items, test) => items.every((item, index) => test(item, index))),
  any: over((items, test) => items.some((item, index) => test(item, index))),
  none: over((items, test) => !items.some((item, index) => test(item, index))),
  one: over((items, test) => items.filter((item, index) => test(item, index)).length === 1),
  filter: over((items, test) => items.filter((item, index) => test(item, index))),
  map: over((items, test) => items.map((item, index) => test(item, index))),
  count: over((items, test) => items.filter((item, index) => test(item, index)).length),
  find: over((items, test) => items.find((item, index) => test(item, index)) ?? null),
  findIndex: over((items, test) => items.findIndex((item, index) => test(item, index))),
  findLast: over((items, test) => items.findLast((item, index) => test(item, index)) ?? null),
  sortBy: over((items, test) => items.toSorted((a, b) => order(test(a, 0), test(b, 0)))),
  groupBy: over((items, test) => Object.groupBy(items, (item, index) => String(test(item, index)))),
  reduce: ([list, body, initial]) =>
    listOf(list).reduce(
      (acc, item, index) => functionOf(body)(item, { '#acc': acc, '#index': index }),
      initial ?? 0,
    ),

  len: ([value]) =>
    value && typeof value === 'object' && !Array.isArray(value)
      ? Object.keys(value).length
      : (value as string | unknown[]).length,
  first: ([list]) => listOf(list)[0] ?? null,
  last: ([list]) => listOf(list).at(-1) ?? null,
  take: ([list, count]) => listOf(list).slice(0, Number(count)),
  concat: args => args.flatMap(listOf),
  flatten: ([list]) => listOf(list).flat(),
  uniq: ([list]) => [...new Set(listOf(list))],
  reverse: ([list]) => listOf(list).toReversed(),
  sort: ([list]) => listOf(list).toSorted(order),
  join: ([list, separator]) =>
    listOf(list)
      .map(printed)
      .join(String(separator ?? '')),
  keys: ([map]) => Object.keys(Object(map)),
  values: ([map]) => Object.values(Object(map)),
  get: ([map, key]) => (Object.hasOwn(Object(map), String(key)) ? Object(map)[String(key)] : null),
  toPairs: ([map]) => Object.entries(Object(map)),
  fromPairs: ([pairs]) => Object.fromEntries(listOf(pairs) as [string, unknown][]),

  trim: ([text]) => String(text).trim(),
  trimPrefix: ([text, prefix]) =>
    String(text).startsWith(String(prefix)) ? String(text).slice(String(prefix).length) : text,
  trimSuffix: ([text, suffix]) =>
    String(text).endsWith(String(suffix)) ? String(text).slice(0, -String(suffix).length) : text,
  upper: ([text]) => String(text).toUpperCase(),
  lower: ([text]) => String(text).toLowerCase(),
  split: ([text, separator]) => String(text).split(String(separator)),
  replace: ([text, from, to]) => String(text).replaceAll(String(from), () => String(to)),
  repeat: ([text, count]) => String(text).repeat(Math.min(Number(count), 100_000)),
  indexOf: ([text, part]) => String(text).indexOf(String(part)),
  lastIndexOf: ([text, part]) => String(text).lastIndexOf(String(part)),
  hasPrefix: ([text, part]) => String(text).startsWith(String(part)),
  hasSuffix: ([text, part]) => String(text).endsWith(String(part)),

  max: args => Math.max(...numbers(args)),
  min: args => Math.min(...numbers(args)),
  sum: ([list]) => numbers(listOf(list)).reduce((sum, number) => sum + number, 0),
  mean: ([list]) => numbers(listOf(list)).reduce((sum, number) => sum + number, 0) / listOf(list).length,
  abs: ([value]) => Math.abs(Number(value)),
  ceil: ([value]) => Math.ceil(Number(value)),
  floor: ([value]) => Math.floor(Number(value)),
  round: ([value]) => Math.round(Number(value)),

  now: (_, { now }) => new Moment(now),
  duration: ([text]) => new Span(parseDuration(String(text)) ?? Number.NaN),
  date: ([text]) => new Moment(Date.parse(String(text))),
};

function typeName(value: unknown): string {
  if (value === null || value === undefined) return 'nil';
  if (Array.isArray(value)) return 'array';
  if (typeof value === 'object') return 'map';
  if (typeof value === 'number') return Number.isInteger(value) ? 'int' : 'float';
  return typeof value === 'boolean' ? 'bool' : 'string';
}
