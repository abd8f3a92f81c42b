import { BadPattern, matchesPath } from '../../path-match.ts';
import { ChartError } from '../chart-error.ts';

/** True when this path of a chart is left out. */
export type IgnoreRules = (path: string, isFolder: boolean) => boolean;

interface Rule {
  negated: boolean;
  onlyFolders: boolean;
  matches: (path: string) => boolean;
}

/** Hidden files below templates are never read. */
const BUILT_IN = 'templates/.?*';
const LONGEST_LINE = 64 * 1024;

/**
 * Rules of a `.helmignore` text as Helm has them (`pkg/ignore`), which are not Git's: the first rule that decides, wins,
 * and a rule with `!` leaves out everything that it does not match.
 * @throws ChartError ChartInvalid for `**` and for patterns that are none
 */
export function ignoreRules(text: string): IgnoreRules {
  const rules = [...text.replace(/^\uFEFF/, '').split(/\r?\n/), BUILT_IN].flatMap(parseRule);
  return (path, isFolder) => {
    if (path === '' || path === '.' || path === './') return false;
    for (const { negated, onlyFolders, matches } of rules) {
      const fits = (!onlyFolders || isFolder) && matches(path);
      if (fits !== negated) return true;
    }
    return false;
  };
}

function parseRule(line: string): Rule[] {
  if (line.length > LONGEST_LINE) throw refuse('bufio.Scanner: token too long');
  const rule = line.trim();
  if (rule === '' || rule.startsWith('#')) return [];
  if (rule.includes('**')) throw refuse('double-star (**) syntax is not supported');
  if (!isPattern(rule)) throw refuse('syntax error in pattern');
  const negated = rule.startsWith('!');
  const positive = negated ? rule.slice(1) : rule;
  const onlyFolders = positive.endsWith('/');
  const pattern = onlyFolders ? positive.slice(0, -1) : positive;
  return [{ negated, onlyFolders, matches: matcher(pattern) }];
}

function matcher(pattern: string): (path: string) => boolean {
  const isRooted = pattern.startsWith('/');
  const wanted = isRooted ? pattern.slice(1) : pattern;
  const byName = !isRooted && !wanted.includes('/');
  return path => {
    try {
      return matchesPath(wanted, byName ? (path.split('/').at(-1) ?? '') : path);
    } catch (error) {
      if (error instanceof BadPattern) return false;
      throw error;
    }
  };
}

function isPattern(rule: string): boolean {
  try {
    matchesPath(rule, 'abc');
    return true;
  } catch (error) {
    if (error instanceof BadPattern) return false;
    throw error;
  }
}

function refuse(message: string): ChartError {
  return new ChartError('ChartInvalid', '.helmignore', message);
}
