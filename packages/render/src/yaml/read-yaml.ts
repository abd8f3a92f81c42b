import { SlipwayError } from '@slipway/api';
import { quote } from '../go-template/quote.ts';
import { parsePlainInteger, plainKind } from './plain-words.ts';
import { type Builder, Parser, type Scalar } from './read/parser.ts';
import { YamlProblem } from './read/yaml-problem.ts';
import { singleText } from './single-text.ts';

/** What JSON can hold. Maps have no prototype. */
export type YamlValue = null | boolean | number | string | YamlValue[] | YamlMap;
export interface YamlMap {
  [key: string]: YamlValue;
}

const TAG = 'tag:yaml.org,2002:';
const [STR, BINARY, NULL, FLOAT, INT, BOOL, TIMESTAMP] = [
  'str',
  'binary',
  'null',
  'float',
  'int',
  'bool',
  'timestamp',
].map(name => TAG + name) as [string, string, string, string, string, string, string];
const RESOLVED = new Set([STR, BOOL, INT, FLOAT, NULL, TIMESTAMP]);
const TAG_OF = { text: STR, null: NULL, bool: BOOL, int: INT, float: FLOAT, timestamp: TIMESTAMP };

/**
 * The first document of a text as `sigs.k8s.io/yaml`'s `Unmarshal` gives it: read by go-yaml 2 (YAML 1.1), then taken for
 * JSON: every number a float64, every key a text; of keys that stand twice, the last wins. Null without a document.
 * @throws SlipwayError YamlInvalid: `error converting YAML to JSON: yaml: line 3: did not find expected key`
 */
export function readYaml(text: string): YamlValue {
  try {
    const values = new Values();
    const value = new Parser(text === '' ? '\n' : text, values).document() ?? null;
    if (values.late) throw values.late;
    return value;
  } catch (error) {
    const message = error instanceof RangeError ? 'yaml: exceeded max depth' : (error as Error).message;
    throw new SlipwayError('YamlInvalid', `error converting YAML to JSON: ${message}`);
  }
}

/** Between these counts of values, go-yaml allows ever fewer of them to come from aliases. */
const [LOW, HIGH] = [400_000, 4_000_000];

interface Anchor {
  value: YamlValue;
  size: number;
  isOpen: boolean;
}

/** Builds plain values. Mistakes of meaning come after those of the text, so the first of them is kept for the end. */
class Values implements Builder<YamlValue> {
  late: Error | undefined;
  readonly #anchors = new Map<string, Anchor>();
  #count = 0;
  #aliased = 0;

  scalar(scalar: Scalar): YamlValue {
    this.#count++;
    const value = this.#resolve(scalar);
    if (scalar.anchor !== '') this.#anchors.set(scalar.anchor, { value, size: 1, isOpen: false });
    return value;
  }

