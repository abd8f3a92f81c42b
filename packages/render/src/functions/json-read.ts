import { GoError } from '../go-template/function.ts';
import { quote } from '../go-template/quote.ts';
import { type GoMap, type GoValue, goMap } from '../go-template/value.ts';

const MAX_DEPTH = 2_000;
const NUMBER = /-?(?:0|[1-9][0-9]*)(?:\.[0-9]+)?(?:[eE][-+]?[0-9]+)?/y;
// biome-ignore lint/suspicious/noControlCharactersInRegex: JSON escapes them
const STRING = /[^"\\\0-\x1f]*/y;
const SPACE = /[ \t\r\n]*/y;
const ESCAPES: Record<string, string> = {
  b: '\b',
  f: '\f',
  n: '\n',
  r: '\r',
  t: '\t',
  '"': '"',
  '\\': '\\',
  '/': '/',
};

/**
 * Reads one JSON value as Go's `json.Unmarshal` into an `interface {}`: numbers are float64, the last of equal keys
 * counts, what is no Unicode is replaced.
 * @throws GoError in Go's words
 */
export function readJson(text: string): GoValue {
  const reader = new JsonReader(text);
  const value = reader.value(0);
  reader.end();
  if (reader.problem) throw new JsonMisfit(reader.problem, value);
  return value;
}

/** JSON that holds a value which does not fit; `partial` is what did. */
export class JsonMisfit extends GoError {
  readonly partial: GoValue;
  constructor(message: string, partial: GoValue) {
    super(message);
    this.partial = partial;
  }
}

class JsonReader {
  private readonly text: string;
  private at = 0;
  /** A value that does not fit; told after the whole text was found to be JSON. */
  problem: string | undefined;

  constructor(text: string) {
    this.text = text;
  }

  value(depth: number): GoValue {
    this.skipSpace();
    const first = this.text[this.at];
    if (depth > MAX_DEPTH) throw new GoError('exceeded max depth');
    if (first === '{') return this.object(depth);
    if (first === '[') return this.array(depth);
    if (first === '"') return this.string();
    if (first === 't') return this.word('true', true);
    if (first === 'f') return this.word('false', false);
    if (first === 'n') return this.word('null', null);
    if (first !== undefined && /[-0-9]/.test(first)) return this.number();
    throw this.unexpected('looking for beginning of value');
  }

  end(): void {
    this.skipSpace();
    if (this.at < this.text.length) throw this.unexpected('after top-level value');
  }

  private object(depth: number): GoMap {
    const map = goMap();
    this.at++;
    this.skipSpace();
    if (this.take('}')) return map;
    for (;;) {
      this.skipSpace();
      if (this.text[this.at] !== '"') throw this.unexpected('looking for beginning of object key string');
      const key = this.string();
      this.skipSpace();
      if (!this.take(':')) throw this.unexpected('after object key');
      map[key] = this.value(depth + 1);
      this.skipSpace();
      if (this.take('}')) return map;
      if (!this.take(',')) throw this.unexpected('after object key:value pair');
    }
  }

  private array(depth: number): GoValue[] {
    const values: GoValue[] = [];
    this.at++;
    this.skipSpace();
    if (this.take(']')) return values;
    for (;;) {
      values.push(this.value(depth + 1));
      this.skipSpace();
      if (this.take(']')) return values;
      if (!this.take(',')) throw this.unexpected('after array element');
    }
  }

  private string(): string {
    let out = '';
    for (this.at++; ; ) {
      STRING.lastIndex = this.at;
      const plain = STRING.exec(this.text)?.[0] ?? '';
      out += plain;
      this.at += plain.length;
      if (this.take('"')) return out.toWellFormed();
      if (!this.take('\\')) throw this.unexpected('in string literal');
      out += this.escape();
    }
  }

  private escape(): string {
    const letter = this.text[this.at];
    const known = letter === undefined ? undefined : ESCAPES[letter];
    if (known === undefined && letter !== 'u') throw this.unexpected('in string escape code');
    this.at++;
    if (known !== undefined) return known;
    const from = this.at;
    for (; this.at < from + 4; this.at++)
      if (!/^[0-9a-fA-F]$/.test(this.text[this.at] ?? ''))
        throw this.unexpected('in \\u hexadecimal character escape');
    return String.fromCharCode(Number.parseInt(this.text.slice(from, this.at), 16));
  }

  private word<T>(word: string, value: T): T {
    for (const [index, letter] of Array.from(word).entries()) {
      if (index > 0 && this.text[this.at] !== letter)
        throw this.unexpected(`in literal ${word} (expecting '${letter}')`);
      this.at++;
    }
    return value;
  }

  private number(): number | null {
    NUMBER.lastIndex = this.at;
    const digits = NUMBER.exec(this.text)?.[0];
    if (digits === undefined) {
      this.at++;
      throw this.unexpected('in numeric literal');
    }
    this.at += digits.length;
    this.refuseHalfNumber(digits);
    const value = Number(digits);
    if (Number.isFinite(value)) return value;
    this.problem ??= `json: cannot unmarshal number ${digits} into Go value of type float64`;
    return null;
  }

  /** `1.` and `1e` stop in the middle. */
  private refuseHalfNumber(digits: string): void {
    const next = this.text[this.at];
    if (next === '.' && !/[.eE]/.test(digits)) {
      this.at++;
      throw this.unexpected('after decimal point in numeric literal');
    }
    if ((next === 'e' || next === 'E') && !/[eE]/.test(digits)) {
      this.at++;
      if (/[-+]/.test(this.text[this.at] ?? '')) this.at++;
      throw this.unexpected('in exponent of numeric literal');
    }
  }

  private take(character: string): boolean {
    if (this.text[this.at] !== character) return false;
    this.at++;
    return true;
  }

  private skipSpace(): void {
    SPACE.lastIndex = this.at;
    this.at += SPACE.exec(this.text)?.[0].length ?? 0;
  }

  private unexpected(where: string): GoError {
    const code = this.text.codePointAt(this.at);
    if (code === undefined) return new GoError('unexpected end of JSON input');
    return new GoError(`invalid character ${quotedByte(String.fromCodePoint(code))} ${where}`);
  }
}

/** The first byte of a character between single quotes, as Go shows it. */
function quotedByte(character: string): string {
  if (character === "'") return `'\\''`;
  if (character === '"') return `'"'`;
  const byte = new TextEncoder().encode(character)[0] ?? 0;
  return `'${quote(String.fromCharCode(byte)).slice(1, -1)}'`;
}
