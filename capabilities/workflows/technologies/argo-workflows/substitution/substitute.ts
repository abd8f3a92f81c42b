import { SlipwayError } from '@slipway/api';
import { evaluate, UnresolvedName } from '../expression/evaluate.ts';
import { printed } from '../expression/functions.ts';

/** Variables by their full dotted name, e.g. `inputs.parameters.message`. */
export type Variables = Record<string, string>;

export interface SubstituteOptions {
  /** A tag that nothing resolves is an error; otherwise it stays for a later pass. */
  strict: boolean;
  /** Milliseconds since 1970. */
  now: number;
}

/**
 * Replaces `{{name}}` and `{{=expression}}` everywhere inside a value (Argo's util/template): the value is treated as
 * JSON text, so replacements can never change its structure.
 * @throws SlipwayError UnresolvedVariable in strict mode, naming the variable
 */
export function substitute<T>(value: T, variables: Variables, options: SubstituteOptions): T {
  const text = JSON.stringify(value);
  if (text === undefined || !text.includes('{{')) return value;
  return JSON.parse(substituteText(text, variables, options));
}

function substituteText(text: string, variables: Variables, options: SubstituteOptions): string {
  let result = '';
  let at = 0;
  for (;;) {
    const start = text.indexOf('{{', at);
    const end = start < 0 ? -1 : text.indexOf('}}', start + 2);
    if (end < 0) return result + text.slice(at);
    const tag = text.slice(start + 2, end);
    result += text.slice(at, start) + (replacement(tag, variables, options) ?? `{{${tag}}}`);
    at = end + 2;
  }
}

/** What stands for one tag, as the inside of a JSON string; undefined leaves the tag. */
function replacement(tag: string, variables: Variables, options: SubstituteOptions): string | undefined {
  const expression = /^\s*=(.*)$/s.exec(tag)?.[1];
  if (expression !== undefined) return expressionReplacement(asText(expression), variables, options);
  const name = tag.trim();
  if (Object.hasOwn(variables, name)) return asJsonText(variables[name] ?? '');
  if (options.strict) throw unresolved(name);
  return undefined;
}

function expressionReplacement(
  source: string,
  variables: Variables,
  options: SubstituteOptions,
): string | undefined {
  try {
    return asJsonText(printed(evaluate(source, { values: nested(variables), now: options.now })));
  } catch (error) {
    if (!(error instanceof UnresolvedName)) throw error;
    if (options.strict) throw unresolved(error.reference);
    return undefined;
  }
}

function unresolved(name: string): SlipwayError {
  return new SlipwayError('UnresolvedVariable', `failed to resolve {{${name}}}`);
}

const asJsonText = (text: string): string => JSON.stringify(text).slice(1, -1);

function asText(text: string): string {
  try {
    return JSON.parse(`"${text}"`);
  } catch {
    return text;
  }
}

/** `{'a.b': '1'}` as `{a: {b: '1'}}`; a name that is also a prefix of others gives way to them. */
export function nested(variables: Variables): Record<string, unknown> {
  const root: Record<string, unknown> = {};
  for (const [name, value] of Object.entries(variables)) {
    const parts = name.split('.');
    let level = root;
    for (const part of parts.slice(0, -1)) {
      const next = Object.hasOwn(level, part) ? level[part] : undefined;
      const deeper: Record<string, unknown> =
        next && typeof next === 'object' ? (next as Record<string, unknown>) : {};
      define(level, part, deeper);
      level = deeper;
    }
    const last = parts.at(-1) ?? '';
    if (!Object.hasOwn(level, last)) define(level, last, value);
  }
  return root;
}

/** Not an assignment: `__proto__` is a name like any other here. */
function define(target: Record<string, unknown>, name: string, value: unknown): void {
  Object.defineProperty(target, name, { value, enumerable: true, configurable: true, writable: true });
}
