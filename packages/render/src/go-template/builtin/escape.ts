// html, js and urlquery.
import { goFunction } from '../function.ts';
import { isLoneByte, toBytes } from '../go-string.ts';
import { printValues } from '../print-value.ts';
import { isPrint } from '../quote.ts';

const HTML: Record<string, string> = {
  '\0': '\ufffd',
  '"': '&#34;',
  "'": '&#39;',
  '&': '&amp;',
  '<': '&lt;',
  '>': '&gt;',
};
const JS: Record<string, string> = {
  '\\': '\\\\',
  "'": "\\'",
  '"': '\\"',
  '<': '\\u003C',
  '>': '\\u003E',
  '&': '\\u0026',
  '=': '\\u003D',
};

export function escapeHtml(text: string): string {
  return text.replace(/[\0"'&<>]/g, mark => HTML[mark] ?? mark);
}

export function escapeJs(text: string): string {
  // biome-ignore lint/suspicious/noControlCharactersInRegex: control characters are what has to be escaped
  return text.replace(/[\\'"<>&=\0-\x1f]|[^\0-\x7f]/gu, rune => JS[rune] ?? escapedRune(rune));
}

function escapedRune(rune: string): string {
  const code = rune.codePointAt(0) ?? 0;
  if (code < 0x20) return `\\u${hex(code)}`;
  if (isPrint(rune)) return rune;
  // A byte that is no UTF-8 is the replacement character to Go, which it prints as it is.
  return isLoneByte(code) ? rune : `\\u${hex(code)}`;
}

function hex(code: number): string {
  return code.toString(16).toUpperCase().padStart(4, '0');
}

/** `url.QueryEscape`. */
export function escapeQuery(text: string): string {
  return text.replace(/[^A-Za-z0-9\-_.~]/gu, rune =>
    rune === ' '
      ? '+'
      : [...toBytes(rune)].map(byte => `%${byte.toString(16).toUpperCase().padStart(2, '0')}`).join(''),
  );
}

const texts = { in: [], variadic: 'any', out: 'string' } as const;

export const escapes = {
  html: goFunction(texts, (...values) => escapeHtml(printValues(values))),
  js: goFunction(texts, (...values) => escapeJs(printValues(values))),
  urlquery: goFunction(texts, (...values) => escapeQuery(printValues(values))),
};
