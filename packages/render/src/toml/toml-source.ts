import { isLoneByte } from '../go-template/go-string.ts';
import { quoteRune } from '../go-template/quote.ts';
import { TomlProblem } from './toml-problem.ts';

/** The text and how far it was read; lines are counted as Go's lexer does, which counts a line break it has read. */
export class TomlSource {
  readonly text: string;
  at = 0;
  line = 1;
  /** What Go calls the last key when something is wrong. */
  lastKey: () => string = () => '';

  constructor(text: string) {
    this.text = text;
  }

  /** The next character; '' at the end. */
  peek(): string {
    const code = this.text.codePointAt(this.at);
    if (code === undefined) return '';
    const character = String.fromCodePoint(code);
    const isControl = code < 0x20 ? !/[\t\r\n]/.test(character) : code === 0x7f;
    if (isControl || (character === '\r' && this.text[this.at + 1] !== '\n'))
      throw this.problem(`TOML files cannot contain control characters: '0x${hex(code)}'`);
    if (isLoneByte(code)) throw this.problem(`invalid UTF-8 byte: 0x${hex(code - 0xdc00)}`);
    return character;
  }

  next(): string {
    const character = this.peek();
    this.at += character.length;
    if (character === '\n') this.line++;
    return character;
  }

  /** Takes the character if it is the next. */
  accept(character: string): boolean {
    if (this.peek() !== character) return false;
    this.next();
    return true;
  }

  skip(set: RegExp): string {
    const from = this.at;
    while (this.at < this.text.length && set.test(this.peek())) this.next();
    return this.text.slice(from, this.at);
  }

  problem(problem: string, line = this.line): TomlProblem {
    return new TomlProblem(problem, line, this.lastKey());
  }

  /** After the next character was read and found wrong; at the end, a line break just before is not counted. */
  unexpected(problem: (character: string) => string): TomlProblem {
    const character = this.next();
    const line = character === '' && this.text[this.at - 1] === '\n' ? this.line - 1 : this.line;
    return this.problem(problem(character), line);
  }
}

function hex(code: number): string {
  return code.toString(16).padStart(2, '0');
}

/** A character as Go's `%q` shows it; the end is a zero. */
export function shown(character: string): string {
  return quoteRune(character.codePointAt(0) ?? 0);
}
