import { toBytes } from '../go-template/go-string.ts';

/** A text in an error of Go's time package, which escapes what is no printable ASCII byte by byte. */
export function quoteTime(text: string): string {
  let out = '';
  for (const byte of toBytes(text)) {
    const character = String.fromCharCode(byte);
    if (byte >= 0x80 || byte < 0x20) out += `\\x${byte.toString(16).padStart(2, '0')}`;
    else out += character === '"' || character === '\\' ? `\\${character}` : character;
  }
  return `"${out}"`;
}
