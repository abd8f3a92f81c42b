import { createHash } from 'node:crypto';
import type { Builtin } from './evaluate.ts';
import { functions, printed } from './functions.ts';
import { formatTime, Moment } from './time.ts';

const reversed =
  (name: string): Builtin =>
  (args, context) =>
    functions[name]?.([args.at(-1), ...args.slice(0, -1)], context);
const empty = (value: unknown): boolean =>
  value === undefined ||
  value === null ||
  value === '' ||
  value === 0 ||
  value === false ||
  (typeof value === 'object' && Object.keys(value).length === 0);
const momentOf = (value: unknown): number => (value instanceof Moment ? value.ms : Date.parse(String(value)));
const sha =
  (algorithm: string): Builtin =>
  ([text]) =>
    createHash(algorithm).update(String(text)).digest('hex');

/** The functions of sprig that workflows use; sprig takes the subject last. Not listed: refused by name. */
export const sprig: Record<string, Builtin> = {
  trim: ([text]) => String(text).trim(),
  upper: ([text]) => String(text).toUpperCase(),
  lower: ([text]) => String(text).toLowerCase(),
  title: ([text]) => String(text).replace(/\b\w/g, letter => letter.toUpperCase()),
  trimSuffix: reversed('trimSuffix'),
  trimPrefix: reversed('trimPrefix'),
  trimAll: ([cut, text]) => trimAll(String(cut), String(text)),
  contains: ([part, text]) => String(text).includes(String(part)),
  hasPrefix: ([part, text]) => String(text).startsWith(String(part)),
  hasSuffix: ([part, text]) => String(text).endsWith(String(part)),
  replace: ([from, to, text]) => String(text).replaceAll(String(from), () => String(to)),
  repeat: ([count, text]) => String(text).repeat(Math.min(Number(count), 100_000)),
  nospace: ([text]) => String(text).replace(/\s/g, ''),
  trunc: ([length, text]) =>
    Number(length) < 0 ? String(text).slice(Number(length)) : String(text).slice(0, Number(length)),
  substr: ([from, to, text]) => String(text).slice(Number(from), Number(to) < 0 ? undefined : Number(to)),
  quote: args => args.map(value => JSON.stringify(printed(value))).join(' '),
  squote: args => args.map(value => `'${printed(value)}'`).join(' '),
  toString: (args: unknown[]) => printed(args[0]),
  toJson: args => JSON.stringify(args[0]),
  fromJson: ([text]) => JSON.parse(String(text)),
  default: ([fallback, value]) => (empty(value) ? fallback : value),
  empty: ([value]) => empty(value),
  coalesce: args => args.find(value => !empty(value)) ?? null,
  ternary: ([yes, no, test]) => (test ? yes : no),
  b64enc: ([text]) => Buffer.from(String(text)).toString('base64'),
  b64dec: ([text]) => Buffer.from(String(text), 'base64').toString(),
  sha256sum: sha('sha256'),
  sha1sum: sha('sha1'),
  join: ([separator, list]) => (list as unknown[]).map(printed).join(String(separator)),
  splitList: ([separator, text]) => String(text).split(String(separator)),
  sortAlpha: ([list]) => (list as unknown[]).map(printed).sort(),
  first: ([list]) => (list as unknown[])[0] ?? null,
  last: ([list]) => (list as unknown[]).at(-1) ?? null,
  list: args => args,
  has: ([item, list]) => (list as unknown[]).includes(item),
  keys: ([map]) => Object.keys(Object(map)),
  int: ([value]) => Math.trunc(Number(value)) || 0,
  int64: ([value]) => Math.trunc(Number(value)) || 0,
  float64: ([value]) => Number(value) || 0,
  atoi: ([value]) => Math.trunc(Number(value)) || 0,
  add: args => args.reduce((sum: number, value) => sum + Math.trunc(Number(value)), 0),
  add1: ([value]) => Math.trunc(Number(value)) + 1,
  sub: ([left, right]) => Number(left) - Number(right),
  mul: args => args.reduce((product: number, value) => product * Math.trunc(Number(value)), 1),
  div: ([left, right]) => Math.trunc(Number(left) / Number(right)),
  mod: ([left, right]) => Number(left) % Number(right),
  max: args => Math.max(...args.map(Number)),
  min: args => Math.min(...args.map(Number)),
  now: (_, { now }) => new Moment(now),
  date: ([layout, value]) => formatTime(momentOf(value), String(layout)),
  unixEpoch: ([value]) => String(Math.floor(momentOf(value) / 1000)),
};

function trimAll(cut: string, text: string): string {
  let [start, end] = [0, text.length];
  while (start < end && cut.includes(text[start] ?? '')) start++;
  while (end > start && cut.includes(text[end - 1] ?? '')) end--;
  return text.slice(start, end);
}
