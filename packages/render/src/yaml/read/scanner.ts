import { scanBlock } from './scan-block.ts';
import { scanAnchor, scanDirective, scanTag } from './scan-marks.ts';
import { scanPlain } from './scan-plain.ts';
import { scanQuoted } from './scan-quoted.ts';
import { CODE, END, Source } from './source.ts';
import type { Token, TokenType } from './token.ts';
import { YamlProblem } from './yaml-problem.ts';

/** A place where a key may have started, which only the `:` behind it tells. */
interface SimpleKey {
  possible: boolean;
  required: boolean;
  /** How many tokens came before it. */
  token: number;
  at: number;
  line: number;
  column: number;
}

const LONGEST_KEY = 1_024;
/** Go's own limit is ten times this; its stack grows. */
const DEEPEST = 1_000;
const NO_START = new Set([...'-?:,[]{}#&*!|>\'"%@`'].map(character => character.charCodeAt(0)));

/** Cuts a text into tokens as libyaml (and go-yaml 2) does; `peek` and `next` give one after the other. */
export class Scanner {
  readonly #source: Source;
  #tokens: Token[] = [];
  #head = 0;
  /** Tokens given out. */
  #given = 0;
  #indent = -1;
  readonly #indents: number[] = [];
  #flow = 0;
  #keyAllowed = true;
  readonly #keys: SimpleKey[] = [noKey(0)];
  /** By the number of its token, the level a key stands at: go-yaml forgets those of empty brackets here. */
  readonly #keyLevels = new Map<number, number>();

  constructor(text: string) {
    this.#source = new Source(text);
  }

  get source(): Source {
    return this.#source;
  }

  peek(): Token {
    while (this.#needsMore()) this.#fetch();
    return this.#tokens[this.#head] as Token;
  }

  next(): Token {
    const token = this.peek();
    this.#head++;
    this.#given++;
    if (this.#head === this.#tokens.length) {
      this.#tokens = [];
      this.#head = 0;
    }
    return token;
  }

  /** The first token in the queue may still turn out to be a key. */
  #needsMore(): boolean {
    if (this.#head === this.#tokens.length) return true;
    const level = this.#keyLevels.get(this.#given);
    const key = level === undefined ? undefined : this.#keys[level];
    return key !== undefined && this.#isValid(key);
  }

  #isValid(key: SimpleKey): boolean {
    if (!key.possible) return false;
    const { line, at } = this.#source;
    if (key.line >= line && key.at + LONGEST_KEY >= at) return true;
    if (key.required) throw this.#source.problem("could not find expected ':'", key.line);
    key.possible = false;
    return false;
  }

