/**
 * Go's strings are bytes. Text that is UTF-8 is a JavaScript string as usual; each byte that is not part of UTF-8 becomes
 * one lone surrogate, U+DC80 to U+DCFF (as Python's `surrogateescape`), so that nothing is lost on the way through.
 */
export function decodeGoText(bytes: Uint8Array): string {
  try {
    return strict.decode(bytes);
  } catch {
    return decodeLoosely(bytes);
  }
}

const strict = new TextDecoder('utf-8', { fatal: true, ignoreBOM: true });
const encoder = new TextEncoder();

/** The bytes of a text that `decodeGoText` made, or of any other. */
export function encodeGoText(text: string): Uint8Array {
  if (text.isWellFormed()) return encoder.encode(text);
  const parts: Uint8Array[] = [];
  for (const part of text.split(/((?<![\uD800-\uDBFF])[\uDC80-\uDCFF]+)/)) {
    const isRaw = part !== '' && !part.isWellFormed() && /^[\uDC80-\uDCFF]+$/.test(part);
    parts.push(isRaw ? Uint8Array.from(part, char => char.charCodeAt(0) - 0xdc00) : encoder.encode(part));
  }
  return concat(parts);
}

function concat(parts: Uint8Array[]): Uint8Array {
  const whole = new Uint8Array(parts.reduce((sum, { length }) => sum + length, 0));
  let at = 0;
  for (const part of parts) {
    whole.set(part, at);
    at += part.length;
  }
  return whole;
}

function decodeLoosely(bytes: Uint8Array): string {
  let text = '';
  for (let at = 0; at < bytes.length; ) {
    const length = sequenceLength(bytes, at);
    text +=
      length === 0
        ? String.fromCharCode(0xdc00 + (bytes[at] ?? 0))
        : strict.decode(bytes.subarray(at, at + length));
    at += length || 1;
  }
  return text;
}

/** Bytes of the UTF-8 character that starts here; 0 when none does. */
function sequenceLength(bytes: Uint8Array, at: number): number {
  const first = bytes[at] ?? 0;
  if (first < 0x80) return 1;
  const length = first >= 0xf0 ? 4 : first >= 0xe0 ? 3 : 2;
  if (first < 0xc2 || at + length > bytes.length) return 0;
  try {
    strict.decode(bytes.subarray(at, at + length));
    return length;
  } catch {
    return 0;
  }
}
