import { Blowfish } from './blowfish.ts';

const LETTERS = './ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789';
/** `OrpheanBeholderScryDoubt`, as words. */
const TEXT = [0x4f727068, 0x65616e42, 0x65686f6c, 0x64657253, 0x63727944, 0x6f756274];
const TIMES = 64;

/**
 * bcrypt's hash as Go writes it: `$2a$`, two digits of cost, the salt and the hash.
 * @param password at most 72 bytes
 * @param salt 16 bytes
 * @param cost two to the power of it is how often the key is mixed in
 */
export function bcryptHash(password: Uint8Array, salt: Uint8Array, cost: number): string {
  const key = Uint8Array.of(...password, 0);
  const cipher = new Blowfish();
  cipher.expand(key, salt);
  for (let round = 0; round < 2 ** cost; round++) {
    cipher.expand(key);
    cipher.expand(salt);
  }
  const words = TEXT.flatMap((_, at) =>
    at % 2 === 0 ? encrypted(cipher, TEXT[at] ?? 0, TEXT[at + 1] ?? 0) : [],
  );
  const bytes = words.flatMap(word => [word >>> 24, (word >>> 16) & 255, (word >>> 8) & 255, word & 255]);
  // The last byte is left out, as it always was.
  return `$2a$${String(cost).padStart(2, '0')}$${encode(salt)}${encode(bytes.slice(0, 23))}`;
}

function encrypted(cipher: Blowfish, left: number, right: number): number[] {
  const block = Uint32Array.of(left, right);
  for (let time = 0; time < TIMES; time++) cipher.encrypt(block);
  return [...block];
}

/** Base64 with letters of its own and without padding. */
function encode(bytes: ArrayLike<number>): string {
  let out = '';
  for (let at = 0; at < bytes.length; at += 3) {
    const [a, b, c] = [bytes[at] ?? 0, bytes[at + 1] ?? 0, bytes[at + 2] ?? 0];
    const letters = [a >> 2, ((a & 3) << 4) | (b >> 4), ((b & 15) << 2) | (c >> 6), c & 63];
    const count = Math.min(4, bytes.length - at + 1);
    for (const letter of letters.slice(0, count)) out += LETTERS.charAt(letter);
  }
  return out;
}
