/** A text that cannot be decoded; `at` is the byte Go complains about. */
export class CorruptInput extends Error {
  readonly at: number;
  constructor(base: 32 | 64, at: number) {
    super(`illegal base${base} data at input byte ${at}`);
    this.name = 'CorruptInput';
    this.at = at;
  }
}

const BASE64 = 'ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/';
const BASE32 = 'ABCDEFGHIJKLMNOPQRSTUVWXYZ234567';

/** @throws CorruptInput as `base64.StdEncoding`, which skips line breaks and wants padding */
export function decodeBase64(text: string): Uint8Array {
  const out: number[] = [];
  for (let at = 0; at < text.length; ) {
    const next = decodeQuantum(text, at);
    out.push(...next.bytes);
    at = next.end;
  }
  return Uint8Array.from(out);
}

function isBreak(character: string | undefined): boolean {
  return character === '\n' || character === '\r';
}

function skipBreaks(text: string, from: number): number {
  let at = from;
  while (isBreak(text[at])) at++;
  return at;
}

/** Up to four characters, which are three bytes. */
function decodeQuantum(text: string, from: number): { bytes: number[]; end: number } {
  const values: number[] = [];
  for (let at = from; values.length < 4; ) {
    const character = text[at];
    if (character === undefined) {
      if (values.length === 0) return { bytes: [], end: at };
      throw new CorruptInput(64, at - values.length);
    }
    at++;
    if (isBreak(character)) continue;
    const value = BASE64.indexOf(character);
    if (value >= 0) values.push(value);
    else if (character !== '=') throw new CorruptInput(64, at - 1);
    else return padded(text, at, values);
    if (values.length === 4) return { bytes: bytesOf(values, 3), end: at };
  }
  return { bytes: [], end: text.length };
}

/** After the first `=`. */
function padded(text: string, from: number, values: number[]): { bytes: number[]; end: number } {
  if (values.length < 2) throw new CorruptInput(64, from - 1);
  let at = from;
  if (values.length === 2) {
    at = skipBreaks(text, at);
    if (at === text.length) throw new CorruptInput(64, at);
    if (text[at] !== '=') throw new CorruptInput(64, at - 1);
    at++;
  }
  at = skipBreaks(text, at);
  if (at < text.length) throw new CorruptInput(64, at);
  return { bytes: bytesOf(values, values.length - 1), end: at };
}

function bytesOf([a = 0, b = 0, c = 0, d = 0]: number[], count: number): number[] {
  return [(a << 2) | (b >> 4), ((b & 15) << 4) | (c >> 2), ((c & 3) << 6) | d].slice(0, count);
}

/** @throws CorruptInput as `base32.StdEncoding` */
export function decodeBase32(source: string): Uint8Array {
  const text = source.replace(/[\r\n]/g, '');
  const out: number[] = [];
  for (let from = 0; from < text.length; from += 8) {
    const values = octet(text, from);
    let bits = 0n;
    for (let at = 0; at < 8; at++) bits = (bits << 5n) | BigInt(values[at] ?? 0);
    const count = Math.floor((values.length * 5) / 8);
    for (let at = 0; at < count; at++) out.push(Number((bits >> BigInt(32 - 8 * at)) & 255n));
  }
  return Uint8Array.from(out);
}

function octet(text: string, from: number): number[] {
  const values: number[] = [];
  while (values.length < 8) {
    const at = from + values.length;
    const character = text[at];
    if (character === undefined) throw new CorruptInput(32, text.length - values.length);
    if (character === '=' && values.length >= 2 && text.length - at - 1 < 8)
      return endOfOctet(text, at, values);
    const value = BASE32.indexOf(character);
    if (value < 0) throw new CorruptInput(32, at);
    values.push(value);
  }
  return values;
}

/** At the first `=`, with less than eight characters to come. */
function endOfOctet(text: string, at: number, values: number[]): number[] {
  const rest = text.slice(at + 1);
  if (rest.length + values.length < 7) throw new CorruptInput(32, text.length);
  for (let next = 0; next < 7 - values.length; next++)
    if (next < rest.length && rest[next] !== '=') throw new CorruptInput(32, at + next);
  if ([1, 3, 6].includes(values.length)) throw new CorruptInput(32, at);
  return values;
}

export function encodeBase64(bytes: Uint8Array): string {
  return Buffer.from(bytes).toString('base64');
}

export function encodeBase32(bytes: Uint8Array): string {
  let out = '';
  for (let from = 0; from < bytes.length; from += 5) {
    const part = bytes.subarray(from, from + 5);
    let bits = 0n;
    for (let at = 0; at < 5; at++) bits = (bits << 8n) | BigInt(part[at] ?? 0);
    const characters = Math.ceil((part.length * 8) / 5);
    for (let at = 0; at < 8; at++)
      out += at < characters ? BASE32.charAt(Number((bits >> BigInt(35 - 5 * at)) & 31n)) : '=';
  }
  return out;
}
