import type { Spend } from '../functions/data-call.ts';
import { kindOf } from '../functions/go-kind.ts';
import { isJsonValue } from '../functions/json-fields.ts';
import { isNilCollection } from '../functions/json-write.ts';
import { GoError } from '../go-template/function.ts';
import { compareStrings } from '../go-template/go-string.ts';
import {
  type GoMap,
  GoNamed,
  GoNil,
  GoStruct,
  type GoValue,
  isGoMap,
  SizedInt,
} from '../go-template/value.ts';
import { formatTime } from '../go-time/format-time.ts';
import { GoMoment } from '../go-time/go-moment.ts';
import { floatText } from '../yaml/float-text.ts';
import { bareOrQuoted, keyText, quotedText } from './toml-key.ts';

const MAX_DEPTH = 200;
const STEP = '  ';
const RFC_3339 = '2006-01-02T15:04:05.999999999Z07:00';
/** Dates and times that TOML has without a zone, by the name of the zone that stands for it. */
const LAYOUTS: Record<string, string> = {
  'datetime-local': '2006-01-02T15:04:05.999999999',
  'date-local': '2006-01-02',
  'time-local': '15:04:05.999999999',
};

/**
 * A value as BurntSushi's TOML encoder writes it: plain values of a table first, then the tables in it.
 * @throws GoError in its words
 */
export function writeToml(value: GoValue, spend: Spend): string {
  const writer = new TomlWriter(spend);
  writer.encode([], value);
  return writer.text;
}

class TomlWriter {
  text = '';
  private readonly spend: Spend;

  constructor(spend: Spend) {
    this.spend = spend;
  }

  encode(key: string[], value: GoValue): void {
    if (key.length > MAX_DEPTH) throw new GoError('toml: nested too deeply');
    this.spend(1);
    if (isNothing(value)) return;
    if (isTable(value)) {
      if (key.length === 1) this.newLine();
      if (key.length > 0) this.text += `${indentOf(key)}[${keyText(key)}]\n`;
      this.table(key, value);
      return;
    }
    if (!isTableList(value)) {
      const line =
        key.length === 0
          ? element(value, 0, this.spend)
          : `${indentOf(key)}${bareOrQuoted(key.at(-1) ?? '')} = ${element(value, 0, this.spend)}\n`;
      this.text += line;
      return;
    }
    if (key.length === 0) throw new GoError('toml: top-level values must be Go maps or structs');
    for (const each of value) {
      this.newLine();
      this.text += `${indentOf(key)}[[${keyText(key)}]]\n`;
      if (isTable(each)) this.table(key, each);
    }
  }

  private table(key: string[], table: GoMap): void {
    for (const [name, value] of entriesInOrder(table)) this.encode([...key, name], value);
  }

  private newLine(): void {
    if (this.text !== '') this.text += '\n';
  }
}

function entriesInOrder(table: GoMap): [name: string, value: GoValue][] {
  const entries = Object.entries(table).sort(([a], [b]) => compareStrings(a, b));
  const isSub = (value: GoValue) => !isNothing(value) && (isTable(value) || isTableList(value));
  return [...entries.filter(([, value]) => !isSub(value)), ...entries.filter(([, value]) => isSub(value))];
}

function isNothing(value: GoValue): boolean {
  return value === null || value === undefined || value instanceof GoNil || isNilCollection(value as object);
}

function isTable(value: GoValue): value is GoMap {
  return kindOf(value) === 'map' && isGoMap(value);
}

function isTableList(value: GoValue): value is GoMap[] {
  if (!Array.isArray(value) || value.length === 0) return false;
  if (value.some(isNothing)) throw new GoError('toml: cannot encode array with nil element');
  return value.every(isTable);
}

function indentOf(key: string[]): string {
  return STEP.repeat(key.length - 1);
}

/** A value on one line. */
function element(value: GoValue, depth: number, spend: Spend): string {
  spend(1);
  if (depth > MAX_DEPTH) throw new GoError('toml: nested too deeply');
  if (typeof value === 'string') return quotedText(value);
  if (typeof value === 'boolean' || typeof value === 'bigint') return String(value);
  if (typeof value === 'number') return float(value);
  if (value instanceof SizedInt) return String(value.value);
  if (value instanceof GoMoment) return formatTime(value.moment, LAYOUTS[value.moment.zone.name] ?? RFC_3339);
  if (value instanceof GoStruct && isJsonValue(value)) return element(value.toJson(), depth + 1, spend);
  if (value instanceof GoNamed) return element(value.value, depth + 1, spend);
  if (value instanceof Uint8Array) return `[${Array.from(value).join(', ')}]`;
  if (Array.isArray(value)) {
    isTableList(value);
    return `[${value.map(each => element(each, depth + 1, spend)).join(', ')}]`;
  }
  if (value instanceof GoStruct) return inlineTable(value.fields, depth, spend);
  if (isTable(value)) return inlineTable(value, depth, spend);
  throw new GoError(`unsupported type: ${kindOf(value)}`);
}

function float(value: number): string {
  if (Number.isNaN(value)) return 'nan';
  if (!Number.isFinite(value)) return value < 0 ? '-inf' : 'inf';
  const text = floatText(value);
  return /[.e]/.test(text) ? text : `${text}.0`;
}

function inlineTable(table: GoMap, depth: number, spend: Spend): string {
  const entries = entriesInOrder(table);
  const parts = entries.map(([name, value], at) => {
    if (isNothing(value)) return '';
    const comma = at < entries.length - 1 ? ', ' : '';
    return `${bareOrQuoted(name)} = ${element(value, depth + 1, spend)}${comma}`;
  });
  return `{${parts.join('')}}`;
}
