// Pipelines, commands and their operands.
import type { Lexer } from './lex.ts';
import type { CommandNode, NumberNode, Operand, PipeNode, Source, StringNode, VariableNode } from './node.ts';
import { describeNode } from './node.ts';
import { parseCharacter, parseComplex, parseNumber } from './number-syntax.ts';
import { quote, unquote } from './quote.ts';
import type { Token, TokenKind } from './token.ts';
import { TokenStream } from './token-stream.ts';

/** Parentheses within parentheses; Go allows 10,000, which no stack of ours would hold. */
const MOST_PARENTHESES = 500;
const OPERANDS: ReadonlySet<TokenKind> = new Set([
  'bool',
  'character',
  'complex',
  'dot',
  'field',
  'identifier',
  'number',
  'nil',
  'raw string',
  'string',
  'variable',
  'left paren',
] as const);
const CONSTANTS: ReadonlySet<string> = new Set(['bool', 'dot', 'nil', 'number', 'string']);

export class PipelineParser extends TokenStream {
  /** Names of the variables that are defined here, innermost last; and how often each is. */
  readonly #variables: string[] = ['$'];
  readonly #defined = new Map<string, number>([['$', 1]]);
  readonly #hasFunction: (name: string) => boolean;
  #parentheses = 0;

  constructor(source: Source, lexer: Lexer, hasFunction: (name: string) => boolean) {
    super(source, lexer);
    this.#hasFunction = hasFunction;
  }

  #define(name: string): void {
    this.#variables.push(name);
    this.#defined.set(name, (this.#defined.get(name) ?? 0) + 1);
  }

  /** How many variables are defined here, for `forget`. */
  protected get defined(): number {
    return this.#variables.length;
  }

  /** Forgets the variables that were defined since there were so many. */
  protected forget(count: number): void {
    for (const name of this.#variables.splice(count))
      this.#defined.set(name, (this.#defined.get(name) ?? 1) - 1);
  }

  protected pipeline(context: string, end: TokenKind): PipeNode {
    const { position } = this.peekNonSpace();
    const pipe: PipeNode = {
      kind: 'pipe',
      source: this.source,
      position,
      isAssignment: false,
      variables: [],
      commands: [],
    };
    while (this.peekNonSpace().kind === 'variable' && this.#declaration(pipe, context));
    for (;;) {
      const token = this.nextNonSpace();
      if (token.kind === end) break;
      if (!OPERANDS.has(token.kind)) return this.unexpected(token, context);
      this.backup();
      pipe.commands.push(this.#command());
    }
    this.#check(pipe, context);
    return pipe;
  }

  /** Takes `$x :=`, `$x =` or `$x,`; true when another variable may follow. */
  #declaration(pipe: PipeNode, context: string): boolean {
    const variable = this.next();
    // Space is a token, and "$x foo" has to be told from "$x :=": three tokens of look-ahead.
    const after = this.peek();
    const next = this.peekNonSpace();
    const isComma = next.kind === 'char' && next.text === ',';
    if (next.kind !== 'assign' && next.kind !== 'declare' && !isComma) {
      if (after.kind === 'space') this.backup3(variable, after);
      if (after.kind !== 'space') this.backup2(variable);
      return false;
    }
    this.nextNonSpace();
    pipe.variables.push(this.#variable(variable));
    this.#define(variable.text);
    if (!isComma) {
      pipe.isAssignment = next.kind === 'assign';
      return false;
    }
    if (context !== 'range' || pipe.variables.length > 1)
      return this.fail(`too many declarations in ${context}`);
    if (!['variable', 'right delimiter', 'right paren'].includes(this.peekNonSpace().kind))
      return this.fail('range can only initialize variables');
    return true;
  }

  #check({ commands }: PipeNode, context: string): void {
    if (commands.length === 0) this.fail(`missing value for ${context}`);
    for (const [index, { args }] of commands.entries()) {
      if (index > 0 && CONSTANTS.has(args[0].kind))
        this.fail(`non executable command in pipeline stage ${index + 1}`);
    }
  }

  #command(): CommandNode {
    const { position } = this.peekNonSpace();
    const args: Operand[] = [];
    for (;;) {
      this.peekNonSpace();
      const operand = this.#operand();
      if (operand) args.push(operand);
      const token = this.next();
      if (token.kind === 'space') continue;
      if (token.kind === 'right delimiter' || token.kind === 'right paren') this.backup();
      if (!['right delimiter', 'right paren', 'pipe'].includes(token.kind))
        return this.unexpected(token, 'operand');
      break;
    }
    const [first, ...rest] = args;
    if (!first) return this.fail('empty command');
    return { kind: 'command', source: this.source, position, args: [first, ...rest] };
  }

  /** A term and the fields behind it. */
  #operand(): Operand | undefined {
    const node = this.#term();
    if (!node || this.peek().kind !== 'field') return node;
    const { position } = this.peek();
    const names: string[] = [];
    while (this.peek().kind === 'field') names.push(this.next().text.slice(1));
    if (node.kind === 'field' || node.kind === 'variable')
      return { ...node, position, names: [...node.names, ...names] };
    if (CONSTANTS.has(node.kind)) return this.fail(`unexpected . after term ${quote(describeNode(node))}`);
    return { kind: 'chain', source: this.source, position, node, names };
  }

  #term(): Operand | undefined {
    const token = this.nextNonSpace();
    const place = { source: this.source, position: token.position };
    switch (token.kind) {
      case 'identifier':
        if (!this.#hasFunction(token.text)) this.fail(`function "${token.text}" not defined`);
        return { ...place, kind: 'identifier', name: token.text };
      case 'dot':
      case 'nil':
        return { ...place, kind: token.kind };
      case 'variable':
        if (!this.#defined.get(token.text)) this.fail(`undefined variable "${token.text}"`);
        return this.#variable(token);
      case 'field':
        return { ...place, kind: 'field', names: [token.text.slice(1)] };
      case 'bool':
        return { ...place, kind: 'bool', value: token.text === 'true' };
      case 'character':
      case 'complex':
      case 'number':
        return this.#number(token);
      case 'left paren':
        return this.#parenthesized();
      case 'string':
      case 'raw string':
        return this.string(token);
      default:
        this.backup();
        return undefined;
    }
  }

  #variable(token: Token): VariableNode {
    return { kind: 'variable', source: this.source, position: token.position, names: [token.text] };
  }

  #parenthesized(): PipeNode {
    if (this.#parentheses >= MOST_PARENTHESES) this.fail('max expression depth exceeded');
    this.#parentheses++;
    const pipe = this.pipeline('parenthesized pipeline', 'right paren');
    this.#parentheses--;
    return pipe;
  }

  #number({ kind, position, text }: Token): NumberNode {
    const parse = { character: parseCharacter, complex: parseComplex, number: parseNumber }[
      kind as 'character' | 'complex' | 'number'
    ];
    const constant = parse(text);
    if ('problem' in constant) return this.fail(constant.problem);
    return { kind: 'number', source: this.source, position, text, constant };
  }

  protected string({ position, text: quoted }: Token): StringNode {
    const text = unquote(quoted);
    if (text === undefined) return this.fail('invalid syntax');
    return { kind: 'string', source: this.source, position, quoted, text };
  }
}
