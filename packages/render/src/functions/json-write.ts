import { GoError, GoFunction } from '../go-template/function.ts';
import { compareStrings } from '../go-template/go-string.ts';
import { typeName } from '../go-template/type-name.ts';
import {
  collectionType,
  GoComplex,
  GoNamed,
  GoNil,
  GoStruct,
  type GoValue,
  isGoMap,
  SizedInt,
} from '../go-template/value.ts';
import { floatText } from '../yaml/float-text.ts';
import { encodeBase64 } from './base-coding.ts';
import { jsonFields } from './json-fields.ts';

export interface JsonStyle {
  /** `<`, `>` and `&` as `\u003c` …: what Go does unless told otherwise. */
  escapeHtml: boolean;
  /** Spaces of one step; nothing for one line. */
  indent?: string;
  /** Told of every value. */
  spend?: (steps: number) => void;
}

const MAX_DEPTH = 1_000;
// biome-ignore lint/suspicious/noControlCharactersInRegex: JSON escapes them
const ESCAPED = /["\\\0-\x1f<>&\u2028\u2029\ud800-\udfff]/;
const SHORT: Record<string, string> = {
  '"': '\\"',
  '\\': '\\\\',
  '\b': '\\b',
  '\f': '\\f',
  '\n': '\\n',
  '\r': '\\r',
  '\t': '\\t',
};

/**
 * A value as Go's encoding/json writes it: keys in order, HTML escaped, floats in Go's form.
 * @throws GoError `json: unsupported …`
 */
export function writeJson(value: GoValue, style: JsonStyle): string {
  return write(value, style, '\n', 0);
}

/** A number as encoding/json writes a float64, which is as JavaScript does. */
function jsonNumber(value: number): string {
  if (!Number.isFinite(value)) throw new GoError(`json: unsupported value: ${floatText(value)}`);
  return Object.is(value, -0) ? '-0' : String(value);
}

function write(value: GoValue, style: JsonStyle, line: string, depth: number): string {
  style.spend?.(1);
  if (value === null || value === undefined) return 'null';
  if (typeof value === 'string') return jsonText(value, style.escapeHtml);
  if (typeof value === 'number') return jsonNumber(value);
  if (typeof value !== 'object') return String(value);
  if (depth > MAX_DEPTH)
    throw new GoError(`json: unsupported value: encountered a cycle via ${typeName(value)}`);
  if (isNilCollection(value)) return 'null';
  if (Array.isArray(value)) {
    const inside = line + (style.indent ?? '');
    return block(
      '[]',
      value.map(each => write(each, style, inside, depth + 1)),
      style,
      line,
    );
  }
  return writeObject(value, style, line, depth);
}

/** A nil slice or map. */
export function isNilCollection(value: object): boolean {
  return (
    (Array.isArray(value) || isGoMap(value as GoValue)) && collectionType(value as GoValue[]).isNil === true
  );
}

function writeObject(value: GoValue & object, style: JsonStyle, line: string, depth: number): string {
  if (value instanceof SizedInt) return String(value.value);
  if (value instanceof Uint8Array) return `"${encodeBase64(value)}"`;
  if (value instanceof GoNil) return 'null';
  if (value instanceof GoFunction || value instanceof GoComplex)
    throw new GoError(`json: unsupported type: ${typeName(value)}`);
  if (value instanceof GoNamed && value.type === 'json.Number') return String(value.value);
  if (value instanceof GoNamed) return write(value.value, style, line, depth);
  const inside = line + (style.indent ?? '');
  const fields =
    value instanceof GoStruct
      ? jsonFields(value)
      : Object.entries(value).sort(([a], [b]) => compareStrings(a, b));
  if (!Array.isArray(fields)) return write(fields.value, style, line, depth);
  const colon = style.indent === undefined ? ':' : ': ';
  const entries = fields.map(
    ([key, each]) => jsonText(key, style.escapeHtml) + colon + write(each, style, inside, depth + 1),
  );
  return block('{}', entries, style, line);
}

function block(brackets: string, parts: string[], { indent }: JsonStyle, line: string): string {
  const [open, close] = [brackets.charAt(0), brackets.charAt(1)];
  if (parts.length === 0) return brackets;
  if (indent === undefined) return `${open}${parts.join(',')}${close}`;
  return `${open}${line}${indent}${parts.join(`,${line}${indent}`)}${line}${close}`;
}

/** A text between quotes. */
export function jsonText(text: string, escapeHtml: boolean): string {
  if (!ESCAPED.test(text)) return `"${text}"`;
  let out = '';
  for (const rune of text) out += SHORT[rune] ?? escapedRune(rune, escapeHtml);
  return `"${out}"`;
}

function escapedRune(rune: string, escapeHtml: boolean): string {
  const isHtml = escapeHtml && (rune === '<' || rune === '>' || rune === '&');
  // A byte that is no UTF-8.
  if (rune.length === 1 && /[\ud800-\udfff]/.test(rune)) return '\\ufffd';
  if (rune >= ' ' && rune !== '\u2028' && rune !== '\u2029' && !isHtml) return rune;
  return `\\u${rune.charCodeAt(0).toString(16).padStart(4, '0')}`;
}
