import { GoError } from '../go-template/function.ts';
import { type GoMap, type GoValue, goMap, isGoMap } from '../go-template/value.ts';
import { TomlProblem } from './toml-problem.ts';
import {
  readMultilineRawString,
  readMultilineString,
  readNumberOrDate,
  readRawString,
  readSigned,
  readString,
  readWord,
} from './toml-scalars.ts';
import { shown, TomlSource } from './toml-source.ts';
import { TomlTables } from './toml-tables.ts';

const MAX_DEPTH = 200;
const BLANK = /[ \t]/;
const BLANK_OR_BREAK = /[ \t\r\n]/;

/**
 * Reads TOML as BurntSushi's library does for Helm's `fromToml`: integers are int64, dates times.
 * @throws GoError in its words
 */
export function readToml(text: string): GoMap {
  try {
    return new TomlReader(text.replace(/^\uFEFF/, '')).document();
  } catch (error) {
    if (error instanceof TomlProblem) throw new GoError(error.message, { cause: error });
    throw error;
  }
}

class TomlReader {
  private readonly source: TomlSource;
  private readonly tables: TomlTables;
  /** The line of the key that was read last, which Go tells for what is wrong with it. */
  private keyLine = 1;

  constructor(text: string) {
    this.source = new TomlSource(text);
    this.tables = new TomlTables(problem => this.source.problem(problem, this.keyLine));
    this.source.lastKey = () => this.tables.current();
  }

  document(): GoMap {
    const { source } = this;
    for (;;) {
      source.skip(BLANK_OR_BREAK);
      const first = source.peek();
      if (first === '') return this.tables.root;
      if (first === '#') this.comment();
      else if (first === '[') this.table();
      else this.pair();
    }
  }

  private comment(): void {
    this.source.skip(/[^\r\n]/);
  }

  private endOfLine(): void {
    const { source } = this;
    source.skip(BLANK);
    const next = source.peek();
    if (next === '' || next === '#' || /[\r\n]/.test(next)) return;
    throw source.unexpected(
      character =>
        `expected a top-level item to end with a newline, comment, or EOF, but got ${shown(character)} instead`,
    );
  }

  private table(): void {
    const { source } = this;
    source.next();
    const inList = source.accept('[');
    const key: string[] = [];
    do key.push(this.tableName(key.length === 0));
    while (source.accept('.'));
    if (source.peek() !== ']')
      throw source.unexpected(
        character => `expected '.' or ']' to end table name, but got ${shown(character)} instead`,
      );
    source.next();
    if (inList && source.peek() !== ']')
      throw source.unexpected(
        character => `expected end of table array name delimiter ']', but got ${shown(character)} instead`,
      );
    if (inList) source.next();
    this.tables.open(key, inList);
    this.endOfLine();
  }

  private tableName(isFirst: boolean): string {
    const { source } = this;
    source.skip(BLANK);
    const first = source.peek();
    if (first === ']' || first === '')
      throw source.problem('unexpected end of table name (table names cannot be empty)');
    if (first === '.') throw source.problem('unexpected table separator (table names cannot be empty)');
    return this.name(isFirst);
  }

  private name(isFirst: boolean): string {
    const { source } = this;
    if (isFirst) this.keyLine = source.line;
    const quoted = source.peek();
    if (quoted === '"' || quoted === "'") source.next();
    const name =
      quoted === '"'
        ? readString(source)
        : quoted === "'"
          ? readRawString(source)
          : source.skip(/[A-Za-z0-9_-]/);
    source.skip(BLANK);
    return name;
  }

  /** `a.b = value` at the top. */
  private pair(): void {
    const outer = this.tables.context;
    this.keyAndValue(0);
    this.tables.context = outer;
    this.tables.currentKey = '';
    this.endOfLine();
  }

  /** Reads a key and its value and sets it. */
  private keyAndValue(depth: number): { parents: string[]; name: string; value: GoValue } {
    const { source, tables } = this;
    const key = this.key();
    const parents = key.slice(0, -1);
    const name = key.at(-1) ?? '';
    tables.currentKey = name;
    tables.openParents(parents);
    const value = this.value(depth, false);
    tables.set(name, value);
    tables.markArray(Array.isArray(value));
    source.lastKey = () => tables.current();
    return { parents, name, value };
  }

