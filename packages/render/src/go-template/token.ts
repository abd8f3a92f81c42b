import { byteLength } from './go-string.ts';
import { quote } from './quote.ts';

/** Words and marks that are tokens of their own. */
const KEYWORDS = [
  'block',
  'break',
  'continue',
  'define',
  'else',
  'end',
  'if',
  'range',
  'template',
  'with',
  'nil',
  'dot',
] as const;

export type Keyword = (typeof KEYWORDS)[number];

export type TokenKind =
  | Keyword
  | 'assign'
  | 'bool'
  | 'char'
  | 'character'
  | 'complex'
  | 'declare'
  | 'eof'
  | 'error'
  | 'field'
  | 'identifier'
  | 'left delimiter'
  | 'left paren'
  | 'number'
  | 'pipe'
  | 'raw string'
  | 'right delimiter'
  | 'right paren'
  | 'space'
  | 'string'
  | 'text'
  | 'variable';

export interface Token {
  kind: TokenKind;
  /** Index of its first UTF-16 unit in the text. */
  position: number;
  text: string;
  /** Line at which it starts, from 1. */
  line: number;
}

const keywords: ReadonlySet<string> = new Set(KEYWORDS);

export function isKeyword(word: string): word is Keyword {
  return word !== 'dot' && keywords.has(word);
}

/** A token as Go's parser names it in its errors. */
export function describeToken({ kind, text }: Token): string {
  if (kind === 'eof') return 'EOF';
  if (kind === 'error') return text;
  if (keywords.has(kind)) return `<${text}>`;
  if (byteLength(text) > 10) return `${quote([...text].slice(0, 10).join(''))}...`;
  return quote(text);
}
