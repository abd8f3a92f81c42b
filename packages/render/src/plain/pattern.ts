import { RenderError } from '../yaml/parse-yaml.ts';

/**
 * True when a whole path matches a pattern of Argo CD's `directory.include` and `exclude` (gobwas/glob without
 * separators, so `*` takes slashes too): `*`, `**`, `?`, `[abc]`, `[!a-z]`, `{a,b}`.
 */
export function matchesPattern(path: string, pattern: string): boolean {
  return alternatives(pattern).some(each => matches(path, each));
}

/** No pattern that somebody means has more. */
const MOST_ALTERNATIVES = 1_000;

/** Takes `{a,b}` apart, inner ones first. */
function alternatives(pattern: string): string[] {
  const open = [pattern];
  const flat: string[] = [];
  for (let next = open.pop(); next !== undefined; next = open.pop()) {
    const [, before = '', inside, after = ''] =
      /^((?:[^\\]|\\.)*?)\{((?:[^{}\\]|\\.)*)\}(.*)$/s.exec(next) ?? [];
    if (inside === undefined) flat.push(next);
    for (const choice of inside?.split(',') ?? []) open.push(`${before}${choice}${after}`);
    if (open.length + flat.length > MOST_ALTERNATIVES)
      throw new RenderError('PatternTooLarge', pattern, `more than ${MOST_ALTERNATIVES} alternatives`);
  }
  return flat;
}

/** Walks both with one place to return to, so that no pattern takes more than length times length. */
function matches(path: string, pattern: string): boolean {
  const tokens = tokensOf(pattern);
  let at = 0;
  let token = 0;
  let star = -1;
  let resume = 0;
  while (at < path.length) {
    const current = tokens[token];
    if (current === '*') {
      star = token++;
      resume = at;
      continue;
    }
    if (current !== undefined && fits(current, path[at] ?? '')) {
      token++;
      at++;
      continue;
    }
    if (star < 0) return false;
    token = star + 1;
    at = ++resume;
  }
  while (tokens[token] === '*') token++;
  return token === tokens.length;
}

/** `*`, `?`, `[…]`, or one character behind a backslash. */
function tokensOf(pattern: string): string[] {
  return pattern.replaceAll('**', '*').match(/\[[^\]]+\]|\\.|./gs) ?? [];
}

function fits(token: string, character: string): boolean {
  if (token === '?') return true;
  if (token.length === 1) return token === character;
  if (token.startsWith('\\')) return token[1] === character;
  const negated = /^\[[!^]/.test(token);
  const set = token.slice(negated ? 2 : 1, -1);
  return inSet(set, character) !== negated;
}

function inSet(set: string, character: string): boolean {
  for (let at = 0; at < set.length; at++) {
    const [from = '', dash, to] = [set[at], set[at + 1], set[at + 2]];
    if (dash === '-' && to !== undefined) {
      if (character >= from && character <= to) return true;
      at += 2;
      continue;
    }
    if (character === from) return true;
  }
  return false;
}
