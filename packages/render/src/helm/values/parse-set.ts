import { quote, quoteRune } from '../../go-template/quote.ts';
import { SizedInt } from '../../go-template/value.ts';
import type { ChartValue, ValueMap } from '../chart.ts';
import { readJsonPrefix } from './json-prefix.ts';
import { SetScanner } from './set-scanner.ts';
import { isTable, table } from './tables.ts';

/** How what stands behind `=` is taken. */
export type SetKind =
  | { name: 'set' | 'string' | 'json' | 'literal' }
  | { name: 'file'; read: (path: string) => string };

const MOST_LEVELS = 30;
const LARGEST_INDEX = 65_536;

/**
 * `a.b=1,c[0].d=x,e={1,2}` into `dest`, as Helm's `strvals`. A literal ends with the text: commas belong to it.
 * @throws Error with Helm's words
 */
export function parseSet(text: string, dest: ValueMap, kind: SetKind): void {
  const parser = new Parser(text, kind);
  while (parser.key(dest, 0) !== 'end');
}

/** `end`: nothing is left to read. */
type Outcome = 'more' | 'end';

class Parser {
  readonly #scanner: SetScanner;
  readonly #kind: SetKind;
  readonly #isLiteral: boolean;

  constructor(text: string, kind: SetKind) {
    this.#scanner = new SetScanner(text);
    this.#kind = kind;
    this.#isLiteral = kind.name === 'literal';
  }

  key(dest: ValueMap, level: number): Outcome {
    const { text, stop } = this.#until(this.#isLiteral ? '=[.' : '=[,.');
    switch (stop) {
      case '[':
        return this.#listKey(dest, text, level);
      case '=':
        return this.#value(value => set(dest, text, value));
      case ',':
        set(dest, text, '');
        throw new Error(`key ${quote(text)} has no value (cannot end with ,)`);
      case '.':
        return this.#mapKey(dest, text, level + 1);
      default:
        if (text === '') return 'end';
        throw new Error(`key ${quote(text)} has no value`);
    }
  }

