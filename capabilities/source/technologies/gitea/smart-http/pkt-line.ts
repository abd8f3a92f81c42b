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

/** Data of a side band, in as many packets as it needs. Band 1 is the answer itself. */
export function sideband(band: 1 | 2, data: Buffer): Buffer {
  const packets: Buffer[] = [];
  for (let at = 0; at < data.length; at += MOST - 1)
    packets.push(packet(Buffer.concat([Buffer.from([band]), data.subarray(at, at + MOST - 1)])));
  return Buffer.concat(packets);
}
