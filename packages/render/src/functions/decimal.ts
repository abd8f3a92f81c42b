import { GoError } from '../go-template/function.ts';
import { floatText } from '../yaml/float-text.ts';

/** A number without error: `digits` times ten to the power of `exponent` (shopspring's decimal). */
export interface Decimal {
  digits: bigint;
  exponent: number;
}

/** Places after the point that a division keeps. */
const DIVISION_PLACES = 16;

export function decimalOf(value: number): Decimal {
  if (!Number.isFinite(value)) throw new GoError(`Cannot create a Decimal from ${floatText(value)}`);
  const [, sign = '', whole = '0', fraction = '', exponent = '0'] =
    /^(-?)(\d+)\.?(\d*)(?:e([-+]\d+))?$/.exec(String(value)) ?? [];
  const digits = BigInt(whole + fraction);
  return { digits: sign ? -digits : digits, exponent: Number(exponent) - fraction.length };
}

export function decimalNumber({ digits, exponent }: Decimal): number {
  return Number(`${digits}e${exponent}`);
}

function aligned(a: Decimal, b: Decimal): [a: bigint, b: bigint, exponent: number] {
  const exponent = Math.min(a.exponent, b.exponent);
  const scaled = ({ digits, exponent: own }: Decimal) => digits * 10n ** BigInt(own - exponent);
  return [scaled(a), scaled(b), exponent];
}

export function add(a: Decimal, b: Decimal): Decimal {
  const [left, right, exponent] = aligned(a, b);
  return { digits: left + right, exponent };
}

export function subtract(a: Decimal, b: Decimal): Decimal {
  return add(a, { ...b, digits: -b.digits });
}

export function multiply(a: Decimal, b: Decimal): Decimal {
  return { digits: a.digits * b.digits, exponent: a.exponent + b.exponent };
}

/** Rounded half away from zero at the last place. */
export function divide(a: Decimal, b: Decimal): Decimal {
  if (b.digits === 0n) throw new GoError('decimal division by 0');
  const [left, right] = aligned(a, b);
  const scaled = left * 10n ** BigInt(DIVISION_PLACES);
  const [quotient, rest] = [scaled / right, scaled % right];
  const away = size(rest) * 2n >= size(right);
  const step = left < 0n === right < 0n ? 1n : -1n;
  return { digits: away ? quotient + step : quotient, exponent: -DIVISION_PLACES };
}

function size(value: bigint): bigint {
  return value < 0n ? -value : value;
}
