import { RE2JS } from 're2js';

/**
 * A pattern of `.Files.Glob` (gobwas/glob with `/` between segments): `*`, `**`, `?`, `[a-z]`, `[!abc]`, `{a,b}`. What is
 * no pattern takes everything, as in Helm.
 */
export function globPattern(pattern: string): (path: string) => boolean {
  const source = expression([...pattern]);
  if (source === undefined) return () => true;
  const compiled = RE2JS.compile(source, RE2JS.DOTALL);
  return path => compiled.matches(path);
}

/** The same as a regular expression; undefined when a bracket or brace stays open. */
function expression(pattern: string[]): string | undefined {
  let source = '';
  let braces = 0;
  for (let at = 0; at < pattern.length; at++) {
    const char = pattern[at] ?? '';
    switch (char) {
      case '*':
        if (pattern[at + 1] !== '*') {
          source += '[^/]*';
          break;
        }
        source += '.*';
        while (pattern[at + 1] === '*') at++;
        break;
      case '?':
        source += '[^/]';
        break;
      case '{':
        braces++;
        source += '(?:';
        break;
      case '}':
        if (braces-- === 0) return undefined;
        source += ')';
        break;
      case ',':
        source += braces > 0 ? '|' : ',';
        break;
      case '[': {
        const end = pattern.indexOf(']', at + 1);
        if (end < 0) return undefined;
        source += characterClass(pattern.slice(at + 1, end).join(''));
        at = end;
        break;
      }
      case '\\':
        source += RE2JS.quote(pattern[++at] ?? '');
        break;
      default:
        source += RE2JS.quote(char);
    }
  }
  return braces === 0 ? source : undefined;
}

function characterClass(inside: string): string {
  const negated = inside.startsWith('!');
  const members = (negated ? inside.slice(1) : inside).replace(/[\\\][^&~|]/g, '\\$&');
  return `[${negated ? '^' : ''}${members}]`;
}
