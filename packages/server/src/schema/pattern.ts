import { RE2JS } from 're2js';

const compiled = new Map<string, RE2JS>();
const MOST_KEPT = 2000;

/**
 * True when a text holds what a pattern describes. RE2: patterns come from other people, and a backtracking
 * engine can be made to hang by them.
 * @throws when the pattern is none
 */
export function matchesPattern(pattern: string, text: string): boolean {
  return compilePattern(pattern).matcher(text).find();
}

export function compilePattern(pattern: string): RE2JS {
  const known = compiled.get(pattern);
  if (known) return known;
  const made = RE2JS.compile(pattern);
  if (compiled.size >= MOST_KEPT) compiled.clear();
  compiled.set(pattern, made);
  return made;
}
