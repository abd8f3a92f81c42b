// Floats as strconv.FormatFloat and fmt's verbs print them.
import { type Decimal, exactDecimal, partsOf, rounded, shortestDecimal } from './decimal.ts';
import { type Flags, pad } from './padding.ts';

/** More digits than these are zeros. */
const MOST_DIGITS = 1100;

/**
 * `strconv.FormatFloat(value, verb, precision, 64)`; without a precision, the fewest digits that tell the
 * number from its neighbours.
 */
export function formatFloat64(value: number, verb: string, precision?: number): string {
  if (Number.isNaN(value)) return 'NaN';
  const sign = value < 0 || Object.is(value, -0) ? '-' : '';
  if (!Number.isFinite(value)) return `${sign || '+'}Inf`;
  const magnitude = Math.abs(value);
  const lower = verb.toLowerCase();
  const text = magnitudeText(magnitude, lower, precision);
  return sign + (verb === lower ? text : text.toUpperCase());
}

function magnitudeText(value: number, verb: string, precision: number | undefined): string {
  if (verb === 'b') return binary(value);
  if (verb === 'x') return hexadecimal(value, precision);
  if (precision === undefined) return shortest(value, verb);
  const decimal = exactDecimal(value);
  if (verb === 'e') return exponential(rounded(decimal, Math.min(precision, MOST_DIGITS) + 1), precision);
  if (verb === 'f')
    return plain(rounded(decimal, decimal.point + Math.min(precision, MOST_DIGITS)), precision);
  const most = precision || 1;
  const digits = rounded(decimal, most);
  const threshold =
    most > digits.digits.length && digits.digits.length >= digits.point ? digits.digits.length : most;
  return general(digits, threshold);
}

function shortest(value: number, verb: string): string {
  // Here JavaScript writes a number as Go does.
  if (verb === 'g' && (value === 0 || (value >= 1e-4 && value < 1e6))) return String(value);
  const decimal = shortestDecimal(value);
  if (verb === 'e') return exponential(decimal, Math.max(decimal.digits.length - 1, 0));
  if (verb === 'f') return plain(decimal, Math.max(decimal.digits.length - decimal.point, 0));
  return general(decimal, 6);
}

/** `%g`: with an exponent when it is below -4 or not below the threshold. */
function general(decimal: Decimal, threshold: number): string {
  const exponent = decimal.point - 1;
  if (decimal.digits !== '' && (exponent < -4 || exponent >= threshold))
    return exponential(decimal, decimal.digits.length - 1);
  return plain(decimal, Math.max(decimal.digits.length - decimal.point, 0));
}

function exponential({ digits, point }: Decimal, precision: number): string {
  const exponent = digits === '' ? 0 : point - 1;
  const fraction = precision > 0 ? `.${digits.slice(1, precision + 1).padEnd(precision, '0')}` : '';
  return `${digits[0] ?? '0'}${fraction}e${signed(exponent)}`;
}

function signed(exponent: number): string {
  return `${exponent < 0 ? '-' : '+'}${String(Math.abs(exponent)).padStart(2, '0')}`;
}

function plain({ digits, point }: Decimal, precision: number): string {
  const whole = point > 0 ? digits.slice(0, point).padEnd(point, '0') : '0';
  if (precision <= 0) return whole;
  const fraction = point > 0 ? digits.slice(point) : '0'.repeat(Math.min(-point, precision)) + digits;
  return `${whole}.${fraction.slice(0, precision).padEnd(precision, '0')}`;
}

/** `4503599627370496p-52`. */
function binary(value: number): string {
  const { mantissa, exponent } = partsOf(value);
  return `${mantissa}p${exponent < 0 ? '' : '+'}${exponent}`;
}

/** `0x1.8p+01`. */
function hexadecimal(value: number, precision: number | undefined): string {
  if (value === 0) return `0x0${precision ? `.${'0'.repeat(precision)}` : ''}p+00`;
  const { mantissa, exponent } = normalized(value, precision);
  const all = (mantissa & ((1n << 52n) - 1n)).toString(16).padStart(13, '0');
  const fraction =
    precision === undefined ? all.replace(/0+$/, '') : all.slice(0, precision).padEnd(precision, '0');
  return `0x1${fraction === '' ? '' : `.${fraction}`}p${signed(exponent)}`;
}

/** The parts with the mantissa's first bit set, rounded to so many hexadecimal digits, half to even. */
function normalized(value: number, precision = 13): { mantissa: bigint; exponent: number } {
  const parts = partsOf(value);
  const shift = 53 - parts.mantissa.toString(2).length;
  const mantissa = parts.mantissa << BigInt(shift);
  const exponent = parts.exponent - shift + 52;
  if (precision >= 13) return { mantissa, exponent };
  const dropped = BigInt(52 - 4 * precision);
  const half = 1n << (dropped - 1n);
  const low = mantissa & ((1n << dropped) - 1n);
  const kept = mantissa >> dropped;
  const up = low > half || (low === half && (kept & 1n) === 1n);
  const result = (kept + (up ? 1n : 0n)) << dropped;
  return result >> 53n ? { mantissa: result >> 1n, exponent: exponent + 1 } : { mantissa: result, exponent };
}

/** A float under fmt's flags; `precision` is the verb's own default. */
export function formatFloat(value: number, verb: string, flags: Flags, precision?: number): string {
  const text = formatFloat64(value, verb, flags.precision ?? precision);
  const hasSign = /^[+-]/.test(text);
  const sign = hasSign ? text.slice(0, 1) : '+';
  const shownSign = sign === '+' && !flags.plus ? (flags.space ? ' ' : '') : sign;
  const number = hasSign ? text.slice(1) : text;
  if (/^[IN]/.test(number)) {
    // Infinity always shows its sign with a flag only; neither is filled with zeros.
    return pad((number === 'Inf' && shownSign === '' ? '+' : shownSign) + number, flags, false);
  }
  const full = flags.sharp && verb !== 'b' ? withPoint(number, verb, flags.precision ?? precision) : number;
  const width = flags.width ?? 0;
  if (flags.zero && !flags.minus && shownSign !== '')
    return shownSign + full.padStart(Math.max(width - 1, 0), '0');
  return pad(shownSign + full, flags);
}

/** The sharp flag: always a decimal point, and for `%g` the zeros at the end that it leaves out. */
function withPoint(number: string, verb: string, precision: number | undefined): string {
  const isHexadecimal = verb === 'x' || verb === 'X';
  const at = number.search(isHexadecimal ? /[pP]/ : /[eEpP]/);
  const tail = at < 0 ? '' : number.slice(at);
  const head = at < 0 ? number : number.slice(0, at);
  const counts = verb === 'g' || verb === 'G' || verb === 'x';
  let missing = counts ? (precision ?? 6) : 0;
  missing -= head.replace('.', '').replace(/^0+/, '').length;
  if (!head.includes('.') && head === '0') missing--;
  return `${head}${head.includes('.') ? '' : '.'}${'0'.repeat(Math.max(missing, 0))}${tail}`;
}
