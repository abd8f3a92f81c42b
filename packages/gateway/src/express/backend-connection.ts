import type { Duplex } from 'node:stream';
import { latePage } from '../page.ts';
import type { HeaderEdit } from '../proxy/choice.ts';
import { responseHeaders } from '../proxy/headers.ts';
import { type ChunkEnd, chunkEnd } from './chunk-end.ts';
import type { ExpressClient } from './express.ts';
import { httpDate } from './http-date.ts';
import { parseResponseHead, type ResponseHead } from './response-head.ts';

const LARGEST_HEAD = 64 * 1024;

export interface Errand {
  client: ExpressClient;
  method: string | undefined;
  /** The request as it goes to the backend. */
  head: string;
  requestId: string;
  /** Of the target, for the page that says that it did not answer. */
  key: string;
  edit?: HeaderEdit;
}

interface Owner {
  /** Until the answer begins. */
  answerMs: number;
  onFree(): void;
  onUnusual(): void;
  onClosed(): void;
}

/** One kept connection to a backend; it carries one errand at a time. */
export class BackendConnection {
  freeSince = performance.now();
  readonly #socket: Duplex;
  readonly #owner: Owner;
  #errand: Errand | undefined;
  /** The beginning of an answer that has not come whole. */
  #head: Buffer | undefined;
  #body: ChunkEnd | number | undefined;
  #isReusable = true;
  #timer: NodeJS.Timeout | undefined;
  #isLate = false;

  constructor(socket: Duplex, owner: Owner) {
    this.#socket = socket;
    this.#owner = owner;
    socket.on('data', (bytes: Buffer) => this.#take(bytes));
    socket.on('drain', () => {});
    socket.on('error', () => socket.destroy());
    // Half-open connections carry no more answers.
    socket.on('end', () => socket.destroy());
    socket.on('close', () => this.#closed());
  }

  carry(errand: Errand): void {
    this.#errand = errand;
    errand.client.onGone = () => this.#socket.destroy();
    errand.client.onDrain = () => this.#socket.resume();
    this.#timer ??= setTimeout(() => this.#giveUp(), this.#owner.answerMs).unref();
    this.#timer.refresh();
    this.#socket.write(errand.head, 'latin1');
  }

  #giveUp(): void {
    // The answer has begun, and may take its time; or nobody waits for one.
    if (!this.#errand || this.#body !== undefined) return;
    this.#isLate = true;
    this.#socket.destroy();
  }

  end(): void {
    this.#socket.destroy();
  }

  #take(bytes: Buffer): void {
    const errand = this.#errand;
    if (!errand) {
      // Nobody asked.
      this.#socket.destroy();
      return;
    }
    if (this.#body === undefined)
      this.#begin(errand, this.#head ? Buffer.concat([this.#head, bytes]) : bytes);
    else this.#pass(errand, bytes, undefined);
  }

  #begin(errand: Errand, bytes: Buffer): void {
    const head = parseResponseHead(bytes, errand.method);
    if (head === 'more' && bytes.length < LARGEST_HEAD) {
      this.#head = bytes;
      return;
    }
    if (typeof head === 'string') {
      this.#owner.onUnusual();
      this.#socket.destroy();
      return;
    }
    this.#head = undefined;
    this.#isReusable = head.isReusable;
    this.#body = head.body === 'chunked' ? chunkEnd() : head.body;
    this.#pass(errand, bytes.subarray(head.end), headText(head, errand));
  }

  /** Hands on a piece of the body, together with the head if that is its beginning. */
  #pass(errand: Errand, piece: Buffer, head: string | undefined): void {
    const used = this.#follow(piece);
    if (used === 'bad') {
      this.#socket.destroy();
      return;
    }
    const isFlowing = errand.client.write(
      head === undefined ? piece.subarray(0, used) : joined(head, piece, used),
    );
    if (used < piece.length) this.#isReusable = false;
    if (this.#isOver()) this.#finish(errand);
    else if (!isFlowing) this.#socket.pause();
  }

  #follow(piece: Buffer): number | 'bad' {
    if (typeof this.#body !== 'number') return this.#body?.feed(piece) ?? 'bad';
    const used = Math.min(this.#body, piece.length);
    this.#body -= used;
    return used;
  }

  #isOver(): boolean {
    return typeof this.#body === 'number' ? this.#body === 0 : this.#body?.isOver === true;
  }

  #finish(errand: Errand): void {
    this.#errand = undefined;
    this.#body = undefined;
    this.freeSince = performance.now();
    if (this.#isReusable) this.#owner.onFree();
    if (!this.#isReusable) this.#socket.destroy();
    errand.client.finish();
  }

  #closed(): void {
    clearTimeout(this.#timer);
    this.#owner.onClosed();
    const errand = this.#errand;
    this.#errand = undefined;
    if (!errand) return;
    if (this.#isLate) {
      errand.client.write(lateAnswer(errand));
      errand.client.finish();
      return;
    }
    // A request without a body may be sent once more (RFC 9110, 9.2.2), and the usual way says what is wrong.
    if (this.#body === undefined) errand.client.fallBack();
    else errand.client.abort();
  }
}

function headText({ status, reason, fields, body }: ResponseHead, { requestId, edit }: Errand): string {
  const headers = responseHeaders(fields, edit);
  let text = `HTTP/1.1 ${status} ${reason}\r\n`;
  let hasDate = false;
  for (let i = 0; i < headers.length; i += 2) {
    const name = headers[i] ?? '';
    if (name === 'date') hasDate = true;
    text += `${name}: ${headers[i + 1]}\r\n`;
  }
  if (!hasDate) text += `date: ${httpDate()}\r\n`;
  if (body === 'chunked') text += 'transfer-encoding: chunked\r\n';
  return `${text}x-request-id: ${requestId}\r\n\r\n`;
}

/** One write is one TLS record, and one system call. */
function joined(head: string, piece: Buffer, used: number): Buffer {
  const bytes = Buffer.allocUnsafe(head.length + used);
  bytes.write(head, 0, 'latin1');
  piece.copy(bytes, head.length, 0, used);
  return bytes;
}

function lateAnswer({ key, requestId }: Errand): Buffer {
  const { status, ...page } = latePage(key);
  const body = `${JSON.stringify({ error: page.title, status, message: page.message, requestId })}\n`;
  return Buffer.from(
    `HTTP/1.1 ${status} Gateway Timeout\r\ncontent-type: application/json\r\ncontent-length: ${Buffer.byteLength(body)}\r\n` +
      `cache-control: no-store\r\ndate: ${httpDate()}\r\nx-request-id: ${requestId}\r\n\r\n${body}`,
  );
}
