import { foldBreaks } from './scan-plain.ts';
import { CODE, END, type Source } from './source.ts';

const ESCAPES: Record<string, string> = {
  '0': '\0',
  a: '\x07',
  b: '\b',
  t: '\t',
  '\t': '\t',
  n: '\n',
  v: '\v',
  f: '\f',
  r: '\r',
  e: '\x1b',
  ' ': ' ',
  '"': '"',
  "'": "'",
  '\\': '\\',
  N: '\u0085',
  _: '\u00a0',
  L: '\u2028',
  P: '\u2029',
};
const HEX_LENGTH: Record<string, number> = { x: 2, u: 4, U: 8 };

/** A scalar in single or double quotes. */
export function scanQuoted(source: Source, mark: number): string {
  const { line } = source;
  source.at++;
  let value = '';
  for (;;) {
    if (source.isDocumentMark()) throw source.problem('found unexpected document indicator', line);
    if (source.code() === END && source.at >= source.text.length)
      throw source.problem('found unexpected end of stream', line);
    const run = mark === CODE.apostrophe ? singleRun(source) : doubleRun(source);
    value += run.text;
    if (source.code() === mark) break;
    value += scanGap(source, run.continues);
  }
  source.at++;
  return value;
}

/** Characters up to white space or the closing quote; `continues`: a backslash joins the next line. */
interface QuotedRun {
  text: string;
  continues: boolean;
}

function singleRun(source: Source): QuotedRun {
  let text = '';
  let start = source.at;
  for (; !source.isBlankOrEnd(); source.at++) {
    if (source.code() !== CODE.apostrophe) continue;
    if (source.code(1) !== CODE.apostrophe) break;
    text += source.text.slice(start, source.at + 1);
    source.at++;
    start = source.at + 1;
  }
  return { text: text + source.text.slice(start, source.at), continues: false };
}

function doubleRun(source: Source): QuotedRun {
  let text = '';
  let start = source.at;
  while (!source.isBlankOrEnd() && source.code() !== CODE.quote) {
    if (source.code() !== CODE.backslash) {
      source.at++;
      continue;
    }
    text += source.text.slice(start, source.at);
    if (source.isBreak(1)) {
      source.at++;
      source.readBreak();
      return { text, continues: true };
    }
    text += readEscape(source);
    start = source.at;
  }
  return { text: text + source.text.slice(start, source.at), continues: false };
}

function readEscape(source: Source): string {
  const letter = source.text[source.at + 1] ?? '';
  const known = ESCAPES[letter];
  const length = HEX_LENGTH[letter];
  if (known === undefined && length === undefined) throw source.problem('found unknown escape character');
  source.at += 2;
  if (known !== undefined) return known;
  const digits = source.text.slice(source.at, source.at + (length ?? 0));
  if (digits.length !== length || !/^[0-9a-fA-F]+$/.test(digits))
    throw source.problem('did not find expected hexdecimal number');
  const code = Number.parseInt(digits, 16);
  if ((code >= 0xd800 && code <= 0xdfff) || code > 0x10ffff)
    throw source.problem('found invalid Unicode character escape code');
  source.at += length;
  return String.fromCodePoint(code);
}

function scanGap(source: Source, continues: boolean): string {
  const start = source.at;
  let first = '';
  let more = '';
  let broken = continues;
  let end = start;
  for (;;) {
    if (source.isBlank()) {
      source.at++;
      if (!broken) end = source.at;
      continue;
    }
    if (!source.isBreak()) break;
    const text = source.readBreak();
    if (broken) more += text;
    else first = text;
    broken = true;
  }
  if (!broken) return source.text.slice(start, end);
  return first === '' ? more : foldBreaks(first, more);
}
