// Numbers as Go's template parser reads them: what a constant may stand for, by strconv's rules for base 0.
import { unquoteChar } from './quote.ts';
import { GoComplex } from './value.ts';

/** A constant and what it can be; a field is absent when it cannot be that. */
export interface NumberConstant {
  int?: bigint;
  uint?: bigint;
  float?: number;
  complex?: GoComplex;
}

const INTEGER =
  /^[+-]?(?:0[xX](?:_?[0-9a-fA-F])+|0[bB](?:_?[01])+|0[oO](?:_?[0-7])+|0(?:_?[0-7])*|[1-9](?:_?[0-9])*)$/;
const DECIMAL = /^[+-]?(?:[0-9_]+\.?[0-9_]*|\.[0-9_]+)(?:[eE][+-]?[0-9][0-9_]*)?$/;
const HEXADECIMAL = /^([+-]?)0[xX]([0-9a-fA-F_]*)\.?([0-9a-fA-F_]*)[pP]([+-]?[0-9][0-9_]*)$/;
const MOST_INT = (1n << 63n) - 1n;
const MOST_UINT = (1n << 64n) - 1n;

/** Reads a number token; the problem, worded as Go does, when it is none. */
export function parseNumber(text: string): NumberConstant | { problem: string } {
  if (text.endsWith('i')) {
    const imaginary = parseFloat64(text.slice(0, -1));
    if (imaginary !== undefined) return ofComplex(new GoComplex(0, imaginary));
  }
  const whole = parseInteger(text);
  if (whole) return whole;
  const float = parseFloat64(text);
  if (float === undefined) return { problem: `illegal number syntax: "${text}"` };
  if (!/[.eEpP]/.test(text)) return { problem: `integer overflow: "${text}"` };
  return ofFloat(float);
}

/** Reads `1+2i`. */
export function parseComplex(text: string): NumberConstant | { problem: string } {
  const sign = Math.max(...['+', '-'].map(mark => splitAt(text, mark)));
  const parts = [text.slice(0, sign), text.slice(sign, -1)] as const;
  if (parts[1].length < 2) return { problem: 'syntax error scanning complex number' };
  const [real, imaginary] = parts.map(parseFloat64);
  if (real === undefined || imaginary === undefined)
    return { problem: floatProblem(parts[real === undefined ? 0 : 1]) };
  return ofComplex(new GoComplex(real, imaginary));
}

/** The error of `strconv.ParseFloat`. */
function floatProblem(text: string): string {
  const tooLarge = DECIMAL.test(text) && /^[^eE]*[0-9]/.test(text);
  return `strconv.ParseFloat: parsing "${text}": ${tooLarge ? 'value out of range' : 'invalid syntax'}`;
}

/** The last such sign that belongs to no exponent. */
function splitAt(text: string, mark: string): number {
  const at = text.lastIndexOf(mark);
  return at > 0 && /[eEpP]/.test(text[at - 1] ?? '') && !/^0[xX].*e.$/i.test(text.slice(0, at + 1))
    ? text.lastIndexOf(mark, at - 1)
    : at;
}

/** Reads `'x'`, quotes included. */
export function parseCharacter(text: string): NumberConstant | { problem: string } {
  const found = unquoteChar(text.slice(1), "'");
  if (!found) return { problem: 'invalid syntax' };
  if (found.rest !== "'") return { problem: `malformed character constant: ${text}` };
  return { int: BigInt(found.code), uint: BigInt(found.code), float: found.code };
}

function parseInteger(text: string): NumberConstant | undefined {
  if (!INTEGER.test(text)) return undefined;
  const plain = text.replace(/^[+-]/, '').replaceAll('_', '');
  const magnitude = BigInt(/^0[0-7]/.test(plain) ? `0o${plain.slice(1)}` : plain);
  const value = text.startsWith('-') ? -magnitude : magnitude;
  const isUint = !/^[+-]/.test(text) && magnitude <= MOST_UINT;
  const isInt = value <= MOST_INT && value >= -MOST_INT - 1n;
  if (!isInt && !isUint) return undefined;
  return {
    float: Number(value),
    ...(isInt ? { int: value } : {}),
    ...(isUint || value === 0n ? { uint: value } : {}),
  };
}

/** `strconv.ParseFloat`; undefined for what it refuses, a number that is too large included. */
export function parseFloat64(text: string): number | undefined {
  if (!underscoresAreBetweenDigits(text)) return undefined;
  const plain = text.replaceAll('_', '');
  const hexadecimal = HEXADECIMAL.exec(plain);
  if (!hexadecimal && !(DECIMAL.test(plain) && /^[^eE]*[0-9]/.test(plain))) return undefined;
  const value = hexadecimal ? hexadecimalFloat(hexadecimal) : Number(plain);
  return Number.isFinite(value) ? value : undefined;
}

function underscoresAreBetweenDigits(text: string): boolean {
  if (!text.includes('_')) return true;
  const [, prefix, rest] = /^[+-]?(0[xXbBoO])?(.*)$/.exec(text) ?? [];
  const digit = /^0[xX]$/.test(prefix ?? '') ? '[0-9a-fA-F]' : '[0-9]';
  const wrong = new RegExp(`${prefix ? '' : '^_|'}(?<!^|${digit})_|_(?!${digit})`);
  return !wrong.test(rest ?? '');
}

function hexadecimalFloat([, sign, whole = '', fraction = '', exponent]: RegExpExecArray): number {
  if (whole + fraction === '') return Number.NaN;
  const digits = Number(BigInt(`0x${whole}${fraction}`));
  const power = Math.max(-20_000, Math.min(20_000, Number(exponent))) - 4 * fraction.length;
  // In two steps, as neither 2 to the power of 1100 nor of -1100 is a float64 while the product may be one.
  const half = Math.trunc(power / 2);
  const value = digits * 2 ** half * 2 ** (power - half);
  return sign === '-' ? -value : value;
}

function ofFloat(float: number): NumberConstant {
  const whole = Number.isInteger(float) ? BigInt(float) : undefined;
  if (whole === undefined) return { float };
  return {
    float,
    ...(whole <= MOST_INT && whole >= -MOST_INT - 1n ? { int: whole } : {}),
    ...(whole >= 0n && whole <= MOST_UINT ? { uint: whole } : {}),
  };
}

/** A complex constant whose imaginary part is zero is a number like others, too. */
function ofComplex(complex: GoComplex): NumberConstant {
  return complex.imaginary === 0 ? { ...ofFloat(complex.real), complex } : { complex };
}
