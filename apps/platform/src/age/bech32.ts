const LETTERS = 'qpzry9x8gf2tvdw0s3jn54khce6mua7l';
const GENERATOR = [0x3b6a57b2, 0x26508e6d, 0x1ea119fa, 0x3d4233dd, 0x2a1462b3];

/** Bytes behind a readable prefix, with a checksum (BIP 173, without its limit of length). */
export function encodeBech32(prefix: string, bytes: Uint8Array): string {
  const values = regroup([...bytes], { from: 8, to: 5, pad: true }) ?? [];
  const sum = polymod([...expand(prefix), ...values, 0, 0, 0, 0, 0, 0]) ^ 1;
  const checksum = [0, 1, 2, 3, 4, 5].map(index => (sum >>> (5 * (5 - index))) & 31);
  return `${prefix}1${[...values, ...checksum].map(value => LETTERS[value]).join('')}`;
}

/** The bytes behind this prefix, in letters of either case but not of both; undefined when it is none. */
export function decodeBech32(prefix: string, text: string): Uint8Array | undefined {
  const lower = text.toLowerCase();
  if (text !== lower && text !== text.toUpperCase()) return undefined;
  if (!lower.startsWith(`${prefix}1`)) return undefined;
  const values = [...lower.slice(prefix.length + 1)].map(letter => LETTERS.indexOf(letter));
  if (values.length < 6 || values.includes(-1)) return undefined;
  if (polymod([...expand(prefix), ...values]) !== 1) return undefined;
  const bytes = regroup(values.slice(0, -6), { from: 5, to: 8, pad: false });
  return bytes ? Uint8Array.from(bytes) : undefined;
}

function expand(prefix: string): number[] {
  const codes = [...Buffer.from(prefix)];
  return [...codes.map(code => code >> 5), 0, ...codes.map(code => code & 31)];
}

function polymod(values: number[]): number {
  let sum = 1;
  for (const value of values) {
    const top = sum >>> 25;
    sum = ((sum & 0x1ffffff) << 5) ^ value;
    for (const [bit, generator] of GENERATOR.entries()) if ((top >>> bit) & 1) sum ^= generator;
  }
  return sum >>> 0;
}

function regroup(
  values: number[],
  { from, to, pad }: { from: number; to: number; pad: boolean },
): number[] | undefined {
  const groups: number[] = [];
  let held = 0;
  let bits = 0;
  for (const value of values) {
    held = ((held << from) | value) & 0xfff;
    bits += from;
    while (bits >= to) {
      bits -= to;
      groups.push((held >> bits) & ((1 << to) - 1));
    }
  }
  const rest = (held << (to - bits)) & ((1 << to) - 1);
  if (pad) return bits > 0 ? [...groups, rest] : groups;
  return bits >= from || rest !== 0 ? undefined : groups;
}
