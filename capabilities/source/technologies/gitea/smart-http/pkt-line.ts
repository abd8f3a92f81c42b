/** Packet lines of Git's protocol (gitprotocol-common): four hexadecimal digits of length, then the data. */

/** Most data in one packet. */
const MOST = 65_516;

export const FLUSH = '0000';

/** One packet with text. */
export function packet(text: string | Buffer): Buffer {
  const data = typeof text === 'string' ? Buffer.from(text) : text;
  return Buffer.concat([Buffer.from((data.length + 4).toString(16).padStart(4, '0')), data]);
}

/** Text for a person, as side band 2: git prints it with `remote: ` before each line. */
export function progress(text: string): Buffer {
  const lines = Buffer.from(`${text}\n`).subarray(0, MOST - 1);
  return packet(Buffer.concat([Buffer.from([2]), lines]));
}

/**
 * Reads packets from the start of a stream until the first flush. `undefined`: more bytes are needed.
 * @throws RangeError when the bytes are no packets
 */
export function packetsUntilFlush(buffer: Buffer): Buffer[] | undefined {
  const packets: Buffer[] = [];
  let at = 0;
  while (at + 4 <= buffer.length) {
    const digits = buffer.toString('latin1', at, at + 4);
    if (!/^[0-9a-f]{4}$/i.test(digits)) throw new RangeError(`"${digits}" is no packet length`);
    const length = Number.parseInt(digits, 16);
    if (length === 0) return packets;
    if (length < 4) throw new RangeError(`packet length ${length}`);
    if (at + length > buffer.length) return undefined;
    packets.push(buffer.subarray(at + 4, at + length));
    at += length;
  }
  return undefined;
}
