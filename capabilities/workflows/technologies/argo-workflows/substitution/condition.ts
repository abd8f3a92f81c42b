import { SlipwayError } from '@slipway/api';
import { RE2JS } from 're2js';

/**
 * Whether a step's `when` holds (Argo's shouldExecute over govaluate): words without quotes are strings.
 * @throws SlipwayError InvalidCondition
 */
export function holdsWhen(when: string | undefined): boolean {
  if (when === undefined || when.trim() === '') return true;
  const result = new Condition(when).evaluate();
  if (typeof result !== 'boolean') {
    throw invalid(when, `gives ${JSON.stringify(result)}, not true or false`);
  }
  return result;
}

type Value = string | number | boolean | Value[];
type Token = { type: 'value'; value: Value; word: boolean } | { type: 'operator'; text: string };

const SYMBOLS = [
  '==',
  '!=',
  '>=',
  '<=',
  '=~',
  '!~',
  '&&',
  '||',
  '**',
  '>',
  '<',
  '!',
  '+',
  '-',
  '*',
  '/',
  '%',
  '(',
  ')',
  ',',
  '?',
  ':',
];
const LEVELS = [
  ['||'],
  ['&&'],
  ['==', '!=', '>', '<', '>=', '<=', '=~', '!~', 'in'],
  ['+', '-'],
  ['*', '/', '%'],
  ['**'],
];

function invalid(source: string, problem: string): SlipwayError {
  return new SlipwayError(
    'InvalidCondition',
    `Invalid 'when' expression ${JSON.stringify(source)}: ${problem}`,
  );
}

class Condition {
  private readonly source: string;
  private readonly tokens: Token[];
  private at = 0;

  constructor(source: string) {
    this.source = source;
    this.tokens = tokensOf(source);
  }

  evaluate(): Value {
    const value = this.choice();
    if (this.at < this.tokens.length) {
      throw invalid(
        this.source,
        'cannot be read to its end (hint: try wrapping the affected expression in quotes ("))',
      );
    }
    return value;
  }

  private accept(...operators: string[]): string | undefined {
    const token = this.tokens[this.at];
    const text = token?.type === 'operator' ? token.text : undefined;
    if (text === undefined || !operators.includes(text)) return undefined;
    this.at++;
    return text;
  }

  private choice(): Value {
    const test = this.level(0);
    if (!this.accept('?')) return test;
    const yes = this.choice();
    if (!this.accept(':')) throw invalid(this.source, 'misses a ":"');
    const no = this.choice();
    return test === true ? yes : no;
  }

  private level(index: number): Value {
    const operators = LEVELS[index];
    if (!operators) return this.unary();
    let left = this.level(index + 1);
    for (let operator = this.accept(...operators); operator; operator = this.accept(...operators)) {
      left = this.operate(operator, left, this.level(index + 1));
    }
    return left;
  }

  private unary(): Value {
    if (this.accept('!')) return this.unary() !== true;
    if (this.accept('-')) return -Number(this.unary());
    if (this.accept('(')) return this.parenthesis();
    const token = this.tokens[this.at++];
    if (token?.type !== 'value')
      throw invalid(this.source, 'misses a value (hint: try wrapping the affected expression in quotes ("))');
    return token.value;
  }

  private parenthesis(): Value {
    const values: Value[] = [];
    while (!this.accept(')')) {
      if (this.at >= this.tokens.length) throw invalid(this.source, 'misses a ")"');
      values.push(this.choice());
      this.accept(',');
    }
    return values.length === 1 ? (values[0] ?? '') : values;
  }

  private operate(operator: string, left: Value, right: Value): Value {
    switch (operator) {
      case '||':
        return left === true || right === true;
      case '&&':
        return left === true && right === true;
      case '==':
        return left === right;
      case '!=':
        return left !== right;
      case '=~':
        return RE2JS.compile(String(right)).matcher(String(left)).find();
      case '!~':
        return !RE2JS.compile(String(right)).matcher(String(left)).find();
      case 'in':
        return Array.isArray(right) ? right.includes(left) : left === right;
      case '+':
        return typeof left === 'string' || typeof right === 'string'
          ? `${left}${right}`
          : Number(left) + Number(right);
    }
    return this.calculate(operator, left, right);
  }

  private calculate(operator: string, left: Value, right: Value): Value {
    if (['<', '>', '<=', '>='].includes(operator)) {
      if (typeof left !== typeof right)
        throw invalid(this.source, `compares ${JSON.stringify(left)} with ${JSON.stringify(right)}`);
      return (
        { '<': left < right, '>': left > right, '<=': left <= right, '>=': left >= right }[operator] ?? false
      );
    }
    const [a, b] = [Number(left), Number(right)];
    if (Number.isNaN(a) || Number.isNaN(b)) throw invalid(this.source, `calculates with what is no number`);
    return { '-': a - b, '*': a * b, '/': a / b, '%': a % b, '**': a ** b }[operator] ?? 0;
  }
}

function tokensOf(source: string): Token[] {
  const tokens: Token[] = [];
  let rest = source.trimStart();
  while (rest !== '') {
    const { token, length } = readToken(rest, source);
    tokens.push(...token);
    rest = rest.slice(length).trimStart();
  }
  return tokens;
}

function readToken(rest: string, source: string): { token: Token[]; length: number } {
  const quoted = /^(?:"((?:[^"\\]|\\.)*)"|'((?:[^'\\]|\\.)*)')/s.exec(rest);
  if (quoted)
    return {
      token: [word((quoted[1] ?? quoted[2] ?? '').replace(/\\(.)/gs, '$1'), false)],
      length: quoted[0].length,
    };
  const bracketed = /^\[([^\]]*)\]/.exec(rest);
  if (bracketed) return { token: [word(bracketed[1] ?? '', false)], length: bracketed[0].length };
  const number = /^(0x[0-9a-fA-F]+|\d+(?:\.\d+)?)(?![\w.])/.exec(rest);
  if (number)
    return { token: [{ type: 'value', value: Number(number[0]), word: false }], length: number[0].length };
  const name = /^[A-Za-z0-9_][\w.]*/.exec(rest);
  if (name) return { token: [word(name[0], true)], length: name[0].length };
  const symbol = SYMBOLS.find(candidate => rest.startsWith(candidate));
  if (symbol) return { token: [{ type: 'operator', text: symbol }], length: symbol.length };
  throw invalid(
    source,
    `Invalid token: ${JSON.stringify(rest[0])} (hint: try wrapping the affected expression in quotes ("))`,
  );
}

function word(text: string, bare: boolean): Token {
  if (bare && text === 'in') return { type: 'operator', text };
  if (bare && (text === 'true' || text === 'false'))
    return { type: 'value', value: text === 'true', word: true };
  return { type: 'value', value: text, word: bare };
}
