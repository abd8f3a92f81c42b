import { SlipwayError } from '@slipway/api';
import { Emitter, type YamlNode } from './emitter.ts';
import { floatText } from './float-text.ts';
import { jsonTextAsYaml, refuseLongKey } from './json-text.ts';
import { compareKeys } from './key-order.ts';
import type { YamlDialect } from './plain-words.ts';

export interface StringifyOptions {
  /**
   * `json` (the default) writes as `sigs.k8s.io/yaml` does: to JSON first, then with go-yaml 2. It is what `toYaml`,
   * kustomize and Kubernetes write. `pretty` writes as Helm's `toYamlPretty`: go-yaml 3 with two spaces, lists
   * indented, no folding.
   */
  style?: 'json' | 'pretty';
  /** What a value is that is neither JSON nor a bigint: returns one that is. */
  convert?: (value: object) => unknown;
  /** Whether a list or map is written as `null`: Go's nil ones are. */
  isNull?: (value: object) => boolean;
  /** Told of every value: one may stand in itself many times over. */
  spend?: (steps: number) => void;
}

/** What `convert` gives for a value that is written as it is, without quotes: a time. */
export class PlainScalar {
  readonly text: string;
  constructor(text: string) {
    this.text = text;
  }
}

/** Go's JSON encoder takes nothing deeper that stands inside itself; deeper than this is refused anyway. */
const MAX_DEPTH = 1_000;
const NULL: YamlNode = { kind: 'raw', text: 'null' };
const [MIN_INT, MAX_UINT] = [-(2n ** 63n), 2n ** 64n - 1n];

/**
 * One YAML document with a line break at its end, byte for byte what Go writes. Numbers are Go's float64, a bigint an
 * int; keys come in go-yaml's order; `undefined` is left out of objects and null elsewhere.
 * @throws SlipwayError `YamlUnwritable`, in Go's words: a number that is none, control characters, a value in itself
 */
export function stringifyYaml(value: unknown, options: StringifyOptions = {}): string {
  const dialect = options.style === 'pretty' ? '1.2' : '1.1';
  return new Emitter(dialect).document(new NodeMaker(dialect, options).node(value));
}

/** Turns values into what the emitter writes. */
class NodeMaker {
  private readonly dialect: YamlDialect;
  private readonly options: StringifyOptions;
  private depth = 0;

  constructor(dialect: YamlDialect, options: StringifyOptions) {
    this.dialect = dialect;
    this.options = options;
  }

  node(value: unknown): YamlNode {
    this.options.spend?.(1);
    if (typeof value === 'string') return { kind: 'text', text: this.text(value) };
    if (value === null || value === undefined) return NULL;
    if (typeof value === 'number') return { kind: 'raw', text: numberOf(value, this.dialect) };
    if (typeof value === 'boolean' || typeof value === 'bigint') return { kind: 'raw', text: wholeOf(value) };
    if (typeof value !== 'object') throw unwritable(`json: unsupported type: ${typeof value}`);
    if (this.depth >= MAX_DEPTH) throw unwritable('json: unsupported value: encountered a cycle');
    this.depth++;
    const node = this.collection(value);
    this.depth--;
    return node;
  }

  private collection(value: object): YamlNode {
    const { convert, isNull } = this.options;
    if (isNull?.(value)) return NULL;
    if (Array.isArray(value)) return { kind: 'list', items: value.map(item => this.node(item)) };
    const prototype = Object.getPrototypeOf(value);
    if (prototype === null || prototype === Object.prototype)
      return this.map(value as Record<string, unknown>);
    if (value instanceof PlainScalar) return { kind: 'raw', text: value.text };
    return convert ? this.node(convert(value)) : this.map(value as Record<string, unknown>);
  }

  private map(value: Record<string, unknown>): YamlNode {
    const entries: [key: string, node: YamlNode][] = [];
    for (const key of Object.keys(value)) {
      const item = value[key];
      if (item === undefined) continue;
      if (this.dialect === '1.1') refuseLongKey(key);
      entries.push([this.text(key), this.node(item)]);
    }
    if (entries.length > 1) entries.sort((left, right) => compareKeys(left[0], right[0], this.dialect));
    return { kind: 'map', entries };
  }

  private text(text: string): string {
    return this.dialect === '1.1' ? jsonTextAsYaml(text) : text.toWellFormed();
  }
}

function wholeOf(value: boolean | bigint): string {
  if (typeof value === 'boolean' || (value >= MIN_INT && value <= MAX_UINT)) return String(value);
  return floatText(Number(value));
}

function numberOf(value: number, dialect: YamlDialect): string {
  if (dialect === '1.2')
    return { NaN: '.nan', '+Inf': '.inf', '-Inf': '-.inf' }[floatText(value)] ?? floatText(value);
  if (!Number.isFinite(value)) throw unwritable(`json: unsupported value: ${floatText(value)}`);
  if (!Number.isInteger(value) || Math.abs(value) >= 1e21) return floatText(value);
  // JSON has no difference between 1 and 1.0: what looks whole is read as an integer again.
  return Number.isSafeInteger(value) ? String(value) : wholeOf(BigInt(String(value)));
}

function unwritable(problem: string): SlipwayError {
  return new SlipwayError('YamlUnwritable', `error marshaling into JSON: ${problem}`);
}
