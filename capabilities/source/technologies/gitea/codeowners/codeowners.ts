import { globSource, type Pattern, regularExpression } from '@slipway/sources';

/** Where the file is looked for; the first one counts. Gitea's places, then GitHub's. */
export const CODEOWNERS_PLACES = ['CODEOWNERS', 'docs/CODEOWNERS', '.gitea/CODEOWNERS', '.github/CODEOWNERS'];

/** Larger files are not read. */
export const MOST_BYTES = 256 * 1024;
const MOST_RULES = 1_000;

/** Somebody who owns files: a login, or a group (`@team/group`, in GitHub's words a team). */
export interface Owner {
  user?: string;
  group?: string;
}

export interface CodeOwners {
  /** Gitea's files hold regular expressions and all that fit count; in GitHub's, shell patterns, the last one counts. */
  dialect: 'gitea' | 'github';
  rules: { fits(path: string): boolean; owners: Owner[] }[];
  /** Lines that say nothing, with the reason. */
  warnings: string[];
}

/**
 * Reads a CODEOWNERS file. Both kinds of files have the same name: one that lies in `.gitea`, or uses what only regular
 * expressions have, is Gitea's; any other is GitHub's.
 */
export function parseCodeOwners(text: string, place = 'CODEOWNERS'): CodeOwners {
  const lines = text.split('\n').map((line, index) => ({ number: index + 1, words: wordsOf(line) }));
  const rules = lines.filter(({ words }) => words.length > 0);
  const dialect = dialectOf(
    rules.map(({ words }) => words[0] ?? ''),
    place,
  );
  const found: CodeOwners = { dialect, rules: [], warnings: [] };
  for (const { number, words } of rules.slice(0, MOST_RULES)) {
    const [pattern = '', ...names] = words;
    try {
      found.rules.push({ fits: matcherOf(pattern, dialect), owners: names.map(ownerOf) });
    } catch (error) {
      found.warnings.push(`line ${number}: ${JSON.stringify(pattern)}: ${(error as Error).message}`);
    }
  }
  if (rules.length > MOST_RULES) found.warnings.push(`only the first ${MOST_RULES} rules count`);
  return found;
}

/** Owners of any of these files, each once. */
export function ownersOf({ dialect, rules }: CodeOwners, files: string[]): Owner[] {
  const owners = files.flatMap(file => {
    if (dialect === 'gitea') return rules.filter(rule => rule.fits(file)).flatMap(rule => rule.owners);
    return rules.findLast(rule => rule.fits(file))?.owners ?? [];
  });
  const each = new Map(owners.map(owner => [JSON.stringify(owner), owner]));
  return [...each.values()];
}

/** Words of a line up to a comment; `\ ` and `\#` stand for themselves. */
function wordsOf(line: string): string[] {
  const bare = /^((?:\\.|[^\\#]|(?<=\S)#)*)/.exec(line)?.[1] ?? '';
  return (bare.match(/(?:\\.|\S)+/g) ?? []).map(word => word.replace(/\\([ #])/g, '$1'));
}

function dialectOf(patterns: string[], place: string): CodeOwners['dialect'] {
  if (place.startsWith('.gitea/')) return 'gitea';
  if (place.startsWith('.github/')) return 'github';
  return patterns.some(pattern => /^!|^\^|\$$|\.\*|[()|+]|\\[.wds]/.test(pattern)) ? 'gitea' : 'github';
}

function matcherOf(pattern: string, dialect: CodeOwners['dialect']): (path: string) => boolean {
  if (dialect === 'github') {
    const matcher = folderPattern(pattern);
    return path => matcher.test(path);
  }
  const negative = pattern.startsWith('!');
  const matcher = regularExpression(negative ? pattern.slice(1) : pattern);
  return path => matcher.test(path) !== negative;
}

/** As in gitignore: without a slash within, at any depth; what fits a folder fits all in it, `docs/*` aside. */
function folderPattern(pattern: string): Pattern {
  if (/^!|[[\]]/.test(pattern)) throw new SyntaxError('"!" and "[" mean nothing in CODEOWNERS');
  const isAnchored = /\/./.test(pattern);
  const body = globSource(pattern.replace(/^\//, '').replace(/\/$/, ''));
  const inFolder = pattern.endsWith('/') ? '/.*' : '(?:/.*)?';
  const behind = /\/\*$/.test(pattern) ? '' : inFolder;
  return regularExpression(`${isAnchored ? '' : '(?:.*/)?'}${body}${behind}`);
}

function ownerOf(word: string): Owner {
  if (!word.startsWith('@')) {
    if (/^[^@\s]+@[^@\s]+$/.test(word)) return { user: word };
    throw new SyntaxError(`${JSON.stringify(word)} is no owner; "@user", "@team/group" and addresses are`);
  }
  const name = word.slice(1);
  if (name === '') throw new SyntaxError('"@" without a name');
  const group = name.split('/')[1];
  return group ? { group } : { user: name };
}
