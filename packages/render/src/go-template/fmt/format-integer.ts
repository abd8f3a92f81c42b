import { isPrint, quoteRune } from '../quote.ts';
import { type Flags, pad } from './padding.ts';

const PREFIX: Record<number, string> = { 2: '0b', 16: '0x' };
const MOST_RUNE = 0x10ffffn;

/** An integer in base 2, 8, 10 or 16; `verb` `X` is upper case, `O` has `0o` before it. */
export function formatInteger(value: bigint, base: number, verb: string, flags: Flags): string {
  const negative = value < 0n;
  if (flags.precision === 0 && value === 0n) return ' '.repeat(flags.width ?? 0);
  const magnitude = (negative ? -value : value).toString(base);
  const digits = magnitude.padStart(leastDigits(negative, flags), '0');
  const text = signOf(negative, flags) + prefixOf(base, verb, digits, flags) + digits;
  return pad(verb === 'X' ? text.toUpperCase() : text, flags, false);
}

/** Zeros in front come from the precision, or from the width with the zero flag, never from both. */
function leastDigits(negative: boolean, { precision, width, zero, minus, plus, space }: Flags): number {
  if (precision !== undefined) return precision;
  if (!zero || minus || width === undefined) return 0;
  return width - (negative || plus || space ? 1 : 0);
}

function signOf(negative: boolean, { plus, space }: Flags): string {
  if (negative) return '-';
  if (plus) return '+';
  return space ? ' ' : '';
}

function prefixOf(base: number, verb: string, digits: string, { sharp }: Flags): string {
  if (verb === 'O') return sharp && !digits.startsWith('0') ? '0o0' : '0o';
  if (!sharp) return '';
  if (base === 8) return digits.startsWith('0') ? '' : '0';
  return PREFIX[base] ?? '';
}

/** The code point that an integer is, U+FFFD when it is none. */
function codePoint(value: bigint): number {
  const unsigned = BigInt.asUintN(64, value);
  const code = unsigned > MOST_RUNE ? 0xfffd : Number(unsigned);
  return code >= 0xd800 && code <= 0xdfff ? 0xfffd : code;
}

/** `%c`. */
export function formatRune(value: bigint, flags: Flags): string {
  return pad(String.fromCodePoint(codePoint(value)), flags);
}

/** `%q` of an integer. */
export function formatQuotedRune(value: bigint, flags: Flags): string {
  return pad(quoteRune(codePoint(value), flags.plus), flags);
}

/** `%U`, and with the sharp flag the character behind it. */
export function formatUnicode(value: bigint, flags: Flags): string {
  const unsigned = BigInt.asUintN(64, value);
  const number = unsigned
    .toString(16)
    .toUpperCase()
    .padStart(Math.max(4, flags.precision ?? 0), '0');
  const isCode = flags.sharp && unsigned <= MOST_RUNE && (unsigned < 0xd800n || unsigned > 0xdfffn);
  const rune = isCode ? String.fromCodePoint(Number(unsigned)) : '';
  return pad(`U+${number}${isPrint(rune) ? ` '${rune}'` : ''}`, flags, false);
}
