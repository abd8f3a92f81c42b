// From a template's text to tokens, as text/template/parse/lex.go does it.
import { isPrint, quote } from './quote.ts';
import { isKeyword, type Token, type TokenKind } from './token.ts';

const SPACE = ' \t\r\n';
const NEWLINE = 10;
const WORD = /[_\p{L}\p{Nd}]*/uy;
const SPACES = /[ \t\r\n]*/y;
const NUMBER =
  /[+-]?(?:0[xX][0-9a-fA-F_]*(?:\.[0-9a-fA-F_]*)?(?:[pP][+-]?[0-9_]*)?|0[oO][0-7_]*(?:\.[0-7_]*)?|0[bB][01_]*(?:\.[01_]*)?|[0-9_]*(?:\.[0-9_]*)?(?:[eE][+-]?[0-9_]*)?)i?/y;
const QUOTED: Record<string, { body: RegExp; kind: TokenKind; what: string }> = {
  '"': { body: /(?:[^"\\\n]|\\[^\n])*"/y, kind: 'string', what: 'quoted string' },
  '`': { body: /[^`]*`/y, kind: 'raw string', what: 'raw quoted string' },
  "'": { body: /(?:[^'\\\n]|\\[^\n])*'/y, kind: 'character', what: 'character constant' },
};
const SINGLE: Record<string, TokenKind> = { '=': 'assign', '|': 'pipe' };

function isSpace(text: string, at: number): boolean {
  return at < text.length && SPACE.includes(text.charAt(at));
}

export class Lexer {
  /** Whether `break` and `continue` are words of the language: not when there are functions of that name. */
  breakIsKeyword = true;
  continueIsKeyword = true;
  readonly #text: string;
  readonly #left: string;
  readonly #right: string;
  #at = 0;
  #start = 0;
  #line = 1;
  #inAction = false;
  #parentheses = 0;
  #failed: Token | undefined;

  constructor(text: string, delimiters: { left: string; right: string }) {
    this.#text = text;
    this.#left = delimiters.left || '{{';
    this.#right = delimiters.right || '}}';
  }

  /** The next token; at the end `eof`, after an error that error, again and again. */
  next(): Token {
    if (this.#failed) return this.#failed;
    return this.#inAction ? this.#action() : this.#textOrDelimiter();
  }

  /** The token from where the last one ended up to here. */
  #take(kind: TokenKind): Token {
    const token = {
      kind,
      position: this.#start,
      text: this.#text.slice(this.#start, this.#at),
      line: this.#line,
    };
    this.#skip();
    return token;
  }

  /** Leaves out what lies up to here, counting its lines. */
  #skip(): void {
    // Not by indexOf: what lies behind is not to be searched again for each token.
    for (let at = this.#start; at < this.#at; at++) if (this.#text.charCodeAt(at) === NEWLINE) this.#line++;
    this.#start = this.#at;
  }

  #fail(message: string): Token {
    this.#failed = { kind: 'error', position: this.#start, text: message, line: this.#line };
    return this.#failed;
  }

  #match(pattern: RegExp, from = this.#at): number {
    pattern.lastIndex = from;
    // The index tells the length without a match object.
    return pattern.test(this.#text) ? pattern.lastIndex - from : -1;
  }

  #textOrDelimiter(): Token {
    for (;;) {
      const found = this.#text.indexOf(this.#left, this.#at);
      if (found < 0) {
        this.#at = this.#text.length;
        return this.#take(this.#at > this.#start ? 'text' : 'eof');
      }
      const text = this.#textBefore(found);
      if (text) return text;
      const token = this.#leftDelimiter();
      if (token) return token;
    }
  }

  /** The text before a delimiter, without the spaces that a trim marker takes away; nothing when none is left. */
  #textBefore(delimiter: number): Token | undefined {
    if (delimiter === this.#at) return undefined;
    let end = delimiter;
    if (this.#hasLeftTrim(delimiter + this.#left.length))
      while (end > this.#start && isSpace(this.#text, end - 1)) end--;
    this.#at = end;
    const token = this.#take('text');
    this.#at = delimiter;
    this.#skip();
    return token.text === '' ? undefined : token;
  }

  #hasLeftTrim(at: number): boolean {
    return this.#text[at] === '-' && isSpace(this.#text, at + 1);
  }

  #leftDelimiter(): Token | undefined {
    this.#at += this.#left.length;
    const trim = this.#hasLeftTrim(this.#at) ? 2 : 0;
    if (this.#text.startsWith('/*', this.#at + trim)) {
      this.#at += trim;
      this.#skip();
      return this.#comment();
    }
    const token = this.#take('left delimiter');
    this.#inAction = true;
    this.#at += trim;
    this.#skip();
    this.#parentheses = 0;
    return token;
  }

  /** Leaves out a comment; a token only when it is wrong. */
  #comment(): Token | undefined {
    const end = this.#text.indexOf('*/', this.#at + 2);
    if (end < 0) return this.#fail('unclosed comment');
    this.#at = end + 2;
    const close = this.#closing();
    if (!close) return this.#fail('comment ends before closing delimiter');
    this.#at += (close.trim ? 2 : 0) + this.#right.length;
    if (close.trim) this.#at += this.#match(SPACES);
    this.#skip();
    return undefined;
  }

  /** Whether the right delimiter is next, a trim marker before it or not. */
  #closing(at = this.#at): { trim: boolean } | undefined {
    const marked = isSpace(this.#text, at) && this.#text[at + 1] === '-';
    if (marked && this.#text.startsWith(this.#right, at + 2)) return { trim: true };
    return this.#text.startsWith(this.#right, at) ? { trim: false } : undefined;
  }

  #rightDelimiter(trim: boolean): Token {
    if (trim) {
      this.#at += 2;
      this.#skip();
    }
    this.#at += this.#right.length;
    const token = this.#take('right delimiter');
    if (trim) {
      this.#at += this.#match(SPACES);
      this.#skip();
    }
    this.#inAction = false;
    return token;
  }

  #action(): Token {
    const close = this.#closing();
    if (close)
      return this.#parentheses === 0 ? this.#rightDelimiter(close.trim) : this.#fail('unclosed left paren');
    const mark = this.#text[this.#at];
    if (mark === undefined) return this.#fail('unclosed action');
    if (SPACE.includes(mark)) return this.#space();
    const quoted = QUOTED[mark];
    if (quoted) return this.#quoted(quoted);
    const kind = SINGLE[mark];
    if (kind) return this.#advance(1, kind);
    if (mark === '$') return this.#word('variable', 1);
    if (
      mark === '.' &&
      !/[0-9]/.test(this.#text[this.#at + 1] ?? (this.#at + 1 < this.#text.length ? '' : '0'))
    )
      return this.#word('field', 1);
    if (/[.+\-0-9]/.test(mark)) return this.#number();
    if (mark === ':') return this.#declare();
    if (mark === '(' || mark === ')') return this.#parenthesis(mark);
    return this.#wordOrCharacter();
  }

  #advance(units: number, kind: TokenKind): Token {
    this.#at += units;
    return this.#take(kind);
  }

  #space(): Token {
    const length = this.#match(SPACES);
    const last = this.#at + length - 1;
    if (!this.#closing(last)?.trim) return this.#advance(length, 'space');
    if (length === 1) return this.#rightDelimiter(true);
    return this.#advance(length - 1, 'space');
  }

  #quoted({ body, kind, what }: { body: RegExp; kind: TokenKind; what: string }): Token {
    const length = this.#match(body, this.#at + 1);
    return length < 0 ? this.#fail(`unterminated ${what}`) : this.#advance(1 + length, kind);
  }

  #declare(): Token {
    return this.#text[this.#at + 1] === '=' ? this.#advance(2, 'declare') : this.#fail('expected :=');
  }

  #parenthesis(mark: string): Token {
    this.#parentheses += mark === '(' ? 1 : -1;
    if (this.#parentheses < 0) return this.#fail('unexpected right paren');
    return this.#advance(1, mark === '(' ? 'left paren' : 'right paren');
  }

  #number(): Token {
    if (!this.#scanNumber()) return this.#badNumber();
    if (!/[+-]/.test(this.#text[this.#at] ?? '')) return this.#take('number');
    if (!this.#scanNumber() || this.#text[this.#at - 1] !== 'i') return this.#badNumber();
    return this.#take('complex');
  }

  /** Goes past a number; when a letter or digit follows, past that one, too, and false. */
  #scanNumber(): boolean {
    this.#at += this.#match(NUMBER);
    if (this.#match(WORD) === 0) return true;
    this.#at += String.fromCodePoint(this.#text.codePointAt(this.#at) ?? 0).length;
    return false;
  }

  #badNumber(): Token {
    return this.#fail(`bad number syntax: ${quote(this.#text.slice(this.#start, this.#at))}`);
  }

  /** A field or variable: the mark and the word behind it. */
  #word(kind: 'field' | 'variable', mark: number): Token {
    const length = this.#match(WORD, this.#at + mark);
    this.#at += mark + length;
    if (!this.#atTerminator()) return this.#badCharacter();
    return this.#take(length === 0 && kind === 'field' ? 'dot' : kind);
  }

  /** What may follow a word; `.X.Y` are two of them. */
  #atTerminator(): boolean {
    const next = this.#text[this.#at];
    return (
      next === undefined || ` \t\r\n.,|:)(`.includes(next) || this.#text.startsWith(this.#right, this.#at)
    );
  }

  #badCharacter(): Token {
    return this.#fail(`bad character ${unicode(this.#text.codePointAt(this.#at) ?? 0)}`);
  }

  #wordOrCharacter(): Token {
    const length = this.#match(WORD);
    if (length > 0) return this.#identifier(length);
    const code = this.#text.codePointAt(this.#at) ?? 0;
    if (code < 0x7f && code > 0x20) return this.#advance(1, 'char');
    return this.#fail(`unrecognized character in action: ${unicode(code)}`);
  }

  #identifier(length: number): Token {
    this.#at += length;
    if (!this.#atTerminator()) return this.#badCharacter();
    const word = this.#text.slice(this.#start, this.#at);
    if (word === 'true' || word === 'false') return this.#take('bool');
    if ((word === 'break' && !this.breakIsKeyword) || (word === 'continue' && !this.continueIsKeyword))
      return this.#take('identifier');
    return this.#take(isKeyword(word) ? word : 'identifier');
  }
}

/** `%#U`: `U+263A '☺'`. */
export function unicode(code: number): string {
  const valid = code >= 0xd800 && code <= 0xdfff ? 0xfffd : code;
  const rune = String.fromCodePoint(valid);
  const number = `U+${valid.toString(16).toUpperCase().padStart(4, '0')}`;
  return isPrint(rune) ? `${number} '${rune}'` : number;
}
