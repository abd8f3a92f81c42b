import { expressionError, type Token, tokenize } from './lexer.ts';

export type Expression =
  | { op: 'literal'; value: unknown }
  | { op: 'name'; name: string }
  | { op: 'item' }
  | { op: 'list'; items: Expression[] }
  | { op: 'map'; entries: { key: Expression; value: Expression }[] }
  | { op: 'unary'; operator: string; value: Expression }
  | { op: 'binary'; operator: string; left: Expression; right: Expression }
  | { op: 'choice'; test: Expression; yes: Expression; no: Expression }
  | { op: 'member'; target: Expression; key: Expression; optional: boolean }
  | { op: 'slice'; target: Expression; from?: Expression; to?: Expression }
  | { op: 'call'; target: Expression; args: Expression[] }
  | { op: 'closure'; body: Expression }
  | { op: 'let'; name: string; value: Expression; body: Expression };

/** Binding power of expr-lang's binary operators. */
const POWER: Record<string, number> = {
  '|': 0,
  or: 10,
  '||': 10,
  and: 15,
  '&&': 15,
  '==': 20,
  '!=': 20,
  '<': 20,
  '>': 20,
  '>=': 20,
  '<=': 20,
  in: 20,
  matches: 20,
  contains: 20,
  startsWith: 20,
  endsWith: 20,
  '=~': 20,
  '!~': 20,
  '..': 25,
  '+': 30,
  '-': 30,
  '*': 60,
  '/': 60,
  '%': 60,
  '**': 100,
  '^': 100,
  '??': 500,
};
const WORDS = new Set(['or', 'and', 'in', 'matches', 'contains', 'startsWith', 'endsWith']);
const DEEPEST = 100;

/** Parses one expression; errors have the code `InvalidExpression`. */
export function parseExpression(source: string): Expression {
  const parser = new Parser(source);
  const expression = parser.sequence();
  parser.expectEnd();
  return expression;
}

class Parser {
  private readonly source: string;
  private readonly tokens: Token[];
  private at = 0;
  private depth = 0;

  constructor(source: string) {
    this.source = source;
    this.tokens = tokenize(source);
  }

  private get token(): Token {
    return this.tokens[this.at] ?? { type: 'end', text: '', at: this.source.length };
  }

  private is(text: string): boolean {
    const { type } = this.token;
    return this.token.text === text && (type === 'operator' || type === 'name');
  }

  private accept(text: string): boolean {
    if (!this.is(text)) return false;
    this.at++;
    return true;
  }

  private expect(text: string): void {
    if (!this.accept(text)) throw this.unexpected(`, ${JSON.stringify(text)} was expected`);
  }

  private unexpected(more = ''): Error {
    const found =
      this.token.type === 'end'
        ? 'ends too early'
        : `has an unexpected ${JSON.stringify(this.token.text)} at ${this.token.at}`;
    return expressionError(this.source, `${found}${more}`);
  }

  expectEnd(): void {
    if (this.token.type !== 'end') throw this.unexpected();
  }

  sequence(): Expression {
    if (!this.accept('let')) return this.ternary();
    const name = this.token.text;
    this.at++;
    this.expect('=');
    const value = this.ternary();
    this.expect(';');
    return { op: 'let', name, value, body: this.sequence() };
  }

  private ternary(): Expression {
    if (++this.depth > DEEPEST) throw expressionError(this.source, `is nested deeper than ${DEEPEST} levels`);
    const test = this.binary(0);
    this.depth--;
    if (!this.accept('?')) return test;
    const yes = this.ternary();
    this.expect(':');
    return { op: 'choice', test, yes, no: this.ternary() };
  }

  private binary(power: number): Expression {
    let left = this.unary();
    for (;;) {
      const negated = this.is('not') && POWER[this.tokens[this.at + 1]?.text ?? ''] === 20;
      const { text, type } = negated ? (this.tokens[this.at + 1] ?? this.token) : this.token;
      const known = type === 'operator' || (type === 'name' && WORDS.has(text));
      const own = known ? POWER[text] : undefined;
      if (own === undefined || own < power) return left;
      this.at += negated ? 2 : 1;
      left = this.combine(left, text, own, negated);
    }
  }

  private combine(left: Expression, operator: string, power: number, negated: boolean): Expression {
    if (operator === '|') return this.pipe(left);
    const rightAssociative = operator === '**' || operator === '^';
    const right = this.binary(rightAssociative ? power : power + 1);
    const combined: Expression = { op: 'binary', operator, left, right };
    return negated ? { op: 'unary', operator: '!', value: combined } : combined;
  }

