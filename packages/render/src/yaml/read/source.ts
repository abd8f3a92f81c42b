import { YamlProblem } from './yaml-problem.ts';

export const CODE = {
  tab: 0x09,
  newline: 0x0a,
  return: 0x0d,
  space: 0x20,
  exclamation: 0x21,
  quote: 0x22,
  hash: 0x23,
  percent: 0x25,
  ampersand: 0x26,
  apostrophe: 0x27,
  star: 0x2a,
  plus: 0x2b,
  comma: 0x2c,
  dash: 0x2d,
  dot: 0x2e,
  zero: 0x30,
  nine: 0x39,
  colon: 0x3a,
  less: 0x3c,
  greater: 0x3e,
  question: 0x3f,
  bracket: 0x5b,
  backslash: 0x5c,
  bracketEnd: 0x5d,
  brace: 0x7b,
  pipe: 0x7c,
  braceEnd: 0x7d,
} as const;

/** Stands for the end of the text. */
export const END = 0;

// biome-ignore lint/suspicious/noControlCharactersInRegex: they are what is refused
const REFUSED = /[\x00-\x08\x0b\x0c\x0e-\x1f\x7f-\x84\x86-\x9f\ufffe\uffff]/;

/** A text, and how far it is read. */
export class Source {
  readonly text: string;
  at = 0;
  /** From 0. */
  line = 0;
  /** Where the line starts, so that `at - lineStart` is the column. */
  lineStart = 0;
  /** Where comments start that a brace opens. */
  readonly jsonComments: number[] = [];

  /** @throws YamlProblem for characters that YAML does not allow */
  constructor(text: string) {
    if (REFUSED.test(text)) throw new YamlProblem('control characters are not allowed');
    if (!text.isWellFormed()) throw new YamlProblem('invalid leading UTF-8 octet');
    this.text = text.charCodeAt(0) === 0xfeff ? text.slice(1) : text;
  }

  get column(): number {
    return this.at - this.lineStart;
  }

  /** The character so many further on; `END` behind the text. */
  code(ahead = 0): number {
    const at = this.at + ahead;
    return at < this.text.length ? this.text.charCodeAt(at) : END;
  }

  isBreak(ahead = 0): boolean {
    return isBreakCode(this.code(ahead));
  }

  isBlank(ahead = 0): boolean {
    const code = this.code(ahead);
    return code === CODE.space || code === CODE.tab;
  }

  isBlankOrEnd(ahead = 0): boolean {
    const code = this.code(ahead);
    return code <= CODE.space || (code >= 0x85 && isBreakCode(code));
  }

  isBreakOrEnd(): boolean {
    const code = this.code();
    return code === END || isBreakCode(code);
  }

  /** Goes over a line break, and gives what it stands for. */
  readBreak(): string {
    const code = this.code();
    const isPair = code === CODE.return && this.code(1) === CODE.newline;
    this.at += isPair ? 2 : 1;
    this.line++;
    this.lineStart = this.at;
    return code === 0x2028 || code === 0x2029 ? String.fromCharCode(code) : '\n';
  }

  skipBlanks(): void {
    while (this.isBlank()) this.at++;
  }

  skipToBreak(): void {
    while (!this.isBreakOrEnd()) this.at++;
  }

  /** Goes over a comment; where one starts that may hold JSON is remembered, for tools that read such comments. */
  skipComment(): void {
    const start = this.at;
    while (this.code() === CODE.hash) this.at++;
    this.skipBlanks();
    if (this.code() === CODE.brace) this.jsonComments.push(start);
    this.skipToBreak();
  }

  /** `---` or `...` at the start of a line, with nothing behind it. */
  isDocumentMark(): boolean {
    if (this.at !== this.lineStart) return false;
    const code = this.code();
    if (code !== CODE.dash && code !== CODE.dot) return false;
    return this.code(1) === code && this.code(2) === code && this.isBlankOrEnd(3);
  }

  /** A mistake in what is being scanned: it is told with the line the scanner stands in. */
  /** @param start the line, from 0, where what it is in starts */
  problem(message: string, start = 0): YamlProblem {
    return new YamlProblem(message, this.line === 0 ? 0 : this.line + 1, start === 0 ? 0 : start + 1);
  }
}

export function isBreakCode(code: number): boolean {
  if (code === CODE.newline || code === CODE.return) return true;
  return code >= 0x85 && (code === 0x85 || code === 0x2028 || code === 0x2029);
}
