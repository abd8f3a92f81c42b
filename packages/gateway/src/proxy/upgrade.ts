import type { IncomingMessage } from 'node:http';
import type { Duplex } from 'node:stream';
import { type Log, messageOf } from '@slipway/api';
import type { Page } from '../page.ts';
import type { Pick, Target } from './choice.ts';
import { requestHeaders } from './headers.ts';
import { dial } from './pools.ts';

const LARGEST_HEAD = 64 * 1024;
const MOST_ATTEMPTS = 3;
const LINGER_MS = 1000;

interface Upgrade {
  pick: Pick;
  request: IncomingMessage;
  socket: Duplex;
  head: Buffer;
  pageFor(target: Target, error: Error): Promise<Page>;
  log: Log;
}

/**
 * Carries an upgraded connection (WebSocket) to a backend. Only a 101 opens the way for what the client sends next:
 * after any other answer the connection ends, so that nothing can be smuggled past the routes.
 */
export async function upgradeTo(upgrade: Upgrade): Promise<void> {
  const { socket, log } = upgrade;
  try {
    await carry(upgrade);
  } catch (error) {
    log.debug('upgrade failed', { error: messageOf(error) });
    socket.destroy();
  }
}

async function carry({ pick, request, socket, head, pageFor }: Upgrade): Promise<void> {
  const tried: string[] = [];
  for (;;) {
    const choice = await pick(request, tried);
    if ('page' in choice) return refuse(socket, choice.page);
    if ('respond' in choice) {
      const message = 'this address redirects; open it without an upgrade';
      return refuse(socket, { status: 404, title: 'No upgrade here', message });
    }
    const { target } = choice;
    const backend = await dial(target).catch((error: Error) => error);
    if (backend instanceof Error) {
      tried.push(target.key);
      if (tried.length < MOST_ATTEMPTS) continue;
      return refuse(socket, await pageFor(target, backend));
    }
    return connect(socket, backend, { target, request, head });
  }
}

async function connect(
  socket: Duplex,
  backend: Duplex,
  { target, request, head }: { target: Target; request: IncomingMessage; head: Buffer },
): Promise<void> {
  // What one side has written still reaches the other when it ends.
  const end = (other: Duplex) => () => {
    if (other.writable) other.end();
    setTimeout(() => other.destroy(), LINGER_MS).unref();
  };
  socket.on('error', () => socket.destroy()).on('close', end(backend));
  backend.on('error', () => backend.destroy()).on('close', end(socket));
  backend.write(headText(target, request));
  const answer = await readHead(backend);
  if (!/^HTTP\/1\.1 101 /.test(answer.head)) {
    passOn(socket, backend, answer);
    return;
  }
  socket.write(answer.head);
  if (answer.rest.length > 0) socket.write(answer.rest);
  if (head.length > 0) backend.write(head);
  backend.pipe(socket);
  socket.pipe(backend);
}

/** An answer that is no upgrade is the last one on this connection: what the client sends from now on is dropped. */
function passOn(socket: Duplex, backend: Duplex, answer: { head: string; rest: Buffer }): void {
  const head = answer.head.replace(/\r\nconnection:[^\r]*/gi, '');
  socket.write(head.replace(/\r\n\r\n$/, '\r\nconnection: close\r\n\r\n'));
  socket.on('end', () => backend.destroy());
  socket.resume();
  const length = /\r\ncontent-length: *(\d+)/i.exec(head)?.[1];
  let left = length === undefined ? Number.POSITIVE_INFINITY : Number(length);
  const take = (chunk: Buffer) => {
    const part = chunk.subarray(0, left);
    left -= part.length;
    socket.write(part);
    if (left > 0) return;
    socket.end();
    backend.destroy();
  };
  backend.on('data', take);
  backend.once('end', () => socket.end());
  take(answer.rest);
  backend.resume();
}

function headText(target: Target, request: IncomingMessage): string {
  const headers = requestHeaders(request, {
    ...(target.host ? { host: target.host } : {}),
    ...(target.requestHeaders ? { edit: target.requestHeaders } : {}),
  });
  const lines = [`${request.method} ${target.path ?? request.url} HTTP/1.1`];
  for (let i = 0; i < headers.length; i += 2) lines.push(`${headers[i]}: ${headers[i + 1]}`);
  lines.push('connection: Upgrade', `upgrade: ${request.headers.upgrade ?? 'websocket'}`, '', '');
  return lines.join('\r\n');
}

/** Reads to the empty line; the rest belongs to what follows. */
async function readHead(backend: Duplex): Promise<{ head: string; rest: Buffer }> {
  const done = Promise.withResolvers<{ head: string; rest: Buffer }>();
  let read = Buffer.alloc(0);
  const take = (chunk: Buffer) => {
    read = Buffer.concat([read, chunk]);
    const end = read.indexOf('\r\n\r\n');
    if (end < 0 && read.length > LARGEST_HEAD)
      done.reject(new Error('the backend’s answer has too many headers'));
    if (end < 0) return;
    backend.pause();
    done.resolve({ head: read.subarray(0, end + 4).toString('latin1'), rest: read.subarray(end + 4) });
  };
  backend.on('data', take);
  backend.once('close', () => done.reject(new Error('the backend ended the connection')));
  try {
    return await done.promise;
  } finally {
    backend.removeListener('data', take);
  }
}

const REASONS: Record<number, string> = {
  401: 'Unauthorized',
  403: 'Forbidden',
  404: 'Not Found',
  502: 'Bad Gateway',
  503: 'Service Unavailable',
  504: 'Gateway Timeout',
};

/** Ends an upgrade with a plain answer. */
export function refuse(socket: Duplex, page: Page): void {
  const text = `${page.title}: ${page.message}\n`;
  socket.end(
    `HTTP/1.1 ${page.status} ${REASONS[page.status] ?? 'Refused'}\r\nconnection: close\r\n` +
      `content-type: text/plain; charset=utf-8\r\ncontent-length: ${Buffer.byteLength(text)}\r\n\r\n${text}`,
  );
}
