import { formatGo } from '../go-template/format.ts';
import { contextFunction, type FunctionTable, GoError, goFunction } from '../go-template/function.ts';
import { byteLength, sliceBytes } from '../go-template/go-string.ts';
import { quote } from '../go-template/quote.ts';
import type { GoValue } from '../go-template/value.ts';
import { abbreviate, abbreviateBoth, deleteWhiteSpace, initials, wrapText } from './byte-text.ts';
import { swapCase, toLower, toTitle, toUpper, trimSpace, uncapitalize } from './letter-case.ts';
import { textOf } from './text-of.ts';
import { pascalCase, separateWords } from './word-case.ts';

const TEXT = { in: ['string'], out: 'string' } as const;
const TWO_TEXTS = { in: ['string', 'string'], out: 'string' } as const;
const TEST = { in: ['string', 'string'], out: 'bool' } as const;

function isSomething(value: GoValue): boolean {
  return value !== null && value !== undefined;
}

function trimRunes(runes: string, text: string): string {
  const all = new Set(runes);
  const characters = Array.from(text);
  let [from, to] = [0, characters.length];
  while (from < to && all.has(characters[from] ?? '')) from++;
  while (to > from && all.has(characters[to - 1] ?? '')) to--;
  return characters.slice(from, to).join('');
}

const trimAll = goFunction(TWO_TEXTS, trimRunes);

/** `strings.Repeat`, within what the execution may still use. */
const repeat = contextFunction({ in: ['int', 'string'], out: 'string' }, (call, count, text) => {
  if (count < 0n) throw new GoError('strings: negative Repeat count');
  call.budget.size(Number(count) * text.length);
  return text.repeat(Number(count));
});

const indentSignature = { in: ['int', 'string'], out: 'string' } as const;

const indent = contextFunction(indentSignature, (call, spaces, text) => {
  if (spaces < 0n) throw new GoError('strings: negative Repeat count');
  let lines = 1;
  for (let at = text.indexOf('\n'); at >= 0; at = text.indexOf('\n', at + 1)) lines++;
  call.budget.size(text.length + Number(spaces) * lines);
  const pad = ' '.repeat(Number(spaces));
  return pad + text.replaceAll('\n', `\n${pad}`);
});

const nindent = contextFunction(
  indentSignature,
  (call, spaces, text) => `\n${indent.call(call, [spaces, text])}`,
);

const replace = contextFunction(
  { in: ['string', 'string', 'string'], out: 'string' },
  (call, from, to, text) => {
    if (to.length > from.length) {
      const places = from === '' ? text.length + 1 : text.split(from).length - 1;
      call.budget.size(text.length + places * (to.length - from.length));
    }
    // An empty text is found before every rune, not between the halves of one.
    if (from === '') return [...Array.from(text, rune => to + rune), to].join('');
    return text.replaceAll(from, () => to);
  },
);

function outOfRange(what: string): GoError {
  return new GoError(`runtime error: slice bounds out of range ${what}`);
}

/** The bytes from `start` to `end`, refused where Go's slicing panics. */
function substring(start: bigint, end: bigint, text: string): string {
  const length = BigInt(byteLength(text));
  const from = start < 0n ? 0n : start;
  const to = start >= 0n && (end < 0n || end > length) ? length : end;
  if (to < 0n) throw outOfRange(`[:${to}]`);
  if (to > length) throw outOfRange(`[:${to}] with length ${length}`);
  if (from > to) throw outOfRange(`[${from}:${to}]`);
  return sliceBytes(text, Number(from), Number(to));
}

function truncate(count: bigint, text: string): string {
  const length = byteLength(text);
  const most = Number(count);
  if (most < 0 && length + most > 0) return sliceBytes(text, length + most, length);
  return most >= 0 && length > most ? sliceBytes(text, 0, most) : text;
}

/** Texts: sprig's strings.go, with goutils' and xstrings' functions. */
export const stringFunctions: FunctionTable = {
  hello: goFunction({ in: [], out: 'string' }, () => 'Hello!'),
  abbrev: goFunction({ in: ['int', 'string'], out: 'string' }, (width, text) =>
    abbreviate(Number(width), text),
  ),
  abbrevboth: goFunction({ in: ['int', 'int', 'string'], out: 'string' }, (left, right, text) =>
    abbreviateBoth(Number(left), Number(right), text),
  ),
  trunc: goFunction({ in: ['int', 'string'], out: 'string' }, truncate),
  trim: goFunction(TEXT, trimSpace),
  upper: goFunction(TEXT, toUpper),
  lower: goFunction(TEXT, toLower),
  title: goFunction(TEXT, toTitle),
  untitle: goFunction(TEXT, uncapitalize),
  substr: goFunction({ in: ['int', 'int', 'string'], out: 'string' }, substring),
  repeat,
  trimall: trimAll,
  trimAll,
  trimSuffix: goFunction(TWO_TEXTS, (end, text) =>
    end !== '' && text.endsWith(end) ? text.slice(0, -end.length) : text,
  ),
  trimPrefix: goFunction(TWO_TEXTS, (start, text) =>
    text.startsWith(start) ? text.slice(start.length) : text,
  ),
  nospace: goFunction(TEXT, deleteWhiteSpace),
  initials: goFunction(TEXT, initials),
  swapcase: goFunction(TEXT, swapCase),
  snakecase: goFunction(TEXT, text => separateWords(text, '_')),
  camelcase: goFunction(TEXT, pascalCase),
  kebabcase: goFunction(TEXT, text => separateWords(text, '-')),
  wrap: goFunction({ in: ['int', 'string'], out: 'string' }, (width, text) =>
    wrapText(text, { width: Number(width), newLine: '', cutWords: false }),
  ),
  wrapWith: contextFunction(
    { in: ['int', 'string', 'string'], out: 'string' },
    (call, width, newLine, text) => {
      call.budget.size(text.length * (1 + newLine.length));
      return wrapText(text, { width: Number(width), newLine, cutWords: true });
    },
  ),
  contains: goFunction(TEST, (part, text) => text.includes(part)),
  hasPrefix: goFunction(TEST, (start, text) => text.startsWith(start)),
  hasSuffix: goFunction(TEST, (end, text) => text.endsWith(end)),
  quote: contextFunction({ in: [], variadic: 'any', out: 'string' }, (call, ...values) => {
    const texts = values.filter(isSomething).map(textOf);
    // Quotes within quotes double what is escaped.
    for (const text of texts) call.budget.spend(Math.floor(text.length / 4));
    return texts.map(text => quote(text)).join(' ');
  }),
  squote: goFunction({ in: [], variadic: 'any', out: 'string' }, (...values) =>
    values
      .filter(isSomething)
      .map(value => `'${formatGo('%v', value)}'`)
      .join(' '),
  ),
  cat: goFunction({ in: [], variadic: 'any', out: 'string' }, (...values) =>
    values
      .filter(isSomething)
      .map(value => formatGo('%v', value))
      .join(' '),
  ),
  indent,
  nindent,
  replace,
  plural: goFunction({ in: ['string', 'string', 'int'], out: 'string' }, (one, many, count) =>
    count === 1n ? one : many,
  ),
  toString: goFunction({ in: ['any'], out: 'string' }, textOf),
};
