import { RE2JS } from 're2js';
import { type Pattern, regularExpression } from './pattern.ts';

/**
 * A shell pattern: `*` and `?` stay between separators, `**` crosses them; `[a-z]`, `[!a]`, `{a,b}`, `\` as usual.
 * @throws SyntaxError for brackets without an end, and for one that is too long
 */
export function glob(source: string, separators = '/'): Pattern {
  return regularExpression(globSource(source, separators));
}

const PART = /\*\*\/|\*\*|\*|\?|\[(!?)([^\]]+)\]|\{([^}]*)\}|\\(.)|(.)/gs;

/** The regular expression that means the same, for patterns made of one and more. */
export function globSource(source: string, separators = '/'): string {
  const within = `[^${inClass(separators)}]`;
  return source.replace(PART, (part, not, set, choices, escaped, plain, at: number) => {
    if (part === '**/') return at === 0 || source[at - 1] === '/' ? '(?:.*/)?' : '.*/';
    if (part === '**') return '.*';
    if (part === '*') return `${within}*`;
    if (part === '?') return within;
    if (set !== undefined) return `[${not ? '^' : ''}${inClass(set)}]`;
    if (choices !== undefined) return `(?:${choices.split(',').map(choiceOf).join('|')})`;
    if (plain === '[' || plain === '{')
      throw new SyntaxError(`"${plain}" without its end, at character ${at + 1}`);
    return RE2JS.quote(escaped ?? plain);
  });

  function choiceOf(choice: string): string {
    return globSource(choice, separators);
  }
}

/** Characters of a class; ranges stay. */
function inClass(text: string): string {
  return text.replace(/[\\[\]^&~|]/g, '\\$&');
}