  #until(stops: string) {
    return this.#scanner.until(stops, !this.#isLiteral);
  }

  #mapKey(dest: ValueMap, name: string, level: number): Outcome {
    if (level > MOST_LEVELS)
      throw new Error(
        `value name nested level is greater than maximum supported nested level of ${MOST_LEVELS}`,
      );
    const inner = name in dest ? existingTable(dest[name] as ChartValue) : table();
    let outcome: Outcome;
    try {
      outcome = this.key(inner, level);
    } finally {
      if (Object.keys(inner).length > 0) set(dest, name, inner);
    }
    if (outcome === 'more' && Object.keys(inner).length === 0)
      throw new Error(`key map ${quote(name)} has no value`);
    return outcome;
  }

  #listKey(dest: ValueMap, name: string, level: number): Outcome {
    const index = this.#index();
    if (index === undefined) return 'end';
    const list = name in dest ? existingList(dest[name] as ChartValue) : [];
    const outcome = this.#item(list, index, level);
    set(dest, name, outcome.list);
    return outcome.end;
  }

  /** Undefined when the text ends within it, which Helm takes for the end of all. */
  #index(): number | undefined {
    const { text, stop } = this.#until(']');
    if (stop === undefined) return undefined;
    if (!/^[-+]?[0-9]+$/.test(text))
      throw new Error(`error parsing index: strconv.Atoi: parsing ${quote(text)}: invalid syntax`);
    const index = BigInt(text.replace('+', ''));
    if (BigInt.asIntN(64, index) !== index)
      throw new Error(`error parsing index: strconv.Atoi: parsing ${quote(text)}: value out of range`);
    return Number(index);
  }

  /** What stands behind `]`. */
  #item(list: ChartValue[], index: number, level: number): { list: ChartValue[]; end: Outcome } {
    if (index < 0) throw new Error(`negative ${index} index not allowed`);
    const { text, stop } = this.#until('[.=');
    if (text !== '') throw new Error(`unexpected data at end of array index: ${quotedRunes(text)}`);
    if (stop === '=') {
      let placed = list;
      // Helm goes on after an item, wherever it stood; the next round finds the end.
      this.#value(value => {
        placed = setIndex(list, index, value);
      });
      return { list: placed, end: 'more' };
    }
    if (stop === '[') {
      const next = this.#index();
      if (next === undefined) return { list, end: 'end' };
      const before = index < list.length ? list[index] : null;
      const nested = before === null || before === undefined ? [] : existingList(before);
      const inner = this.#item(nested, next, level);
      if (inner.end === 'end') return { list, end: 'end' };
      return { list: setIndex(list, index, inner.list), end: 'more' };
    }
    if (stop === '.') return this.#itemMap(list, index, level);
    return { list, end: 'end' };
  }

  #itemMap(list: ChartValue[], index: number, level: number): { list: ChartValue[]; end: Outcome } {
    const before = list[index];
    const inner = isTable(before) ? before : table();
    if (index < list.length) list[index] = inner;
    if (this.key(inner, level) === 'end') return { list, end: 'end' };
    return { list: setIndex(list, index, inner), end: 'more' };
  }

  /** Reads a value of the wanted kind and puts it in its place. */
  #value(put: (value: ChartValue) => void): Outcome {
    if (this.#kind.name === 'json') return this.#json(put);
    if (this.#isLiteral) {
      put(this.#until('').text);
      return 'more';
    }
    if (this.#scanner.peek() === undefined) {
      put('');
      return 'end';
    }
    if (this.#scanner.peek() === '{') {
      put(this.#list());
      return 'more';
    }
    put(this.#typed(this.#until(',').text));
    return 'more';
  }

  #json(put: (value: ChartValue) => void): Outcome {
    if (this.#isEmpty()) {
      put(null);
      return 'more';
    }
    const { value, length } = readJsonPrefix(this.#scanner.rest());
    put(value);
    this.#scanner.skip(length);
    this.#isEmpty();
    return 'more';
  }

  /** Skips white space and a comma; true when nothing else stood there. */
  #isEmpty(): boolean {
    for (let rune = this.#scanner.peek(); rune !== undefined; rune = this.#scanner.peek()) {
      if (rune !== ',' && !/[\s\u0085]/u.test(rune)) return false;
      this.#scanner.next();
      if (rune === ',') return true;
    }
    return true;
  }

  #list(): ChartValue[] {
    this.#scanner.next();
    const list: ChartValue[] = [];
    for (;;) {
      const { text, stop } = this.#until(',}');
      if (stop === undefined) throw new Error("list must terminate with '}'");
      if (stop === '}' && this.#scanner.peek() === ',') this.#scanner.next();
      list.push(this.#typed(text));
      if (stop === '}') return list;
    }
  }

  #typed(text: string): ChartValue {
    if (this.#kind.name === 'file') return this.#kind.read(text);
    if (this.#kind.name === 'string') return text;
    const word = text.toLowerCase();
    if (word === 'true' || word === 'false') return word === 'true';
    if (word === 'null') return null;
    if (text === '0') return new SizedInt('int64', 0n);
    if (!/^[-+]?[0-9]+$/.test(text) || text.startsWith('0')) return text;
    const value = BigInt(text.replace('+', ''));
    return BigInt.asIntN(64, value) === value ? new SizedInt('int64', value) : text;
  }
}

/** Go's `%q` of a list of runes. */
function quotedRunes(text: string): string {
  return `[${[...text].map(rune => quoteRune(rune.codePointAt(0) ?? 0)).join(' ')}]`;
}

function set(dest: ValueMap, key: string, value: ChartValue): void {
  if (key !== '') dest[key] = value;
}

function setIndex(list: ChartValue[], index: number, value: ChartValue): ChartValue[] {
  if (index > LARGEST_INDEX)
    throw new Error(`index of ${index} is greater than maximum supported index of ${LARGEST_INDEX}`);
  while (list.length <= index) list.push(null);
  list[index] = value;
  return list;
}

function existingTable(value: ChartValue): ValueMap {
  if (isTable(value)) return value;
  throw new Error(`unable to parse key: ${conversion(value, 'map[string]interface {}')}`);
}

function existingList(value: ChartValue): ChartValue[] {
  if (Array.isArray(value)) return value;
  throw new Error(`unable to parse key: ${conversion(value, '[]interface {}')}`);
}

function conversion(value: ChartValue, wanted: string): string {
  return `interface conversion: interface {} is ${typeName(value)}, not ${wanted}`;
}

function typeName(value: ChartValue): string {
  if (value === null) return 'nil';
  if (Array.isArray(value)) return '[]interface {}';
  if (value instanceof SizedInt) return value.kind;
  if (typeof value === 'number') return 'float64';
  if (typeof value === 'object') return 'map[string]interface {}';
  return typeof value === 'boolean' ? 'bool' : 'string';
}
