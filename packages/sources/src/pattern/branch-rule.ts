import { glob } from './glob.ts';
import type { Pattern } from './pattern.ts';

/**
 * Of the rules that protect branches, the one that counts for a branch: the lowest priority first, then plain names,
 * then in the order of the alphabet (Gitea).
 */
export function ruleFor<T extends { rule: string; priority?: number }>(
  rules: T[],
  branch: string,
): T | undefined {
  return [...rules].sort(byRank).find(({ rule }) => fitsBranch(rule, branch));
}

interface Ranked {
  rule: string;
  priority?: number;
}

function byRank(a: Ranked, b: Ranked): number {
  const rank = ({ priority = 0, rule }: Ranked) => priority * 2 + (isPlain(rule) ? 0 : 1);
  return rank(a) - rank(b) || (a.rule < b.rule ? -1 : 1);
}

function isPlain(rule: string): boolean {
  return !/[*?[{\\]/.test(rule);
}

/** As Gitea: plain names without regard to case. A pattern that is none stands for itself. */
export function fitsBranch(rule: string, branch: string): boolean {
  if (rule.toLowerCase() === branch.toLowerCase()) return true;
  return !isPlain(rule) && (patternOf(rule)?.test(branch) ?? false);
}

/** A shell pattern, or undefined for a text that is none. */
export function patternOf(text: string, separators = '/'): Pattern | undefined {
  try {
    return glob(text, separators);
  } catch {
    return undefined;
  }
}