  #resolve({ text, plain, tag }: Scalar): YamlValue {
    if (tag === '' && !plain) return text;
    try {
      return resolveScalar(text, tag);
    } catch (error) {
      this.late ??= error as Error;
      return null;
    }
  }

  #open(anchor: string, value: YamlValue): () => void {
    const before = this.#count++;
    if (anchor === '') return ignore;
    const entry: Anchor = { value, size: 0, isOpen: true };
    this.#anchors.set(anchor, entry);
    return () => {
      entry.isOpen = false;
      entry.size = this.#count - before;
    };
  }

  sequence(anchor: string) {
    const value: YamlValue[] = [];
    return { value, add: (item: YamlValue) => void value.push(item), end: this.#open(anchor, value) };
  }

  mapping(anchor: string) {
    const value: YamlMap = Object.create(null);
    const add = (key: YamlValue, keyText: Scalar | undefined, item: YamlValue) => {
      const isMerge = keyText?.text === '<<' && (keyText.plain || keyText.tag === `${TAG}merge`);
      if (isMerge) this.#merge(value, item);
      if (!isMerge) value[this.#key(key, keyText, item)] = item;
    };
    return { value, add, end: this.#open(anchor, value) };
  }

  #key(key: YamlValue, scalar: Scalar | undefined, value: YamlValue): string {
    if (typeof key === 'string') return key;
    if (typeof key === 'number') return numberKey(key, scalar?.text ?? '');
    if (typeof key === 'boolean') return String(key);
    this.late ??=
      key === null
        ? new Error(`unsupported map key of type: %!s(<nil>), key: <nil>, value: ${goSyntax(value, '<nil>')}`)
        : new YamlProblem(`invalid map key: ${goSyntax(key)}`);
    return '';
  }

  /** In the order of the text: what stands behind `<<` wins over it, what stands before does not. */
  #merge(into: YamlMap, value: YamlValue): void {
    const sources = Array.isArray(value) ? [...value].reverse() : [value];
    for (const source of sources) {
      if (typeof source !== 'object' || source === null || Array.isArray(source)) {
        this.late ??= new YamlProblem('map merge requires map or sequence of maps as the value');
        return;
      }
      for (const key in source) into[key] = source[key] as YamlValue;
    }
  }

  alias(name: string): YamlValue {
    const anchor = this.#anchors.get(name);
    if (!anchor) throw new YamlProblem(`unknown anchor '${name}' referenced`);
    if (anchor.isOpen) {
      this.late ??= new YamlProblem(`anchor '${name}' value contains itself`);
      return null;
    }
    this.#count += anchor.size + 1;
    this.#aliased += anchor.size;
    const share = this.#aliased / this.#count;
    if (this.#aliased > 100 && this.#count > 1_000 && share > allowedShare(this.#count))
      throw new YamlProblem('document contains excessive aliasing');
    return copy(anchor.value);
  }
}

/** A value as Go's `%#v` prints what go-yaml made of it. */
function goSyntax(value: YamlValue, nothing = 'interface {}(nil)'): string {
  if (value === null) return nothing;
  if (typeof value === 'string') return quote(value);
  if (typeof value !== 'object') return String(value);
  if (Array.isArray(value)) return `[]interface {}{${value.map(each => goSyntax(each)).join(', ')}}`;
  const keys = Object.keys(value).sort();
  const pairs = keys.map(key => `${quote(key)}:${goSyntax(value[key] as YamlValue)}`);
  return `map[interface {}]interface {}{${pairs.join(', ')}}`;
}

const ignore = () => {};

function allowedShare(count: number): number {
  if (count <= LOW) return 0.99;
  if (count >= HIGH) return 0.1;
  return 0.99 - 0.89 * ((count - LOW) / (HIGH - LOW));
}

function copy(value: YamlValue): YamlValue {
  if (typeof value !== 'object' || value === null) return value;
  if (Array.isArray(value)) return value.map(copy);
  const made: YamlMap = Object.create(null);
  for (const key in value) made[key] = copy(value[key] as YamlValue);
  return made;
}

/**
 * What a scalar without quotes or with a tag means.
 * @throws YamlProblem
 */
export function resolveScalar(text: string, tag: string): YamlValue {
  if (tag === BINARY) return binary(text);
  if (tag === STR || (tag !== '' && !RESOLVED.has(tag))) return text;
  const kind = plainKind(text);
  const found = TAG_OF[kind];
  if (tag !== '' && tag !== found && !(tag === FLOAT && found === INT))
    throw new YamlProblem(`cannot decode !!${short(found)} \`${text}\` as a !!${short(tag)}`);
  switch (kind) {
    case 'null':
      return null;
    case 'bool':
      return /^[yYtT]|^[oO][nN]/.test(text);
    case 'int':
      return Number(parsePlainInteger(text.replaceAll('_', '')));
    case 'float':
      return float(text);
    default:
      return text;
  }
}

function short(tag: string): string {
  return tag.slice(TAG.length);
}

function float(text: string): number {
  const value = Number(text.replaceAll('_', ''));
  if (!Number.isNaN(value)) return value;
  const name = /nan$/i.test(text) ? 'NaN' : `${text.startsWith('-') ? '-' : '+'}Inf`;
  throw new Error(`json: unsupported value: ${name}`);
}

function binary(text: string): string {
  const bytes = text.replace(/[\r\n]/g, '');
  if (!/^(?:[A-Za-z0-9+/]{4})*(?:[A-Za-z0-9+/]{2}==|[A-Za-z0-9+/]{3}=)?$/.test(bytes))
    throw new YamlProblem('!!binary value contains invalid base64 data');
  // JSON has no bytes: what is no UTF-8 is lost there, too.
  return new TextDecoder().decode(Uint8Array.from(atob(bytes), character => character.charCodeAt(0)));
}

/** Integers as they are; other numbers as Go prints them in single precision. */
export function numberKey(value: number, text: string): string {
  const integer = plainKind(text) === 'int' ? parsePlainInteger(text.replaceAll('_', '')) : undefined;
  return integer === undefined ? singleText(value) : integer.toString();
}