  private key(): string[] {
    const { source } = this;
    source.skip(BLANK);
    const first = source.peek();
    if (first === '=' || first === '') throw source.problem("unexpected '=': key name appears blank");
    if (first === '.') throw source.problem("unexpected '.': keys cannot start with a '.'");
    const key: string[] = [];
    do {
      source.skip(BLANK);
      const start = source.peek();
      if (start === '=' || start === '') throw source.problem("unexpected '='");
      if (start === '.') throw source.problem("unexpected '.'");
      key.push(this.name(key.length === 0));
    } while (source.accept('.'));
    if (source.accept('=')) return key;
    if (source.peek() === '') throw source.unexpected(() => "unexpected EOF; expected key separator '='");
    const wrong = source.next();
    const line = wrong === '\n' ? source.line - 1 : source.line;
    throw source.problem(`expected '.' or '=', but got ${shown(wrong)} instead`, line);
  }

  private value(depth: number, inList: boolean): GoValue {
    const { source } = this;
    if (depth > MAX_DEPTH) throw source.problem('nested too deeply');
    source.skip(BLANK);
    const first = source.peek();
    if (/^[0-9]$/.test(first)) return readNumberOrDate(source);
    if (/^[-+]$/.test(first)) return readSigned(source, source.next());
    if (first === '"' || first === "'") return this.string(first);
    if (first === '[') return this.list(depth + 1);
    if (first === '{') return this.inlineTable(depth + 1, inList);
    if (first === '.') throw source.problem("floats must start with a digit, not '.'");
    if (/^\p{L}$/u.test(first)) return readWord(source);
    if (first === '') throw source.unexpected(() => 'unexpected EOF; expected value');
    source.next();
    const line = first === '\n' ? source.line - 1 : source.line;
    throw source.problem(`expected value but found ${shown(first)} instead`, line);
  }

  private string(mark: string): string {
    const { source } = this;
    const isLong = source.text.startsWith(mark.repeat(3), source.at);
    for (let at = 0; at < (isLong ? 3 : 1); at++) source.next();
    if (mark === '"') return isLong ? readMultilineString(source) : readString(source);
    return isLong ? readMultilineRawString(source) : readRawString(source);
  }

  private list(depth: number): GoValue[] {
    const { source } = this;
    const list: GoValue[] = [];
    source.next();
    this.tables.markArray(true);
    for (;;) {
      this.skipComments();
      if (source.peek() === ',') throw source.unexpected(() => 'unexpected comma');
      if (source.accept(']')) return list;
      list.push(this.value(depth, true));
      this.skipComments();
      if (source.accept(']')) return list;
      if (!source.accept(','))
        throw source.unexpected(
          character => `expected a comma (',') or array terminator (']'), but got ${shownOrEnd(character)}`,
        );
    }
  }

  private skipComments(): void {
    for (;;) {
      this.source.skip(BLANK_OR_BREAK);
      if (this.source.peek() !== '#') return;
      this.comment();
    }
  }

  private inlineTable(depth: number, inList: boolean): GoMap {
    const { source, tables } = this;
    const table = goMap();
    const [outerContext, outerKey] = [tables.context, tables.currentKey];
    source.next();
    const inside = [...outerContext, outerKey];
    tables.currentKey = '';
    tables.markImplicit(inside);
    tables.open(inside, inList);
    for (;;) {
      this.skipComments();
      if (source.peek() === ',') throw source.unexpected(() => 'unexpected comma');
      if (source.accept('}')) break;
      const { parents, name, value } = this.keyAndValue(depth);
      put(table, parents, name, value);
      tables.context = inside;
      tables.currentKey = name;
      this.skipComments();
      if (source.accept('}')) break;
      if (!source.accept(','))
        throw source.unexpected(
          character =>
            `expected a comma or an inline table terminator '}', but got ${shownOrEnd(character)} instead`,
        );
    }
    [tables.context, tables.currentKey] = [outerContext, outerKey];
    return table;
  }
}

function put(table: GoMap, parents: string[], name: string, value: GoValue): void {
  let inside = table;
  for (const parent of parents) {
    const next = inside[parent] ?? goMap();
    inside[parent] = next;
    if (isGoMap(next)) inside = next;
  }
  inside[name] = value;
}

function shownOrEnd(character: string): string {
  return character === '' ? 'end of file' : `'${character}'`;
}
