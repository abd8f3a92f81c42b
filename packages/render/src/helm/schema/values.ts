export type SchemaObject = Record<string, unknown>;

export function isObject(value: unknown): value is SchemaObject {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

/** JSON schema's types in the order they are told. */
export const TYPES = ['null', 'boolean', 'number', 'integer', 'string', 'array', 'object'];

export function typeOf(value: unknown): string {
  if (value === null || value === undefined) return 'null';
  if (Array.isArray(value)) return 'array';
  return typeof value;
}

export function matchesType(value: unknown, type: string): boolean {
  return typeOf(value) === type || (type === 'integer' && Number.isInteger(value));
}

export function equalValues(first: unknown, second: unknown): boolean {
  if (Array.isArray(first))
    return (
      Array.isArray(second) &&
      first.length === second.length &&
      first.every((each, index) => equalValues(each, second[index]))
    );
  if (!isObject(first)) return first === second;
  if (!isObject(second)) return false;
  const keys = Object.keys(first);
  return (
    keys.length === Object.keys(second).length &&
    keys.every(key => Object.hasOwn(second, key) && equalValues(first[key], second[key]))
  );
}

/** Texts of a list, or one text (not where only lists are meant). */
export function texts(value: unknown, onlyLists = false): string[] {
  const list: unknown[] = Array.isArray(value) ? value : onlyLists ? [] : [value];
  return list.filter(each => typeof each === 'string');
}

export function numberOf(value: unknown): number | undefined {
  return typeof value === 'number' ? value : undefined;
}

/** Entries of a map of schemas, in the order of their names. */
export function schemaMap(value: unknown): [string, unknown][] {
  return isObject(value) ? Object.entries(value).sort(([a], [b]) => (a < b ? -1 : 1)) : [];
}

/** In decimals, as Go's big.Rat of what both numbers print as: 0.3 is no multiple of a half, 0.9 is one of 0.3. */
export function isMultiple(value: number, factor: number): boolean {
  const [first, second] = [decimal(value), decimal(factor)];
  if (second.digits === 0n) return false;
  const scale = Math.max(first.scale, second.scale);
  // What takes more digits than this is no number that somebody means.
  if (scale > 400) return false;
  const lifted = (each: Decimal) => each.digits * 10n ** BigInt(scale - each.scale);
  return lifted(first) % lifted(second) === 0n;
}

interface Decimal {
  digits: bigint;
  /** Digits behind the point. */
  scale: number;
}

function decimal(value: number): Decimal {
  const [mantissa = '0', exponent = '0'] = value.toExponential().split('e');
  const [whole = '', fraction = ''] = mantissa.split('.');
  const scale = fraction.length - Number(exponent);
  const digits = BigInt(whole + fraction);
  return scale >= 0 ? { digits, scale } : { digits: digits * 10n ** BigInt(-scale), scale: 0 };
}
