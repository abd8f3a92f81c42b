import { quote } from '../go-template/quote.ts';
import { type GoValue, int64 } from '../go-template/value.ts';
import { GoMoment } from '../go-time/go-moment.ts';
import { parseTime, TimeParseError } from '../go-time/parse-time.ts';
import { fixedZone, UTC } from '../go-time/zone.ts';
import { shown, type TomlSource } from './toml-source.ts';

const ESCAPES: Record<string, string> = {
  b: '\b',
  t: '\t',
  n: '\n',
  f: '\f',
  r: '\r',
  e: '\x1b',
  '"': '"',
  '\\': '\\',
};
const DIGITS: Record<string, { count: number; words: string }> = {
  x: { count: 2, words: 'two' },
  u: { count: 4, words: 'four' },
  U: { count: 8, words: 'eight' },
};

/** After the opening quote. */
export function readString(source: TomlSource): string {
  let out = '';
  for (;;) {
    const character = source.peek();
    if (character === '') throw source.unexpected(() => `unexpected EOF; expected '"'`);
    source.next();
    if (character === '"') return out;
    if (/[\r\n]/.test(character)) throw source.problem('strings cannot contain newlines', source.line - 1);
    out += character === '\\' ? readEscape(source) : character;
  }
}

/** After the opening quote. */
export function readRawString(source: TomlSource): string {
  const from = source.at;
  for (;;) {
    const character = source.peek();
    if (character === '') throw source.unexpected(() => `unexpected EOF; expected "'"`);
    source.next();
    if (character === "'") return source.text.slice(from, source.at - 1);
    if (/[\r\n]/.test(character)) throw source.problem('strings cannot contain newlines', source.line - 1);
  }
}

/** After three quotes; the first line break does not count, nor does what follows a backslash at the end of a line. */
export function readMultilineString(source: TomlSource): string {
  let out = '';
  dropBreak(source);
  for (;;) {
    const character = source.peek();
    if (character === '') throw source.unexpected(() => `unexpected EOF; expected '"""'`);
    if (character === '"' && closes(source, '"')) return out + closing(source, '"');
    source.next();
    if (character !== '\\') out += character;
    else if (/^[ \t]*\r?\n/.test(source.text.slice(source.at))) source.skip(/[ \t\r\n]/);
    else out += readEscape(source);
  }
}

export function readMultilineRawString(source: TomlSource): string {
  let out = '';
  dropBreak(source);
  for (;;) {
    const character = source.peek();
    if (character === '') throw source.unexpected(() => `unexpected EOF; expected "'''"`);
    if (character === "'" && closes(source, "'")) return out + closing(source, "'");
    out += source.next();
  }
}

function dropBreak(source: TomlSource): void {
  if (source.peek() === '\r') source.next();
  if (source.peek() === '\n') source.next();
}

function closes(source: TomlSource, quoteMark: string): boolean {
  return source.text.startsWith(quoteMark.repeat(3), source.at);
}

/** Up to two more quotes before the three that close belong to the text. */
function closing(source: TomlSource, mark: string): string {
  const marks = source.skip(new RegExp(mark));
  if (marks.length > 5) throw source.problem(mark === '"' ? `unexpected '""""""'` : `unexpected "''''''"`);
  return marks.slice(3);
}

/** After the backslash. */
function readEscape(source: TomlSource): string {
  const letter = source.next();
  const known = ESCAPES[letter];
  if (known !== undefined) return known;
  if (letter === ' ' || letter === '\t') throw source.problem(`invalid escape: '\\${letter}'`);
  const form = DIGITS[letter];
  if (!form) throw source.problem(`invalid escape in string '\\${letter === '' ? '\0' : letter}'`);
  let digits = '';
  while (digits.length < form.count) {
    const digit = source.next();
    digits += digit;
    if (/^[0-9a-fA-F]$/.test(digit)) continue;
    const wrong = quote(`\\${letter}${digits}`);
    throw source.problem(
      `expected ${form.words} hexadecimal digits after '\\${letter}', but got ${wrong} instead`,
    );
  }
  const code = Number.parseInt(digits, 16);
  if (code > 0x10ffff || (code >= 0xd800 && code <= 0xdfff))
    throw source.problem(`Escaped character '\\u${digits}' is not valid UTF-8.`);
  return String.fromCodePoint(code);
}

/** A number or a date, at its first digit. */
export function readNumberOrDate(source: TomlSource): GoValue {
  const [, base = ''] = /^0([box])/.exec(source.text.slice(source.at, source.at + 2)) ?? [];
  if (base !== '') return readBased(source, base);
  const start = source.skip(/[0-9]/);
  if (/[-:]/.test(source.peek())) return readDate(source, start);
  return readDecimal(source, start);
}

const BASES: Record<string, [set: RegExp, name: string]> = {
  b: [/[01_]/, 'a binary'],
  o: [/[0-7_]/, 'an octal'],
  x: [/[0-9a-fA-F_]/, 'a hexadecimal'],
};

function readBased(source: TomlSource, base: string): GoValue {
  const [set, name] = BASES[base] ?? [/[0-9]/, ''];
  source.next();
  source.next();
  const first = source.peek();
  if (first === '_' || !set.test(first))
    throw source.problem(`not ${name} number: '0${base}${first || '\0'}'`);
  return integer(source, `0${base}${source.skip(set)}`);
}

