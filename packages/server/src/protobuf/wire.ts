import { StatusError } from '@slipway/api';

/** One field as it stands on the wire: a number, eight or four bytes, or a run of bytes. */
export interface WireField {
  number: number;
  value: bigint | Buffer;
}

function malformed(): StatusError {
  return new StatusError('BadRequest', 'the body is not protobuf: it ends in the middle of a field');
}

/**
 * The fields of one message, in order (protobuf encoding, wire types 0, 1, 2 and 5).
 * @throws StatusError BadRequest
 */
export function* wireFields(bytes: Buffer): Generator<WireField> {
  let at = 0;
  const varint = (): bigint => {
    let result = 0n;
    for (let shift = 0n; shift < 70n; shift += 7n) {
      const byte = bytes[at++];
      if (byte === undefined) throw malformed();
      result |= BigInt(byte & 0x7f) << shift;
      if (byte < 0x80) return BigInt.asIntN(64, result);
    }
    throw malformed();
  };
  const take = (length: number): Buffer => {
    if (length < 0 || at + length > bytes.length) throw malformed();
    at += length;
    return bytes.subarray(at - length, at);
  };
  while (at < bytes.length) {
    const tag = Number(varint());
    const number = tag >>> 3;
    const wire = tag & 7;
    if (wire === 0) yield { number, value: varint() };
    if (wire === 1) yield { number, value: take(8) };
    if (wire === 2) yield { number, value: take(Number(varint())) };
    if (wire === 5) yield { number, value: take(4) };
    if (wire === 3 || wire === 4 || wire > 5) throw malformed();
  }
}

export function bytesOf(value: bigint | Buffer): Buffer {
  if (typeof value === 'bigint') throw malformed();
  return value;
}

export function numberOf(value: bigint | Buffer): number {
  if (typeof value === 'bigint') return Number(value);
  return value.length === 8 ? value.readDoubleLE() : value.readFloatLE();
}
