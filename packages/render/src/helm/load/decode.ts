import { singleText } from '../../yaml/single-text.ts';
import type { ChartValue } from '../chart.ts';
import { isTable } from '../values/tables.ts';

/**
 * A field of a Go struct that `sigs.k8s.io/yaml` fills. `empty` is what it has when nothing stands there; `path` is
 * `Metadata.name`, for errors.
 */
export interface Field<T> {
  empty: T;
  decode(value: ChartValue, path: string): T;
}

/** Numbers and truths become text where text is wanted: `appVersion: 1.10` is `1.1`. */
export const text: Field<string> = {
  empty: '',
  decode(value, path) {
    if (typeof value === 'string') return value;
    if (typeof value === 'boolean') return String(value);
    if (typeof value === 'number') return numberText(value);
    throw mismatch(value, path, 'string');
  },
};

export const truth: Field<boolean> = {
  empty: false,
  decode(value, path) {
    if (typeof value === 'boolean') return value;
    throw mismatch(value, path, 'bool');
  },
};

export function list<T>(element: Field<T>): Field<T[]> {
  return {
    get empty() {
      return [];
    },
    decode(value, path) {
      if (!Array.isArray(value))
        throw mismatch(value, path, `[]${element === (text as unknown) ? 'string' : 'interface {}'}`);
      // A null among pointers stays one, so that the check after this names it.
      return value.map(each => (each === null ? (element.empty as T) : element.decode(each, path)));
    },
  };
}

export function map<T>(element: Field<T>): Field<Record<string, T>> {
  return {
    get empty() {
      return {};
    },
    decode(value, path) {
      if (!isTable(value)) throw mismatch(value, path, 'map[string]string');
      const entries = Object.entries(value).map(([key, each]): [string, T] => [
        key,
        each === null ? element.empty : element.decode(each, path),
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
    decode: value => decodeFields(name, fields, value),
  };
}

/** Keys are found as Go finds them: whatever their case; null leaves a field as it is. */
export function decodeFields<T extends object>(
  name: string,
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
  if (!isTable(value)) throw mismatch(value, '', `v2.${name}`);
  for (const [written, each] of Object.entries(value)) {
    const key = byKey.get(written.toLowerCase());
    if (key === undefined || each === null) continue;
    result[key] = fields[key].decode(each, `${name}.${written}`);
  }
  return result;
}

/** `importValues` stands there as `import-values`. */
function wireName(key: string): string {
  return key === 'importValues' ? 'import-values' : key;
}

function mismatch(value: ChartValue, path: string, type: string): Error {
  const where = path === '' ? 'Go value' : `Go struct field ${path}`;
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
