/**
 * Writes protobuf's wire format from the end to the beginning: a message's length is known when its content is
 * written, and nothing has to be kept or moved. So the last field is written first.
 */
export interface Wire {
  /** Field with what `write` writes as a message in it, also an empty one. */
  message(field: number, write: () => void): void;
  /** Where a message ends that `close` will put its length and field before. */
  mark(): number;
  close(field: number, mark: number): void;
  /** Field with text; nothing for none, as proto3 writes it. */
  text(field: number, value: unknown): void;
  /** One field for each text of a list. */
  texts(field: number, values: unknown): void;
  truth(field: number, value: unknown): void;
  /** A count; nothing for zero. */
  count(field: number, value: unknown): void;
  double(field: number, value: unknown): void;
  /** The bytes written so far. */
  bytes(): Uint8Array;
}

const FIRST_SIZE = 1 << 16;

export function createWire(): Wire {
  return new WireBuffer();
}

class WireBuffer implements Wire {
  #buffer = Buffer.allocUnsafe(FIRST_SIZE);
  /** What is written stands from here to the end. */
  #at = FIRST_SIZE;

  message(field: number, write: () => void): void {
    const mark = this.mark();
    write();
    this.close(field, mark);
  }

  mark(): number {
    return this.#buffer.length - this.#at;
  }

  close(field: number, mark: number): void {
    this.#delimited(field, this.mark() - mark);
  }

  text(field: number, value: unknown): void {
    if (typeof value === 'string' && value !== '') this.#item(field, value);
  }

  texts(field: number, values: unknown): void {
    if (Array.isArray(values)) for (const value of values.toReversed()) this.#item(field, String(value));
  }

  truth(field: number, value: unknown): void {
    if (value !== true) return;
    this.#varint(1);
    this.#varint(field * 8);
  }

  count(field: number, value: unknown): void {
    if (typeof value !== 'number' || value === 0) return;
    this.#varint(value);
    this.#varint(field * 8);
  }

  double(field: number, value: unknown): void {
    if (typeof value !== 'number' || value === 0) return;
    this.#room(8);
    this.#at -= 8;
    this.#buffer.writeDoubleLE(value, this.#at);
    this.#varint(field * 8 + 1);
  }

  bytes(): Uint8Array {
    return new Uint8Array(this.#buffer.subarray(this.#at));
  }

  #room(needed: number): void {
    if (this.#at >= needed) return;
    const used = this.mark();
    const larger = Buffer.allocUnsafe(Math.max(this.#buffer.length * 2, used + needed));
    this.#buffer.copy(larger, larger.length - used, this.#at);
    this.#buffer = larger;
    this.#at = larger.length - used;
  }

  #varint(value: number): void {
    this.#room(10);
    const size = sizeOfVarint(value);
    this.#at -= size;
    let rest = value;
    for (let index = 0; index < size - 1; index++) {
      this.#buffer[this.#at + index] = (rest % 128) + 128;
      rest = Math.floor(rest / 128);
    }
    this.#buffer[this.#at + size - 1] = rest;
  }

  #delimited(field: number, length: number): void {
    this.#varint(length);
    this.#varint(field * 8 + 2);
  }

  #item(field: number, value: string): void {
    const length = Buffer.byteLength(value);
    this.#room(length);
    this.#at -= length;
    this.#buffer.write(value, this.#at, 'utf8');
    this.#delimited(field, length);
  }
}

function sizeOfVarint(value: number): number {
  let size = 1;
  for (let rest = value; rest > 127; rest = Math.floor(rest / 128)) size++;
  return size;
}
