import { ByteQueue } from './byte-queue.ts';
import { controlFrame, dataFrame, FLAG_LAST, FRAME, FrameReader, HeaderBlocks } from './spdy-frames.ts';

/** One stream of a session: what the client sends, and what we send back. */
export interface SpdyStream {
  readonly id: number;
  readonly headers: Map<string, string>;
  readonly incoming: ByteQueue;
  write(data: Uint8Array): Promise<void>;
  end(): Promise<void>;
  reset(): Promise<void>;
}

const LARGEST_DATA = 64 * 1024;
const CANCEL = 5;

/** The server's side of SPDY/3.1 as Kubernetes uses it: the client opens streams, nobody uses flow control. */
export class SpdySession {
  readonly #write: (bytes: Buffer) => Promise<void>;
  readonly #opened: (stream: SpdyStream) => void;
  readonly #reader = new FrameReader();
  readonly #blocks = new HeaderBlocks();
  readonly #streams = new Map<number, ByteQueue>();

  constructor(write: (bytes: Buffer) => Promise<void>, opened: (stream: SpdyStream) => void) {
    this.#write = write;
    this.#opened = opened;
  }

  /** Frames are handled in order; resolves when the client may send more. */
  async feed(chunk: Uint8Array): Promise<void> {
    for (const frame of this.#reader.read(chunk)) {
      if (frame.type === 'control') {
        await this.#control(frame.kind, frame.flags, frame.payload);
        continue;
      }
      const queue = this.#streams.get(frame.stream);
      if (frame.data.length > 0) await queue?.push(Buffer.from(frame.data));
      if (frame.last) queue?.end();
    }
  }

  async #control(kind: number, flags: number, payload: Buffer): Promise<void> {
    if (kind === FRAME.synStream) await this.#open(payload, (flags & FLAG_LAST) !== 0);
    if (kind === FRAME.ping) await this.#write(controlFrame(FRAME.ping, 0, payload));
    if (kind === FRAME.reset) this.#streams.get(payload.readUInt32BE(0) & 0x7fffffff)?.end();
    if (kind === FRAME.goAway) this.close();
  }

  async #open(payload: Buffer, last: boolean): Promise<void> {
    const id = payload.readUInt32BE(0) & 0x7fffffff;
    const headers = await this.#blocks.unpack(payload.subarray(10));
    const incoming = new ByteQueue();
    if (last) incoming.end();
    this.#streams.set(id, incoming);
    const number = Buffer.alloc(4);
    number.writeUInt32BE(id);
    await this.#write(
      controlFrame(FRAME.synReply, 0, Buffer.concat([number, await this.#blocks.packNone()])),
    );
    this.#opened({
      id,
      headers,
      incoming,
      write: data => this.#send(id, data),
      end: () => this.#write(dataFrame(id, Buffer.alloc(0), true)),
      reset: () =>
        this.#write(controlFrame(FRAME.reset, 0, Buffer.concat([number, Buffer.from([0, 0, 0, CANCEL])]))),
    });
  }

  async #send(id: number, data: Uint8Array): Promise<void> {
    for (let at = 0; at < data.length; at += LARGEST_DATA) {
      await this.#write(dataFrame(id, data.subarray(at, at + LARGEST_DATA), false));
    }
  }

  /** Every stream ends: the connection is gone. */
  close(): void {
    for (const queue of this.#streams.values()) queue.end();
    this.#streams.clear();
    this.#blocks.close();
  }
}
