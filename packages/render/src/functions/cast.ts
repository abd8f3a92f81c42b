import { parseFloat64 } from '../go-template/number-syntax.ts';
import { GoNamed, type GoValue, SizedInt } from '../go-template/value.ts';

const INTEGER =
  /^([+-]?)(0[xX](?:_?[0-9a-fA-F])+|0[bB](?:_?[01])+|0[oO](?:_?[0-7])+|0(?:_?[0-7])*|[1-9](?:_?[0-9])*)$/;
const [MIN, MAX] = [-(2n ** 63n), 2n ** 63n - 1n];

/** `strconv.ParseInt(text, 0, 64)`: undefined for what is no integer or too large. */
export function parseInt64(text: string): bigint | undefined {
  const [, sign = '', digits] = INTEGER.exec(text) ?? [];
  if (digits === undefined) return undefined;
  const plain = digits.replaceAll('_', '');
  const size = BigInt(/^0[0-7]/.test(plain) ? `0o${plain.slice(1)}` : plain);
  const value = sign === '-' ? -size : size;
  return value < MIN || value > MAX ? undefined : value;
}

/** A double as Go on amd64 makes an int64 of it: cut off; the smallest number for what does not fit. */
export function truncateToInt64(value: number): bigint {
  if (Number.isNaN(value) || value >= 2 ** 63 || value < -(2 ** 63)) return MIN;
  return BigInt(Math.trunc(value));
}

/** `cast.ToInt64`, which sprig's arithmetic goes through: zero for what is no number. */
export function toInt64(value: GoValue): bigint {
  if (typeof value === 'bigint') return value;
  if (typeof value === 'number') return truncateToInt64(value);
  if (typeof value === 'boolean') return value ? 1n : 0n;
  if (typeof value === 'string') return parseInt64(withoutZeroFraction(value)) ?? 0n;
  if (value instanceof SizedInt) return BigInt.asIntN(64, value.value);
  if (!(value instanceof GoNamed)) return 0n;
  if (value.type === 'json.Number') return toInt64(value.value);
  return value.type === 'time.Month' || value.type === 'time.Weekday' ? toInt64(value.value) : 0n;
}

/** `12.00` is 12. */
function withoutZeroFraction(text: string): string {
  return text.replace(/\.0+$/, '');
}

/** `cast.ToFloat64`. */
export function toFloat64(value: GoValue): number {
  if (typeof value === 'number') return value;
  if (typeof value === 'bigint') return Number(value);
  if (typeof value === 'boolean') return value ? 1 : 0;
  if (typeof value === 'string') return parseGoFloat(value) ?? 0;
  if (value instanceof SizedInt) return Number(value.value);
  if (!(value instanceof GoNamed)) return 0;
  if (value.type === 'json.Number') return toFloat64(value.value);
  return value.type === 'time.Month' || value.type === 'time.Weekday' ? toFloat64(value.value) : 0;
}

function parseGoFloat(text: string): number | undefined {
  const word = /^([+-]?)(?:inf|infinity)$/i.exec(text);
  if (word) return word[1] === '-' ? Number.NEGATIVE_INFINITY : Number.POSITIVE_INFINITY;
  return /^nan$/i.test(text) ? Number.NaN : parseFloat64(text);
}
