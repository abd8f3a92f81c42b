import { RE2JS } from 're2js';

/**
 * Files that a git pathspec selects (`git ls-files -- <pattern>`): a file, all below a folder, or a pattern whose `*`
 * does not stop at slashes.
 * @throws Error for git's magic pathspecs
 */
export function selectByPathspec(files: string[], pattern: string): string[] {
  if (pattern.startsWith(':')) throw new Error(`pathspec ${JSON.stringify(pattern)}: magic is not supported`);
  const clean = pattern.replace(/^(\.\/)+/, '').replace(/\/+$/, '');
  if (clean === '' || clean === '.') return files;
  const exact = files.filter(file => file === clean || file.startsWith(`${clean}/`));
  if (!/[*?[\\]/.test(clean)) return exact;
  const expression = compile(clean, { star: '.*', doubleStar: '.*', one: '.', braces: false });
  const chosen = new Set(exact);
  return files.filter(file => chosen.has(file) || expression.testExact(file));
}

/**
 * Files that a path with `**` selects (`applicationsetcontroller.enable.new.git.file.globbing`): `*` stops at slashes,
 * `**` as a whole segment is any number of folders, `{a,b}` is either.
 */
export function selectByGlob(files: string[], pattern: string): string[] {
  const clean = pattern.replace(/^(\.?\/)+/, '');
  const expression = compile(clean, { star: '[^/]*', doubleStar: '(?:.*/)?', one: '[^/]', braces: true });
  return files.filter(file => expression.testExact(file));
}

interface Dialect {
  star: string;
  /** Of the whole segment `**` and its slash where braces are known, of the two stars elsewhere. */
  doubleStar: string;
  one: string;
  braces: boolean;
}

const LONGEST = 1_024;

function compile(pattern: string, dialect: Dialect): RE2JS {
  if (pattern.length > LONGEST) throw new Error(`the pattern is longer than ${LONGEST} characters`);
  let result = '';
  let depth = 0;
  for (let at = 0; at < pattern.length; at++) {
    const rest = pattern.slice(at);
    const token = tokenOf(rest, dialect, depth);
    if (token.opens) depth++;
    if (token.closes) depth--;
    result += token.expression;
    at += token.length - 1;
  }
  if (depth !== 0) throw new Error(`syntax error in pattern: ${pattern}`);
  return RE2JS.compile(result, RE2JS.DOTALL);
}

interface Token {
  expression: string;
  length: number;
  opens?: boolean;
  closes?: boolean;
}

function tokenOf(rest: string, dialect: Dialect, depth: number): Token {
  const { star, doubleStar, one, braces } = dialect;
  const sign = rest[0] ?? '';
  if (braces && rest.startsWith('**/')) return { expression: doubleStar, length: 3 };
  if (rest.startsWith('**')) return { expression: '.*', length: 2 };
  if (sign === '*') return { expression: star, length: 1 };
  if (sign === '?') return { expression: one, length: 1 };
  if (sign === '\\') return { expression: RE2JS.quote(rest[1] ?? ''), length: 2 };
  if (sign === '[') return classOf(rest);
  if (braces && sign === '{') return { expression: '(?:', length: 1, opens: true };
  if (braces && sign === '}' && depth > 0) return { expression: ')', length: 1, closes: true };
  if (braces && sign === ',' && depth > 0) return { expression: '|', length: 1 };
  return { expression: RE2JS.quote(sign), length: 1 };
}

function classOf(rest: string): Token {
  const end = rest.indexOf(']', 2);
  if (end < 0) throw new Error(`syntax error in pattern: ${rest}`);
  const body = rest.slice(1, end);
  const negated = /^[!^]/.test(body);
  const escaped = (negated ? body.slice(1) : body).replace(/[\\^\]]/g, '\\$&');
  return { expression: `[${negated ? '^' : ''}${escaped}]`, length: end + 1 };
}