  /** `x | f(y)` is `f(x, y)`. */
  private pipe(left: Expression): Expression {
    const call = this.unary();
    if (call.op !== 'call')
      throw expressionError(this.source, 'pipes into something that is no function call');
    return { ...call, args: [left, ...call.args] };
  }

  private unary(): Expression {
    for (const operator of ['!', 'not', '-', '+']) {
      if (!this.accept(operator)) continue;
      const value = operator === 'not' ? this.binary(50) : this.unary();
      return { op: 'unary', operator: operator === 'not' ? '!' : operator, value };
    }
    return this.postfix(this.primary());
  }

  private postfix(start: Expression): Expression {
    let target = start;
    for (;;) {
      if (this.accept('(')) target = { op: 'call', target, args: this.list(')') };
      else if (this.is('.') || this.is('?.')) target = this.property(target);
      else if (this.accept('[')) target = this.index(target);
      else return target;
    }
  }

  private property(target: Expression): Expression {
    const optional = this.token.text === '?.';
    this.at++;
    if (optional && this.accept('[')) return this.index(target, true);
    if (this.token.type !== 'name') throw this.unexpected(', a name was expected');
    const key: Expression = { op: 'literal', value: this.token.text };
    this.at++;
    return { op: 'member', target, key, optional };
  }

  private index(target: Expression, optional = false): Expression {
    const from = this.is(':') ? undefined : this.ternary();
    if (!this.accept(':')) {
      this.expect(']');
      return { op: 'member', target, key: from ?? { op: 'literal', value: null }, optional };
    }
    const to = this.is(']') ? undefined : this.ternary();
    this.expect(']');
    return { op: 'slice', target, ...(from ? { from } : {}), ...(to ? { to } : {}) };
  }

  private list(end: string): Expression[] {
    const items: Expression[] = [];
    while (!this.accept(end)) {
      items.push(this.argument());
      if (!this.is(end)) this.expect(',');
    }
    return items;
  }

  /** An argument may be a closure: `{# > 1}` or `{.field}`. A map literal starts with a key and a colon. */
  private argument(): Expression {
    if (!this.is('{') || this.looksLikeMap()) return this.ternary();
    this.at++;
    const body = this.sequence();
    this.expect('}');
    return { op: 'closure', body };
  }

  private looksLikeMap(): boolean {
    const [first, second] = [this.tokens[this.at + 1], this.tokens[this.at + 2]];
    return first?.text === '}' || (second?.text === ':' && first?.type !== 'operator');
  }

  private primary(): Expression {
    const { type, text } = this.token;
    if (type === 'end') throw this.unexpected();
    this.at++;
    if (type === 'number') return { op: 'literal', value: Number(text) };
    if (type === 'string') return { op: 'literal', value: text };
    if (type === 'name') return nameOf(text);
    return this.bracketed(text);
  }

  private bracketed(text: string): Expression {
    if (text === '(') {
      const inside = this.sequence();
      this.expect(')');
      return inside;
    }
    if (text === '[') return { op: 'list', items: this.list(']') };
    if (text === '{') return { op: 'map', entries: this.entries() };
    if (text === '#') return this.token.type === 'name' ? this.hashName() : { op: 'item' };
    this.at--;
    // `.field` inside a closure is `#.field`
    if (text === '.') return { op: 'item' };
    throw this.unexpected();
  }

  private hashName(): Expression {
    const name = `#${this.token.text}`;
    if (name !== '#acc' && name !== '#index') return { op: 'item' };
    this.at++;
    return { op: 'name', name };
  }

  private entries(): { key: Expression; value: Expression }[] {
    const entries: { key: Expression; value: Expression }[] = [];
    while (!this.accept('}')) {
      const { type, text } = this.token;
      this.at++;
      const key: Expression =
        text === '(' && type === 'operator' ? this.bracketed('(') : { op: 'literal', value: text };
      this.expect(':');
      entries.push({ key, value: this.ternary() });
      if (!this.is('}')) this.expect(',');
    }
    return entries;
  }
}

function nameOf(text: string): Expression {
  const constants: Record<string, unknown> = { true: true, false: false, nil: null, null: null };
  return Object.hasOwn(constants, text)
    ? { op: 'literal', value: constants[text] }
    : { op: 'name', name: text };
}
