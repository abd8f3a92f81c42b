import { toBytes } from '../go-string.ts';
import { canBackquote, quote } from '../quote.ts';
import { type Flags, pad } from './padding.ts';

/** `%s`: as many runes as the precision says. */
export function formatString(text: string, flags: Flags): string {
  return pad(truncated(text, flags), flags);
}

/** `%q`. */
export function formatQuoted(text: string, flags: Flags): string {
  const short = truncated(text, flags);
  if (flags.sharp && canBackquote(short)) return pad(`\`${short}\``, flags);
  return pad(quote(short, flags.plus), flags);
}

function truncated(text: string, { precision }: Flags): string {
  if (precision === undefined || text.length <= precision) return text;
  return [...text].slice(0, precision).join('');
}

/** `%x` and `%X` of a string or of bytes. */
export function formatHex(value: string | Uint8Array, verb: string, flags: Flags): string {
  const all = typeof value === 'string' ? toBytes(value) : value;
  const bytes = [...all.subarray(0, flags.precision ?? all.length)].map(byte =>
    byte.toString(16).padStart(2, '0'),
  );
  const prefix = flags.sharp && bytes.length > 0 ? '0x' : '';
  const text = prefix + bytes.join(flags.space ? ` ${prefix}` : '');
  return pad(verb === 'X' ? text.toUpperCase() : text, flags);
}
