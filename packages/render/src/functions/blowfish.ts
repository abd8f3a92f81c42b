import { piWords } from './pi-digits.ts';

const ROUNDS = 16;
const SUBKEYS = ROUNDS + 2;
const BOXES = 4 * 256;

let initial: Uint32Array | undefined;

/** The Blowfish cipher's state, as bcrypt sets it up: its tables start as the digits of pi. */
export class Blowfish {
  private readonly keys: Uint32Array;
  private readonly boxes: Uint32Array;

  constructor() {
    initial ??= piWords(SUBKEYS + BOXES);
    this.keys = initial.slice(0, SUBKEYS);
    this.boxes = initial.slice(SUBKEYS);
  }

  /** Mixes a key into the tables, and a salt of 16 bytes when there is one. */
  expand(key: Uint8Array, salt?: Uint8Array): void {
    for (let at = 0; at < SUBKEYS; at++) this.keys[at] = (this.keys[at] ?? 0) ^ word(key, at * 4);
    const block = Uint32Array.of(0, 0);
    let from = 0;
    for (const table of [this.keys, this.boxes])
      for (let at = 0; at < table.length; at += 2) {
        if (salt) {
          block[0] = (block[0] ?? 0) ^ word(salt, from);
          block[1] = (block[1] ?? 0) ^ word(salt, from + 4);
          from = (from + 8) % salt.length;
        }
        this.encrypt(block);
        table.set(block, at);
      }
  }

  /** Encrypts two words in place. */
  encrypt(block: Uint32Array): void {
    const { keys, boxes } = this;
    let [left, right] = [block[0] ?? 0, block[1] ?? 0];
    left ^= keys[0] ?? 0;
    for (let round = 1; round <= ROUNDS; round += 2) {
      right ^= mixed(boxes, left) ^ (keys[round] ?? 0);
      left ^= mixed(boxes, right) ^ (keys[round + 1] ?? 0);
    }
    block[0] = right ^ (keys[ROUNDS + 1] ?? 0);
    block[1] = left;
  }
}

/** Four bytes of a key that is repeated without end. */
function word(key: Uint8Array, from: number): number {
  let value = 0;
  for (let at = 0; at < 4; at++) value = (value << 8) | (key[(from + at) % key.length] ?? 0);
  return value;
}

function mixed(boxes: Uint32Array, value: number): number {
  const first = (boxes[value >>> 24] ?? 0) + (boxes[256 + ((value >>> 16) & 255)] ?? 0);
  return ((first ^ (boxes[512 + ((value >>> 8) & 255)] ?? 0)) + (boxes[768 + (value & 255)] ?? 0)) | 0;
}