  #add(type: TokenType, line: number, value = '', suffix = '', plain = false): void {
    this.#tokens.push({ type, line, value, suffix, plain });
  }

  #insert(type: TokenType, line: number, number: number): void {
    const ahead = number - this.#given;
    const index = ahead < 0 ? this.#tokens.length : this.#head + ahead;
    this.#tokens.splice(index, 0, { type, line, value: '', suffix: '', plain: false });
  }

  #fetch(): void {
    const source = this.#source;
    this.#skipToToken();
    this.#unroll(source.column);
    const code = source.code();
    if (code === END) {
      this.#streamEnd();
      return;
    }
    if (source.column === 0 && this.#fetchLineStart(code)) return;
    if (this.#fetchMark(code)) return;
    const isText =
      (!NO_START.has(code) && !source.isBlank()) ||
      (code === CODE.dash && !source.isBlank(1)) ||
      (this.#flow === 0 && (code === CODE.question || code === CODE.colon) && !source.isBlankOrEnd(1));
    if (!isText) throw source.problem('found character that cannot start any token');
    this.#saveKey();
    this.#keyAllowed = false;
    const { line } = source;
    const { value, broken } = scanPlain(source, { indent: this.#indent + 1, isFlow: this.#flow > 0 });
    this.#add('scalar', line, value, '', true);
    if (broken) this.#keyAllowed = true;
  }

  #skipToToken(): void {
    const source = this.#source;
    for (;;) {
      if (source.column === 0 && source.code() === 0xfeff) source.at++;
      while (
        source.code() === CODE.space ||
        ((this.#flow > 0 || !this.#keyAllowed) && source.code() === CODE.tab)
      )
        source.at++;
      if (source.code() === CODE.hash) source.skipComment();
      if (!source.isBreak()) return;
      source.readBreak();
      if (this.#flow === 0) this.#keyAllowed = true;
    }
  }

  #streamEnd(): void {
    const source = this.#source;
    if (source.column !== 0) {
      source.line++;
      source.lineStart = source.at;
    }
    this.#unroll(-1);
    this.#removeKey();
    this.#keyAllowed = false;
    this.#add('stream-end', source.line);
  }

  /** Directives and the marks of documents. */
  #fetchLineStart(code: number): boolean {
    const source = this.#source;
    const isDirective = code === CODE.percent;
    if (!isDirective && !source.isDocumentMark()) return false;
    this.#unroll(-1);
    this.#removeKey();
    this.#keyAllowed = false;
    const { line } = source;
    if (!isDirective) {
      source.at += 3;
      this.#add(code === CODE.dash ? 'document-start' : 'document-end', line);
      return true;
    }
    const { name, value, suffix } = scanDirective(source);
    this.#add(name === 'YAML' ? 'version' : 'tag-directive', line, value, suffix);
    return true;
  }

  #fetchMark(code: number): boolean {
    const source = this.#source;
    switch (code) {
      case CODE.bracket:
        return this.#flowStart('flow-sequence-start');
      case CODE.brace:
        return this.#flowStart('flow-mapping-start');
      case CODE.bracketEnd:
        return this.#flowEnd('flow-sequence-end');
      case CODE.braceEnd:
        return this.#flowEnd('flow-mapping-end');
      case CODE.comma:
        return this.#flowEntry();
      case CODE.dash:
        return source.isBlankOrEnd(1) && this.#blockEntry();
      case CODE.question:
        return (this.#flow > 0 || source.isBlankOrEnd(1)) && this.#key();
      case CODE.colon:
        return (this.#flow > 0 || source.isBlankOrEnd(1)) && this.#value();
      case CODE.star:
        return this.#named('alias');
      case CODE.ampersand:
        return this.#named('anchor');
      case CODE.exclamation:
        return this.#tag();
      case CODE.pipe:
      case CODE.greater:
        return this.#flow === 0 && this.#block();
      case CODE.apostrophe:
      case CODE.quote:
        return this.#quoted(code);
      default:
        return false;
    }
  }

  #flowStart(type: TokenType): true {
    this.#saveKey();
    this.#keys.push(noKey(this.#nextNumber()));
    this.#flow++;
    if (this.#flow > DEEPEST) throw this.#source.problem(`exceeded max depth of ${DEEPEST}`);
    this.#keyAllowed = true;
    return this.#single(type);
  }

  #flowEnd(type: TokenType): true {
    this.#removeKey();
    if (this.#flow > 0) {
      this.#flow--;
      this.#keyLevels.delete(this.#keys.pop()?.token ?? 0);
    }
    this.#keyAllowed = false;
    return this.#single(type);
  }

  #flowEntry(): true {
    this.#removeKey();
    this.#keyAllowed = true;
    return this.#single('flow-entry');
  }

  #blockEntry(): true {
    const source = this.#source;
    if (this.#flow === 0) {
      if (!this.#keyAllowed) throw source.problem('block sequence entries are not allowed in this context');
      this.#roll(source.column, 'block-sequence-start', source.line);
    }
    this.#removeKey();
    this.#keyAllowed = true;
    return this.#single('block-entry');
  }

  #key(): true {
    const source = this.#source;
    if (this.#flow === 0) {
      if (!this.#keyAllowed) throw source.problem('mapping keys are not allowed in this context');
      this.#roll(source.column, 'block-mapping-start', source.line);
    }
    this.#removeKey();
    this.#keyAllowed = this.#flow === 0;
    return this.#single('key');
  }

  #value(): true {
    const source = this.#source;
    const key = this.#keys.at(-1) as SimpleKey;
    if (this.#isValid(key)) {
      this.#insert('key', key.line, key.token);
      this.#roll(key.column, 'block-mapping-start', key.line, key.token);
      key.possible = false;
      this.#keyLevels.delete(key.token);
      this.#keyAllowed = false;
      return this.#single('value');
    }
    if (this.#flow === 0) {
      if (!this.#keyAllowed) throw source.problem('mapping values are not allowed in this context');
      this.#roll(source.column, 'block-mapping-start', source.line);
    }
    this.#keyAllowed = this.#flow === 0;
    return this.#single('value');
  }

  #single(type: TokenType): true {
    this.#source.at++;
    this.#add(type, this.#source.line);
    return true;
  }

  #named(type: 'alias' | 'anchor'): true {
    this.#startScalar();
    const { line } = this.#source;
    this.#add(type, line, scanAnchor(this.#source));
    return true;
  }

  #tag(): true {
    this.#startScalar();
    const { line } = this.#source;
    const { handle, suffix } = scanTag(this.#source);
    this.#add('tag', line, handle, suffix);
    return true;
  }

  #quoted(mark: number): true {
    this.#startScalar();
    const { line } = this.#source;
    this.#add('scalar', line, scanQuoted(this.#source, mark), String.fromCharCode(mark));
    return true;
  }

  #block(): true {
    this.#removeKey();
    this.#keyAllowed = true;
    const { line } = this.#source;
    const style = this.#source.text[this.#source.at];
    this.#add('scalar', line, scanBlock(this.#source, this.#indent), style);
    return true;
  }

  #startScalar(): void {
    this.#saveKey();
    this.#keyAllowed = false;
  }

  #saveKey(): void {
    if (!this.#keyAllowed) return;
    this.#removeKey();
    const { line, at, column } = this.#source;
    const required = this.#flow === 0 && this.#indent === column;
    const token = this.#nextNumber();
    this.#keys[this.#keys.length - 1] = { possible: true, required, token, at, line, column };
    this.#keyLevels.set(token, this.#keys.length - 1);
  }

  #nextNumber(): number {
    return this.#given + this.#tokens.length - this.#head;
  }

  #removeKey(): void {
    const key = this.#keys.at(-1) as SimpleKey;
    if (!key.possible) return;
    if (key.required) throw this.#source.problem("could not find expected ':'", key.line);
    key.possible = false;
    this.#keyLevels.delete(key.token);
  }

  #roll(column: number, type: TokenType, line: number, token?: number): void {
    if (this.#flow > 0 || this.#indent >= column) return;
    this.#indents.push(this.#indent);
    this.#indent = column;
    if (this.#indents.length > DEEPEST) throw new YamlProblem(`exceeded max depth of ${DEEPEST}`, line + 1);
    if (token === undefined) this.#add(type, line);
    if (token !== undefined) this.#insert(type, line, token);
  }

  #unroll(column: number): void {
    if (this.#flow > 0) return;
    while (this.#indent > column) {
      this.#add('block-end', this.#source.line);
      this.#indent = this.#indents.pop() ?? -1;
    }
  }
}

function noKey(token: number): SimpleKey {
  return { possible: false, required: false, token, at: 0, line: 0, column: 0 };
}
