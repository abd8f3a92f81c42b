import type { JsonValue } from '../node/node-value.ts';

const ESCAPED: Record<string, string> = {
  '<': '\\u003c',
  '>': '\\u003e',
  '&': '\\u0026',
  '\u2028': '\\u2028',
  '\u2029': '\\u2029',
};

/** A text as Go's JSON encoder writes it: signs that matter to HTML are escaped. */
function goJsonString(text: string): string {
  return JSON.stringify(text.toWellFormed()).replace(/[<>&\u2028\u2029]/g, sign => ESCAPED[sign] ?? sign);
}

/** A value as Go's `json.Marshal` writes it: no spaces, keys sorted; with an indent as `MarshalIndent`. */
export function stringifyJson(value: JsonValue, indent = '', outer = ''): string {
  if (typeof value === 'string') return goJsonString(value);
  if (typeof value === 'number') return numberText(value);
  if (typeof value !== 'object' || value === null) return String(value);
  const inner = outer + indent;
  const [open, between] = indent === '' ? ['', ','] : [`\n${inner}`, `,\n${inner}`];
  const close = indent === '' ? '' : `\n${outer}`;
  if (Array.isArray(value)) {
    if (value.length === 0) return '[]';
    return `[${open}${value.map(item => stringifyJson(item, indent, inner)).join(between)}${close}]`;
  }
  const keys = Object.keys(value).sort(byBytes);
  if (keys.length === 0) return '{}';
  const colon = indent === '' ? ':' : ': ';
  const fields = keys.map(
    key => `${goJsonString(key)}${colon}${stringifyJson(value[key] ?? null, indent, inner)}`,
  );
  return `{${open}${fields.join(between)}${close}}`;
}

/** Go writes an exponent below 1e-6 and from 1e21 on, as JavaScript does. */
function numberText(value: number): string {
  return Object.is(value, -0) ? '-0' : String(value);
}

/** Go sorts texts by their bytes, which is by code points. */
export function byBytes(left: string, right: string): number {
  if (left === right) return 0;
  return left < right ? -1 : 1;
}
