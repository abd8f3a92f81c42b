import { once } from 'node:events';
import type { ServerResponse } from 'node:http';
import { Readable } from 'node:stream';
import { setImmediate } from 'node:timers/promises';
import { constants, createGzip } from 'node:zlib';
import type { Answer, Incoming } from './exchange.ts';

/** As upstream: smaller lists are not worth packing. */
const SMALLEST_GZIP = 128 * 1024;
/** A reader that is this far behind has gone. */
const MOST_UNSENT = 32 * 1024 * 1024;

interface Sending {
  incoming: Incoming;
  response: ServerResponse;
  gone: AbortSignal;
}

export async function send(answer: Answer, sending: Sending): Promise<void> {
  const { response, incoming, gone } = sending;
  const { status, body, stream, contentType = 'text/plain' } = answer;
  const headers = { 'content-type': contentType, 'cache-control': 'no-cache, private', ...answer.headers };
  if (stream) {
    response.writeHead(status, headers);
    response.flushHeaders();
    await stream({ write: chunk => writeLive(response, chunk, gone), signal: gone });
    response.end();
    return;
  }
  if (status === 304) {
    // A content type here would replace the one that the client has kept.
    response.writeHead(status, answer.headers).end();
    return;
  }
  if (incoming.method === 'HEAD') {
    response.writeHead(status, headers).end();
    return;
  }
  if (incoming.gzip && sizeOf(body) >= SMALLEST_GZIP) return sendPacked(answer, sending, headers);
  if (typeof body === 'string' || body instanceof Uint8Array) {
    response.writeHead(status, { ...headers, 'content-length': Buffer.byteLength(body) }).end(body);
    return;
  }
  response.writeHead(status, headers);
  await writePieces(response, body, gone);
  response.end();
}

/** Piece after piece, as fast as they are taken. Others get their turns between; a client that has gone ends it. */
async function writePieces(
  response: ServerResponse,
  pieces: Iterable<string>,
  gone: AbortSignal,
): Promise<void> {
  let written = 0;
  for (const piece of pieces) {
    if (gone.aborted) return;
    const ready = response.write(piece);
    if (!ready) await drained(response, gone);
    // Small writes may all succeed at once, without a turn of the loop. Lists of one piece need none.
    if (++written > 1) await setImmediate();
  }
}

function sizeOf(body: Answer['body']): number {
  return typeof body === 'string' || body instanceof Uint8Array ? body.length : body.size;
}

function sendPacked({ status, body }: Answer, { response }: Sending, headers: object): Promise<void> {
  response.writeHead(status, { ...headers, 'content-encoding': 'gzip', vary: 'Accept-Encoding' });
  const pieces = typeof body === 'string' || body instanceof Uint8Array ? [body] : body;
  const packer = createGzip({ level: constants.Z_BEST_SPEED, chunkSize: 64 * 1024 });
  return new Promise((resolve, reject) => {
    Readable.from(pieces, { objectMode: false }).pipe(packer).on('error', reject).pipe(response);
    response.on('close', resolve).on('error', reject);
  });
}

async function drained(response: ServerResponse, gone: AbortSignal): Promise<void> {
  if (gone.aborted) return;
  await once(response, 'drain', { signal: gone }).catch(() => {});
}

/** One piece of an endless answer. A reader that does not read is cut off: it can start again. */
function writeLive(response: ServerResponse, chunk: string, gone: AbortSignal): void | Promise<void> {
  if (gone.aborted) return;
  if (response.write(chunk)) return;
  if (response.writableLength > MOST_UNSENT) {
    response.destroy();
    return;
  }
  return new Promise(resolve => {
    response.once('drain', resolve).once('close', resolve);
  });
}