/** @param start the digits, and the sign, that were read already */
export function readDecimal(source: TomlSource, start: string): GoValue {
  const digits = start + source.skip(/[0-9_]/);
  if (!/[.eE]/.test(source.peek())) return integer(source, digits);
  return float(source, digits + source.skip(/[0-9_.+\-eE]/));
}

function hasLeadingZero(text: string): boolean {
  return /^0[^box]/.test(text) || /^[-+]0./.test(text);
}

function underscoresFit(text: string): boolean {
  return /[0-9a-fA-F]$/.test(text) && !/(^|[^0-9a-fA-F])_/.test(text);
}

function integer(source: TomlSource, text: string): GoValue {
  if (!underscoresFit(text))
    throw source.problem(`Invalid integer ${quote(text)}: underscores must be surrounded by digits`);
  if (hasLeadingZero(text))
    throw source.problem(`Invalid integer ${quote(text)}: cannot have leading zeroes`);
  const [, sign = '', digits = '0'] = /^([-+]?)(.*)$/.exec(text.replaceAll('_', '')) ?? [];
  const value = sign === '-' ? -BigInt(digits) : BigInt(digits);
  if (BigInt.asIntN(64, value) !== value) throw source.problem(`${text} is out of range for int64`);
  return int64(value);
}

function float(source: TomlSource, text: string): GoValue {
  const invalid = (why: string) => source.problem(`Invalid float ${quote(text)}: ${why}`);
  const parts = text.split(/[.eE]/).filter(part => part !== '');
  if (!parts.every(underscoresFit)) throw invalid('underscores must be surrounded by digits');
  if (hasLeadingZero(parts[0] ?? '')) throw invalid('cannot have leading zeroes');
  if (/\.([^0-9]|$)/.test(text)) throw invalid("'.' must be followed by one or more digits");
  const plain = text.replaceAll('_', '');
  if (!/^[-+]?[0-9]+(\.[0-9]+)?([eE][-+]?[0-9]+)?$/.test(plain))
    throw source.problem(`Invalid float value: ${quote(text)}`);
  if (!Number.isFinite(Number(plain))) throw source.problem(`${text} is out of range for float64`);
  return Number(plain);
}

const DATES: [layout: string, zone: string][] = [
  ['2006-01-02T15:04:05.999999999Z07:00', 'Local'],
  ['2006-01-02T15:04:05.999999999', 'datetime-local'],
  ['2006-01-02', 'date-local'],
  ['15:04:05.999999999', 'time-local'],
  ['2006-01-02T15:04Z07:00', 'Local'],
  ['2006-01-02T15:04', 'datetime-local'],
  ['15:04', 'time-local'],
];

function readDate(source: TomlSource, start: string): GoValue {
  const written = (start + source.skip(/[0-9\-:Tt .Zz+]/)).trim();
  const text = written.replace(/z/g, 'Z').replace(/t/g, 'T').replace(/ /g, 'T');
  for (const [layout, zone] of DATES) {
    const moment = parsed(layout, text, zone);
    if (moment && !lacksZero(text, layout)) return moment;
    if (moment) break;
  }
  throw source.problem(`invalid datetime: ${quote(text)}`);
}

function parsed(layout: string, text: string, zone: string): GoMoment | undefined {
  try {
    return new GoMoment(parseTime(layout, text, zone === 'Local' ? UTC : fixedZone(zone, 0)));
  } catch (error) {
    if (error instanceof TimeParseError) return undefined;
    throw error;
  }
}

/** Go's time package takes hours of one digit; TOML does not. */
function lacksZero(text: string, layout: string): boolean {
  const fixed = /^[^.Z]*/.exec(layout)?.[0] ?? '';
  return Array.from(fixed).some((character, at) => /[^0-9]/.test(character) && text[at] !== character);
}

/** `inf`, `nan`, `true`: what starts with a letter. */
export function readWord(source: TomlSource): GoValue {
  for (const [word, value] of [
    ['inf', Number.POSITIVE_INFINITY],
    ['nan', Number.NaN],
  ] as const)
    if (source.text.startsWith(word, source.at)) {
      source.at += word.length;
      return value;
    }
  // Go has gone past what began like one of these.
  if (/^(?:i[na]|n[na])/.test(source.text.slice(source.at, source.at + 2))) source.next();
  const word = source.skip(/\p{L}/u);
  if (word === 'true' || word === 'false') return word === 'true';
  throw source.problem(`expected value but found ${quote(word)} instead`);
}

/** After a sign. */
export function readSigned(source: TomlSource, sign: string): GoValue {
  for (const [word, value] of [
    ['inf', Number.POSITIVE_INFINITY],
    ['nan', Number.NaN],
  ] as const)
    if (source.text.startsWith(word, source.at)) {
      source.at += word.length;
      return sign === '-' ? -value : value;
    }
  const [half] = /^(?:in?|na?)/.exec(source.text.slice(source.at, source.at + 2)) ?? [];
  if (half !== undefined) throw source.problem(`invalid float: '${sign}${half}'`);
  const first = source.next();
  const next = first === '0' ? source.peek() : '';
  if (next !== '' && 'box'.includes(next))
    throw source.problem(`cannot use sign with non-decimal numbers: '${sign}0${next}'`);
  if (first === '.') throw source.problem("floats must start with a digit, not '.'");
  if (!/^[0-9]$/.test(first)) throw source.problem(`expected a digit but got ${shown(first)}`);
  return readDecimal(source, sign + first);
}
