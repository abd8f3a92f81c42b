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
  let buffer = Buffer.allocUnsafe(FIRST_SIZE);
  let at = buffer.length;

  function room(needed: number): void {
    if (at >= needed) return;
    const used = buffer.length - at;
    const larger = Buffer.allocUnsafe(Math.max(buffer.length * 2, used + needed));
    buffer.copy(larger, larger.length - used, at);
    buffer = larger;
    at = larger.length - used;
  }

  function varint(value: number): void {
    room(10);
    const size = sizeOfVarint(value);
    at -= size;
    let rest = value;
    for (let index = 0; index < size - 1; index++) {
      buffer[at + index] = (rest % 128) + 128;
      rest = Math.floor(rest / 128);
    }
    buffer[at + size - 1] = rest;
  }

  function delimited(field: number, length: number): void {
    varint(length);
    varint(field * 8 + 2);
  }

  function written(): number {
    return buffer.length - at;
  }

  function close(field: number, mark: number): void {
    delimited(field, written() - mark);
  }

  function item(field: number, value: string): void {
    const length = Buffer.byteLength(value);
    room(length);
    at -= length;
    buffer.write(value, at, 'utf8');
    delimited(field, length);
  }

  return {
    message(field, write) {
      const mark = written();
      write();
      close(field, mark);
    },
    mark: written,
    close,
    text(field, value) {
      if (typeof value === 'string' && value !== '') item(field, value);
    },
    texts(field, values) {
      if (Array.isArray(values)) for (const value of values.toReversed()) item(field, String(value));
    },
    truth(field, value) {
      if (value !== true) return;
      varint(1);
      varint(field * 8);
    },
    count(field, value) {
      if (typeof value !== 'number' || value === 0) return;
      varint(value);
      varint(field * 8);
    },
    double(field, value) {
      if (typeof value !== 'number' || value === 0) return;
      room(8);
      at -= 8;
      buffer.writeDoubleLE(value, at);
      varint(field * 8 + 1);
    },
    bytes: () => new Uint8Array(buffer.subarray(at)),
  };
}

function sizeOfVarint(value: number): number {
  let size = 1;
  for (let rest = value; rest > 127; rest = Math.floor(rest / 128)) size++;
  return size;
}
