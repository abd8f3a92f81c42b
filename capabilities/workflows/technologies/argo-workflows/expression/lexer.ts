import { SlipwayError } from '@slipway/api';

export type TokenType = 'number' | 'string' | 'name' | 'operator' | 'end';
export interface Token {
  type: TokenType;
  text: string;
  at: number;
}

const OPERATORS = [
  '...',
  '..',
  '?.',
  '??',
  '==',
  '!=',
  '<=',
  '>=',
  '&&',
  '||',
  '**',
  '=~',
  '!~',
  '+',
  '-',
  '*',
  '/',
  '%',
  '^',
  '<',
  '>',
  '!',
  '?',
  ':',
  '.',
  ',',
  '(',
  ')',
  '[',
  ']',
  '{',
  '}',
  '|',
  '#',
  ';',
  '=',
];
const NUMBER = /^(0x[0-9a-fA-F]+|\d[\d_]*(\.\d+)?([eE][-+]?\d+)?|\.\d+)/;
const NAME = /^[A-Za-z_$][A-Za-z0-9_$]*/;
const ESCAPES: Record<string, string> = { n: '\n', t: '\t', r: '\r', '0': '\0', b: '\b', f: '\f', v: '\v' };
const LONGEST = 16_384;

/** Splits an expression (expr-lang's grammar) into tokens. */
export function tokenize(source: string): Token[] {
  if (source.length > LONGEST)
    throw expressionError(source.slice(0, 40), `is longer than ${LONGEST} characters`);
  const tokens: Token[] = [];
  let at = 0;
  while (at < source.length) {
    const rest = source.slice(at);
    const blank = /^(\s+|\/\/[^\n]*|\/\*[\s\S]*?\*\/)/.exec(rest);
    if (blank) {
      at += blank[0].length;
      continue;
    }
    const token = readToken(source, rest, at);
    tokens.push(token.token);
    at += token.length;
  }
  tokens.push({ type: 'end', text: '', at });
  return tokens;
}

function readToken(source: string, rest: string, at: number): { token: Token; length: number } {
  const quote = rest[0];
  if (quote === '"' || quote === "'" || quote === '`') return readString(source, rest, at, quote);
  // `1..3` is a range, not the number `1.`
  const number = NUMBER.exec(rest);
  if (number?.[0]) {
    return { token: { type: 'number', text: number[0].replaceAll('_', ''), at }, length: number[0].length };
  }
  const name = NAME.exec(rest);
  if (name) return { token: { type: 'name', text: name[0], at }, length: name[0].length };
  const operator = OPERATORS.find(candidate => rest.startsWith(candidate));
  if (!operator)
    throw expressionError(source, `has an unexpected character ${JSON.stringify(quote)} at ${at}`);
  return { token: { type: 'operator', text: operator, at }, length: operator.length };
}

function readString(
  source: string,
  rest: string,
  at: number,
  quote: string,
): { token: Token; length: number } {
  let text = '';
  for (let i = 1; i < rest.length; i++) {
    const character = rest[i] ?? '';
    if (character === quote) return { token: { type: 'string', text, at }, length: i + 1 };
    if (character !== '\\' || quote === '`') {
      text += character;
      continue;
    }
    i++;
    const escaped = rest[i] ?? '';
    const hex = /^(u([0-9a-fA-F]{4})|x([0-9a-fA-F]{2}))/.exec(rest.slice(i));
    if (hex) {
      text += String.fromCharCode(Number.parseInt(hex[2] ?? hex[3] ?? '0', 16));
      i += hex[0].length - 1;
      continue;
    }
    text += ESCAPES[escaped] ?? escaped;
  }
  throw expressionError(source, `has a string that does not end, from ${at}`);
}

/** Every error of this language: what, and in which expression. */
export function expressionError(source: string, problem: string): SlipwayError {
  return new SlipwayError('InvalidExpression', `expression ${JSON.stringify(source)} ${problem}`);
}
