// Go's string and character literals, as strconv quotes and unquotes them.

import { fromBytes, isLoneByte, toBytes } from './go-string.ts';
import { cameLater } from './unicode-later.ts';

const PRINTABLE = /^[\p{L}\p{M}\p{N}\p{P}\p{S} ]$/u;
const LETTERS: Record<string, string> = { a: '\x07', b: '\b', f: '\f', n: '\n', r: '\r', t: '\t', v: '\v' };
const ESCAPES = new Map(Object.entries(LETTERS).map(([letter, rune]) => [rune, `\\${letter}`]));
/** What needs no escape but for the quotes themselves: the common case, found out at once. */
const PLAIN = /^[ !#-[\]-~]*$/;

/** `\U0001F600`. */
const LONGEST_ESCAPE = 10;
const LONE_BYTE = 0xdc00;

/** `strconv.IsPrint`: letters, marks, numbers, punctuation, symbols and the ASCII space. */
export function isPrint(rune: string): boolean {
  return PRINTABLE.test(rune) && !cameLater(rune.codePointAt(0) ?? 0);
}

/** `strconv.Quote`, with `ascii` `strconv.QuoteToASCII`. */
export function quote(text: string, ascii = false): string {
  if (PLAIN.test(text)) return `"${text}"`;
  let out = '"';
  for (const rune of text) out += escaped(rune, '"', ascii);
  return `${out}"`;
}

/** `strconv.QuoteRune` of a code point that is one. */
export function quoteRune(code: number, ascii = false): string {
  return `'${escaped(String.fromCodePoint(code), "'", ascii)}'`;
}

function escaped(rune: string, mark: string, ascii: boolean): string {
  const code = rune.codePointAt(0) ?? 0;
  if (rune === mark || rune === '\\') return `\\${rune}`;
  if (rune.length === 1 && isLoneByte(code)) return `\\x${hex(code - 0xdc00, 2)}`;
  if (code >= 0xd800 && code <= 0xdfff) return '\\ufffd';
  if ((!ascii || code < 0x80) && isPrint(rune)) return rune;
  const short = ESCAPES.get(rune);
  if (short) return short;
  if (code < 0x20 || code === 0x7f) return `\\x${hex(code, 2)}`;
  return code < 0x10000 ? `\\u${hex(code, 4)}` : `\\U${hex(code, 8)}`;
}

function hex(code: number, digits: number): string {
  return code.toString(16).padStart(digits, '0');
}

/** `strconv.CanBackquote`: one line without control characters, backquotes or broken bytes. */
export function canBackquote(text: string): boolean {
  for (const rune of text) {
    const code = rune.codePointAt(0) ?? 0;
    if ((code < 0x20 && rune !== '\t') || code === 0x60 || code === 0x7f || code === 0xfeff) return false;
    if (code >= 0xd800 && code <= 0xdfff) return false;
  }
  return true;
}

/** The text of a double-quoted or backquoted literal; undefined when it is none (`invalid syntax`). */
export function unquote(literal: string): string | undefined {
  const body = literal.slice(1, -1);
  if (literal.startsWith('`')) return body.replaceAll('\r', '');
  if (!body.includes('\\')) return body;
  let text = '';
  let at = 0;
  for (let slash = body.indexOf('\\'); slash >= 0; slash = body.indexOf('\\', at)) {
    const start = body.slice(slash, slash + LONGEST_ESCAPE);
    const next = unquoteChar(start, '"');
    if (!next) return undefined;
    const isBroken = next.isByte && next.code >= 0x80;
    text += body.slice(at, slash) + String.fromCodePoint(isBroken ? LONE_BYTE + next.code : next.code);
    at = slash + start.length - next.rest.length;
  }
  text += body.slice(at);
  // Bytes that stand alone may be a character together.
  return text.isWellFormed() ? text : fromBytes(toBytes(text));
}

/** The first character of what stands between quotes (`strconv.UnquoteChar`), and what follows it. */
export function unquoteChar(
  text: string,
  mark: string,
): { code: number; isByte: boolean; rest: string } | undefined {
  const first = text.codePointAt(0);
  if (first === undefined || text.startsWith(mark)) return undefined;
  if (text[0] !== '\\')
    return { code: first, isByte: false, rest: text.slice(String.fromCodePoint(first).length) };
  const letter = text[1] ?? '';
  const rest = text.slice(2);
  const control = LETTERS[letter];
  if (control) return { code: control.charCodeAt(0), isByte: false, rest };
  if (letter === '\\' || letter === mark) return { code: letter.charCodeAt(0), isByte: false, rest };
  return numbered(text);
}

/** `\x41`, `\u0041`, `\U00000041` and `\101`. */
function numbered(text: string): { code: number; isByte: boolean; rest: string } | undefined {
  const found =
    /^\\(?:x([0-9a-fA-F]{2})|u([0-9a-fA-F]{4})|U([0-9a-fA-F]{8})|([0-7]{3}))/.exec(text) ?? undefined;
  if (!found) return undefined;
  const [all, byte, short, long, octal] = found;
  const code = octal ? Number.parseInt(octal, 8) : Number.parseInt(byte ?? short ?? long ?? '', 16);
  const isByte = byte !== undefined || octal !== undefined;
  if (isByte ? code > 255 : code > 0x10ffff || (code >= 0xd800 && code <= 0xdfff)) return undefined;
  return { code, isByte, rest: text.slice(all.length) };
}
