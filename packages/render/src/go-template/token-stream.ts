import type { Lexer } from './lex.ts';
import type { Source } from './node.ts';
import { TemplateError } from './template-error.ts';
import { describeToken, type Token, type TokenKind } from './token.ts';

const START: Token = { kind: 'error', position: 0, text: '', line: 0 };

/**
 * Tokens with three of look-ahead, as text/template/parse/parse.go keeps them: the line in its errors is that
 * of the token in the first slot, whichever that is.
 */
export class TokenStream {
  readonly source: Source;
  protected readonly lexer: Lexer;
  /** Line of the delimiter that opened the action being parsed, 0 outside. */
  protected actionLine = 0;
  readonly #slots: [Token, Token, Token] = [START, START, START];
  #ahead = 0;

  constructor(source: Source, lexer: Lexer) {
    this.source = source;
    this.lexer = lexer;
  }

  protected next(): Token {
    this.peek();
    this.#ahead--;
    return this.#slots[this.#ahead] ?? START;
  }

  protected backup(): void {
    this.#ahead++;
  }

  /** Gives back the last token and `before`, which came before it. */
  protected backup2(before: Token): void {
    this.#slots[1] = before;
    this.#ahead = 2;
  }

  protected backup3(first: Token, second: Token): void {
    this.#slots[1] = second;
    this.#slots[2] = first;
    this.#ahead = 3;
  }

  protected peek(): Token {
    if (this.#ahead === 0) {
      this.#slots[0] = this.lexer.next();
      this.#ahead = 1;
    }
    return this.#slots[this.#ahead - 1] ?? START;
  }

  protected nextNonSpace(): Token {
    let token = this.next();
    while (token.kind === 'space') token = this.next();
    return token;
  }

  protected peekNonSpace(): Token {
    const token = this.nextNonSpace();
    this.backup();
    return token;
  }

  protected expect(context: string, ...kinds: TokenKind[]): Token {
    const token = this.nextNonSpace();
    return kinds.includes(token.kind) ? token : this.unexpected(token, context);
  }

  protected unexpected(token: Token, context: string): never {
    if (token.kind !== 'error') return this.fail(`unexpected ${describeToken(token)} in ${context}`);
    const elsewhere = this.actionLine !== 0 && this.actionLine !== token.line;
    const start = ` in action started at ${this.source.name}:${this.actionLine}`;
    // Not "action in action".
    const said = token.text.endsWith(' action') ? start.slice(' in action'.length) : start;
    return this.fail(`${token.text}${elsewhere ? said : ''}`);
  }

  protected fail(message: string): never {
    const { name } = this.source;
    throw new TemplateError('TemplateSyntax', name, `template: ${name}:${this.#slots[0].line}: ${message}`);
  }
}
