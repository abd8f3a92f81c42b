// Go's strings are bytes. Ours are UTF-16; a byte that is no UTF-8 stands as the lone surrogate U+DC00 + byte.

const encoder = new TextEncoder();
const strict = new TextDecoder('utf-8', { fatal: true, ignoreBOM: true });
const LONE = 0xdc00;
const ASCII = /^[\0-\x7f]*$/;

/** True of the code unit that stands for a byte which is no UTF-8; only to be asked of one that is not half of a pair. */
export function isLoneByte(unit: number): boolean {
  return unit >= 0xdc80 && unit <= 0xdcff;
}

/** The bytes of a string. A surrogate that stands for nothing is written as U+FFFD. */
export function toBytes(text: string): Uint8Array {
  if (text.isWellFormed()) return encoder.encode(text);
  const out: number[] = [];
  for (const rune of text) {
    const code = rune.codePointAt(0) ?? 0;
    if (isLoneByte(code)) out.push(code - LONE);
    if (!isLoneByte(code)) out.push(...encoder.encode(rune));
  }
  return Uint8Array.from(out);
}

/** The string of some bytes, whatever they are; `toBytes` gives them back. */
export function fromBytes(bytes: Uint8Array): string {
  try {
    return strict.decode(bytes);
  } catch {
    return fromBrokenBytes(bytes);
  }
}

function fromBrokenBytes(bytes: Uint8Array): string {
  let text = '';
  for (let at = 0; at < bytes.length; ) {
    const size = sequenceLength(bytes, at);
    text +=
      size === 0
        ? String.fromCharCode(LONE + (bytes[at] ?? 0))
        : strict.decode(bytes.subarray(at, at + size));
    at += size || 1;
  }
  return text;
}

/** Length of the valid UTF-8 sequence that starts here, 0 if there is none. */
function sequenceLength(bytes: Uint8Array, at: number): number {
  const first = bytes[at] ?? 0;
  if (first < 0x80) return 1;
  if (first < 0xc2 || first > 0xf4) return 0;
  const size = first < 0xe0 ? 2 : first < 0xf0 ? 3 : 4;
  const second = bytes[at + 1] ?? 0;
  const low = first === 0xe0 ? 0xa0 : first === 0xf0 ? 0x90 : 0x80;
  const high = first === 0xed ? 0x9f : first === 0xf4 ? 0x8f : 0xbf;
  if (second < low || second > high) return 0;
  for (let next = 2; next < size; next++) if (((bytes[at + next] ?? 0) & 0xc0) !== 0x80) return 0;
  return size;
}

/** `len` of a string: its bytes. */
export function byteLength(text: string): number {
  if (ASCII.test(text)) return text.length;
  let length = 0;
  for (let at = 0; at < text.length; at++) {
    const unit = text.charCodeAt(at);
    const isPair = isHigh(unit) && isLow(text.charCodeAt(at + 1));
    if (isPair) at++;
    length += isPair ? 4 : unitSize(unit);
  }
  return length;
}

function isHigh(unit: number): boolean {
  return (unit & 0xfc00) === 0xd800;
}

function isLow(unit: number): boolean {
  return (unit & 0xfc00) === 0xdc00;
}

/** Bytes of a code unit that is no half of a pair. */
function unitSize(unit: number): number {
  if (unit < 0x80 || isLoneByte(unit)) return 1;
  return unit < 0x800 ? 2 : 3;
}

/** The bytes from `start` to `end` as a string; a character cut through leaves its bytes. */
export function sliceBytes(text: string, start: number, end: number): string {
  if (ASCII.test(text)) return text.slice(start, end);
  return fromBytes(toBytes(text).subarray(start, end));
}

/** How many runes a string has (`utf8.RuneCountInString`); a byte that is no UTF-8 counts as one. */
export function runeCount(text: string): number {
  let count = text.length;
  for (let at = 0; at < text.length - 1; at++) {
    if (isHigh(text.charCodeAt(at)) && isLow(text.charCodeAt(at + 1))) count--;
  }
  return count;
}

/** Order of two strings by their bytes, as Go's `<`: negative, zero or positive. */
export function compareStrings(left: string, right: string): number {
  const length = Math.min(left.length, right.length);
  for (let at = 0; at < length; at++) {
    const a = left.charCodeAt(at);
    const b = right.charCodeAt(at);
    if (a === b) continue;
    if (a < 0xd800 && b < 0xd800) return a - b;
    const start = at > 0 && isHigh(left.charCodeAt(at - 1)) ? at - 1 : at;
    return compareTails(left.slice(start), right.slice(start));
  }
  return left.length - right.length;
}

/** Surrogates do not sort as the bytes they become. */
function compareTails(left: string, right: string): number {
  const a = toBytes(left);
  const b = toBytes(right);
  for (let at = 0; at < a.length && at < b.length; at++) {
    const difference = (a[at] ?? 0) - (b[at] ?? 0);
    if (difference !== 0) return difference;
  }
  return a.length - b.length;
}
