import { constants, createDeflate, createInflate, type Deflate, type Inflate } from 'node:zlib';
import { dictionary } from './spdy-dictionary.ts';

/** Control frames of SPDY/3.1 that Kubernetes clients send. */
export const FRAME = { synStream: 1, synReply: 2, reset: 3, settings: 4, ping: 6, goAway: 7 } as const;

export type Frame =
  | { type: 'data'; stream: number; last: boolean; data: Buffer }
  | { type: 'control'; kind: number; flags: number; payload: Buffer };

export const FLAG_LAST = 1;
const VERSION = 3;
const HEAD = 8;

/** Cuts a byte stream into frames; keeps what is not complete yet. */
export class FrameReader {
  #rest: Buffer = Buffer.alloc(0);

  read(chunk: Uint8Array): Frame[] {
    this.#rest = this.#rest.length === 0 ? Buffer.from(chunk) : Buffer.concat([this.#rest, chunk]);
    const frames: Frame[] = [];
    while (this.#rest.length >= HEAD) {
      const length = this.#rest.readUIntBE(5, 3);
      if (this.#rest.length < HEAD + length) break;
      frames.push(frameOf(this.#rest.subarray(0, HEAD), this.#rest.subarray(HEAD, HEAD + length)));
      this.#rest = this.#rest.subarray(HEAD + length);
    }
    return frames;
  }
}

function frameOf(head: Buffer, payload: Buffer): Frame {
  const first = head.readUInt32BE(0);
  const flags = head.readUInt8(4);
  if ((first & 0x80000000) !== 0) return { type: 'control', kind: first & 0xffff, flags, payload };
  return { type: 'data', stream: first & 0x7fffffff, last: (flags & FLAG_LAST) !== 0, data: payload };
}

export function dataFrame(stream: number, data: Uint8Array, last: boolean): Buffer {
  const head = Buffer.alloc(HEAD);
  head.writeUInt32BE(stream, 0);
  head.writeUInt8(last ? FLAG_LAST : 0, 4);
  head.writeUIntBE(data.length, 5, 3);
  return Buffer.concat([head, data]);
}

export function controlFrame(kind: number, flags: number, payload: Uint8Array): Buffer {
  const head = Buffer.alloc(HEAD);
  head.writeUInt16BE(0x8000 | VERSION, 0);
  head.writeUInt16BE(kind, 2);
  head.writeUInt8(flags, 4);
  head.writeUIntBE(payload.length, 5, 3);
  return Buffer.concat([head, payload]);
}

/** Header blocks of one session: both directions are one continuous zlib stream each. */
export class HeaderBlocks {
  readonly #inflate: Inflate = createInflate({ dictionary, finishFlush: constants.Z_SYNC_FLUSH });
  readonly #deflate: Deflate = createDeflate({ dictionary });

  async unpack(block: Uint8Array): Promise<Map<string, string>> {
    const plain = await through(this.#inflate, block);
    const headers = new Map<string, string>();
    let at = 4;
    const text = () => {
      const length = plain.readUInt32BE(at);
      const value = plain.toString('latin1', at + 4, at + 4 + length);
      at += 4 + length;
      return value;
    };
    for (let left = plain.readUInt32BE(0); left > 0; left--) headers.set(text().toLowerCase(), text());
    return headers;
  }

  /** A block without headers: all that our replies need. */
  packNone(): Promise<Buffer> {
    return through(this.#deflate, Buffer.alloc(4));
  }

  close(): void {
    this.#inflate.close();
    this.#deflate.close();
  }
}

function through(stream: Inflate | Deflate, block: Uint8Array): Promise<Buffer> {
  return new Promise((resolve, reject) => {
    const chunks: Buffer[] = [];
    const take = (chunk: Buffer) => chunks.push(chunk);
    stream.on('data', take).once('error', reject);
    stream.write(block, () => {
      stream.flush(constants.Z_SYNC_FLUSH, () => {
        stream.off('data', take).off('error', reject);
        resolve(Buffer.concat(chunks));
      });
    });
  });
}
