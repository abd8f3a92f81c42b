import { RE2JS } from 're2js';

const MAX_PATTERN = 1_024;
const KEPT = 2_000;
const compiled = new Map<string, RE2JS | undefined>();

/**
 * Whether a whole text matches a glob as Argo CD reads them: `*` and `?` stop at separators, `**` does not, `[abc]`,
 * `[!a-z]`, `{one,two}`, `\` before a character that means itself. A pattern that is no glob matches nothing.
 */
export function matchesGlob(text: string, pattern: string, separators = ''): boolean {
  if (pattern === '*' && separators === '') return true;
  const key = `${separators} ${pattern}`;
  if (!compiled.has(key)) {
    if (compiled.size >= KEPT) compiled.clear();
    compiled.set(key, compile(pattern, separators));
  }
  return compiled.get(key)?.testExact(text) ?? false;
}

/** Whether a text is in a list of globs, or of regular expressions between slashes. */
export function matchesList(text: string, patterns: string[]): boolean {
  return patterns.some(pattern =>
    /^\/.*\/$/.test(pattern) && pattern.length > 1
      ? matchesExpression(text, pattern.slice(1, -1))
      : matchesGlob(text, pattern),
  );
}

/** A regular expression anywhere in the text (RE2); one that does not compile matches nothing. */
function matchesExpression(text: string, expression: string): boolean {
  try {
    return RE2JS.compile(expression).test(text);
  } catch {
    return false;
  }
}

function compile(pattern: string, separators: string): RE2JS | undefined {
  if (pattern.length > MAX_PATTERN) return undefined;
  try {
    return RE2JS.compile(expressionOf(pattern, separators), RE2JS.DOTALL);
  } catch {
    return undefined;
  }
}

/** @throws Error for a bracket or brace that is not closed */
function expressionOf(pattern: string, separators: string): string {
  const one = separators === '' ? '.' : `[^${RE2JS.quote(separators)}]`;
  let depth = 0;
  let result = '';
  for (let at = 0; at < pattern.length; at++) {
    const sign = pattern[at] ?? '';
    if (sign === '\\') {
      at++;
      result += RE2JS.quote(pattern[at] ?? '');
      continue;
    }
    if (sign === '*' && pattern[at + 1] === '*') {
      at++;
      result += '.*';
      continue;
    }
    if (sign === '[') {
      const end = pattern.indexOf(']', at + 2);
      if (end < 0) throw new Error(`glob: no ] in ${pattern}`);
      result += classOf(pattern.slice(at + 1, end));
      at = end;
      continue;
    }
    if (sign === '{') depth++;
    if (sign === '}') depth--;
    result += translated(sign, one, depth > 0);
  }
  if (depth !== 0) throw new Error(`glob: no } in ${pattern}`);
  return result;
}

function translated(sign: string, one: string, inBraces: boolean): string {
  if (sign === '*') return `${one}*`;
  if (sign === '?') return one;
  if (sign === '{') return '(?:';
  if (sign === '}') return ')';
  if (sign === ',' && inBraces) return '|';
  return RE2JS.quote(sign);
}

/** `!a-z` of `[!a-z]` as a character class. */
function classOf(text: string): string {
  const negated = text.startsWith('!');
  const body = negated ? text.slice(1) : text;
  return `[${negated ? '^' : ''}${body.replace(/[\\^\]]/g, '\\$&')}]`;
}
