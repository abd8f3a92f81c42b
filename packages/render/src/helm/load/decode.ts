import { singleText } from '../../yaml/single-text.ts';
import type { ChartValue } from '../chart.ts';
import { isTable } from '../values/tables.ts';

/** Where a value goes, as Go's `encoding/json` tells it: the innermost struct, and all fields on the way to it. */
export interface Place {
  struct: string;
  fields: string[];
}

/** A field of a Go struct that `sigs.k8s.io/yaml` fills. `empty` is what it has when nothing stands there. */
export interface Field<T> {
  empty: T;
  decode(value: ChartValue, place: Place): T;
}

/** Numbers and truths become text where text is wanted: `appVersion: 1.10` is `1.1`. */
export const text: Field<string> = {
  empty: '',
  decode(value, place) {
    if (typeof value === 'string') return value;
    if (typeof value === 'boolean') return String(value);
    if (typeof value === 'number') return numberText(value);
    throw mismatch(value, place, 'string');
  },
};

export const truth: Field<boolean> = {
  empty: false,
  decode(value, place) {
    if (typeof value === 'boolean') return value;
    throw mismatch(value, place, 'bool');
  },
};

export function list<T>(element: Field<T>): Field<T[]> {
  return {
    get empty() {
      return [];
    },
    decode(value, place) {
      if (!Array.isArray(value))
        throw mismatch(value, place, `[]${element === (text as unknown) ? 'string' : 'interface {}'}`);
      // A null among pointers stays one, so that the check after this names it.
      return value.map(each => (each === null ? (element.empty as T) : element.decode(each, place)));
    },
  };
}

export function map<T>(element: Field<T>): Field<Record<string, T>> {
  return {
    get empty() {
      return {};
    },
    decode(value, place) {
      if (!isTable(value)) throw mismatch(value, place, 'map[string]string');
      const entries = Object.entries(value).map(([key, each]): [string, T] => [
        key,
        each === null ? element.empty : element.decode(each, place),
      ]);
      return Object.fromEntries(entries);
    },
  };
}

export function struct<T extends object>(
  name: string,
  fields: { [Key in keyof T]: Field<T[Key]> },
): Field<T> {
  return {
    // A pointer: nothing until there is something.
    empty: null as unknown as T,
    decode: (value, { fields: outer }) => decodeFields({ struct: name, fields: outer }, fields, value),
  };
}

/** Keys are found as Go finds them: whatever their case; null leaves a field as it is. */
export function decodeFields<T extends object>(
  place: Place,
  fields: { [Key in keyof T]: Field<T[Key]> },
  value: ChartValue,
  onto?: T,
): T {
  const result = {} as T;
  const byKey = new Map<string, keyof T>();
  for (const key of Object.keys(fields) as (keyof T & string)[]) {
    result[key] = onto ? onto[key] : fields[key].empty;
    byKey.set(wireName(key).toLowerCase(), key);
  }
  if (value === null) return result;
  if (!isTable(value)) throw mismatch(value, place, TYPES[place.struct] ?? 'struct');
  for (const [written, each] of Object.entries(value)) {
    const key = byKey.get(written.toLowerCase());
    if (key === undefined || each === null) continue;
    const inner = { struct: place.struct, fields: [...place.fields, wireName(String(key))] };
    result[key] = fields[key].decode(each, inner);
  }
  return result;
}

/** `importValues` stands there as `import-values`. */
function wireName(key: string): string {
  return key === 'importValues' ? 'import-values' : key;
}

/** How Go calls the type where none of its fields is being filled yet. */
const TYPES: Record<string, string> = {
  Metadata: 'v2.Metadata',
  Maintainer: 'v2.Maintainer',
  Dependency: 'v2.Dependency',
  Lock: 'v2.Lock',
  SimpleHead: 'util.SimpleHead',
};

function mismatch(value: ChartValue, { struct: name, fields }: Place, type: string): Error {
  const where = fields.length === 0 ? 'Go value' : `Go struct field ${name}.${fields.join('.')}`;
  return new Error(
    `error unmarshaling JSON: while decoding JSON: json: cannot unmarshal ${jsonType(value)} into ${where} of type ${type}`,
  );
}

function jsonType(value: ChartValue): string {
  if (Array.isArray(value)) return 'array';
  if (typeof value === 'boolean') return 'bool';
  if (typeof value === 'object') return 'object';
  return typeof value === 'string' ? 'string' : 'number';
}

/** What stands where text is wanted: whole numbers as they are, others in single precision. */
function numberText(value: number): string {
  const isWhole = Number.isInteger(value) && Math.abs(value) < 2 ** 63;
  return isWhole ? BigInt(value).toString() : singleText(value);
}
