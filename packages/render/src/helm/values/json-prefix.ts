import type { ChartValue } from '../chart.ts';
import { copyValue } from './tables.ts';

/**
 * The JSON value a text starts with, and how many UTF-16 units it takes with the white space before it.
 * @throws SyntaxError
 */
export function readJsonPrefix(text: string): { value: ChartValue; length: number } {
  const start = text.search(/[^ \t\r\n]/);
  const length = start < 0 ? text.length : valueEnd(text, start);
  return { value: readJson(text.slice(0, length)), length };
}

/** @throws SyntaxError */
export function readJson(text: string): ChartValue {
  return copyValue(JSON.parse(text) as ChartValue);
}

/** Where the value that starts at `start` ends. Whether it is one, `JSON.parse` says. */
function valueEnd(text: string, start: number): number {
  let depth = 0;
  for (let at = start; at < text.length; at++) {
    const char = text[at] ?? '';
    if (char === '"') at = stringEnd(text, at);
    if ('[{'.includes(char)) depth++;
    if (']}'.includes(char)) depth--;
    const isScalar = !'[]{}"'.includes(char);
    if (depth > 0) continue;
    if (!isScalar) return at + 1;
    if (at + 1 >= text.length || /[\s,\]}]/.test(text[at + 1] ?? '')) return at + 1;
  }
  return text.length;
}

function stringEnd(text: string, start: number): number {
  let at = start + 1;
  while (at < text.length && text[at] !== '"') at += text[at] === '\\' ? 2 : 1;
  return at;
}
