import { once } from 'node:events';
import type { IncomingMessage, ServerResponse } from 'node:http';
import { createServer } from 'node:https';
import type { AddressInfo } from 'node:net';
import { Readable } from 'node:stream';
import type { TLSSocket } from 'node:tls';
import { constants, createGzip } from 'node:zlib';
import { type Credentials, StatusError } from '@slipway/api';
import { upgrade } from './connect/upgrade.ts';
import type { Answer, Incoming, Parts } from './exchange.ts';
import { handle } from './pipeline.ts';

export interface ListenOptions {
  host: string;
  port: number;
  /** PEM text. */
  cert: string;
  key: string;
  /** PEM text of the CA whose client certificates are believed: CN is the user, O the groups. */
  clientCa?: string;
}

export interface Listening {
  readonly host: string;
  readonly port: number;
  readonly url: string;
  /** Takes a new certificate for connections from now on. */
  renew(certificate: { cert: string; key: string }): void;
  close(): Promise<void>;
}

const LARGEST_BODY = 3 * 1024 * 1024;
/** As upstream: smaller lists are not worth packing. */
const SMALLEST_GZIP = 128 * 1024;
/** A reader that is this far behind has gone. */
const MOST_UNSENT = 32 * 1024 * 1024;

/** Serves the API over HTTPS. */
export async function listen(parts: Parts, options: ListenOptions): Promise<Listening> {
  const { cert, key, clientCa } = options;
  const asked = clientCa === undefined ? {} : { ca: clientCa, requestCert: true, rejectUnauthorized: false };
  const server = createServer({ cert, key, ...asked, keepAliveTimeout: 90_000 }, (request, response) => {
    void serve(parts, request, response);
  });
  server.on('upgrade', (request, socket, head) => {
    void upgrade(parts, { incoming: incomingOf(request), request, socket, head });
  });
  // A broken handshake or request line is the client's matter; the connection just ends.
  server.on('tlsClientError', () => {});
  server.listen(options.port, options.host);
  await once(server, 'listening');
  const { port } = server.address() as AddressInfo;
  return {
    host: options.host,
    port,
    url: `https://${options.host.includes(':') ? `[${options.host}]` : options.host}:${port}`,
    renew: certificate => server.setSecureContext({ ...certificate, ...(clientCa ? { ca: clientCa } : {}) }),
    close: async () => {
      const closed = once(server, 'close');
      server.close();
      server.closeAllConnections();
      await closed;
    },
  };
}

async function serve(parts: Parts, request: IncomingMessage, response: ServerResponse): Promise<void> {
  const gone = new AbortController();
  // A reason of our own spares the making of a DOMException for every request.
  response.on('close', () => gone.abort('closed'));
  const incoming = incomingOf(request, gone.signal);
  try {
    await send(await handle(parts, incoming), { incoming, response, gone: gone.signal });
  } catch (error) {
    // Nothing sensible can follow what was already sent.
    if (!gone.signal.aborted)
      parts.log.warn('answer not sent', { path: incoming.path, error: String(error) });
    response.destroy();
  }
}

export function incomingOf(
  request: IncomingMessage,
  signal: AbortSignal = new AbortController().signal,
): Incoming {
  const [path = '/', query = ''] = splitOnce(request.url ?? '/');
  const { headers, headersDistinct } = request;
  return {
    method: request.method ?? 'GET',
    path,
    query: new URLSearchParams(query),
    contentType: headers['content-type'] ?? '',
    accept: headers.accept ?? '',
    gzip: /\bgzip\b/.test(String(headers['accept-encoding'] ?? '')),
    body: () => readBody(request),
    header: name => headersDistinct[name] ?? [],
    credentials: credentialsOf(request),
    source: request.socket.remoteAddress ?? 'unknown',
    signal,
  };
}

function splitOnce(url: string): string[] {
  const mark = url.indexOf('?');
  return mark < 0 ? [url] : [url.slice(0, mark), url.slice(mark + 1)];
}

function credentialsOf(request: IncomingMessage): Credentials {
  const bearer =
    /^Bearer\s+(\S+)$/i.exec(request.headers.authorization ?? '')?.[1] ?? webSocketToken(request);
  const socket = request.socket as TLSSocket;
  const subject = socket.authorized ? socket.getPeerCertificate().subject : undefined;
  return {
    ...(bearer === undefined ? {} : { bearer }),
    ...(subject?.CN
      ? {
          certificate: {
            commonName: String(subject.CN),
            organizations: [subject.O ?? []].flat().map(String),
          },
        }
      : {}),
  };
}

const TOKEN_PROTOCOL = 'base64url.bearer.authorization.k8s.io.';

/** Browsers cannot set headers on a WebSocket: the token then comes as a subprotocol. */
function webSocketToken(request: IncomingMessage): string | undefined {
  const protocols = request.headers['sec-websocket-protocol']?.split(',') ?? [];
  const given = protocols.map(name => name.trim()).find(name => name.startsWith(TOKEN_PROTOCOL));
  return given && Buffer.from(given.slice(TOKEN_PROTOCOL.length), 'base64url').toString();
}

async function readBody(request: IncomingMessage): Promise<Buffer> {
  const chunks: Buffer[] = [];
  let size = 0;
  for await (const chunk of request as AsyncIterable<Buffer>) {
    size += chunk.length;
    if (size > LARGEST_BODY) {
      throw new StatusError('RequestEntityTooLarge', `Request entity too large: limit is ${LARGEST_BODY}`);
    }
    chunks.push(chunk);
  }
  const [first] = chunks;
  return chunks.length === 1 && first ? first : Buffer.concat(chunks);
}

interface Sending {
  incoming: Incoming;
  response: ServerResponse;
  gone: AbortSignal;
}

async function send(answer: Answer, sending: Sending): Promise<void> {
  const { response, incoming, gone } = sending;
  const { status, body, stream, contentType = 'text/plain' } = answer;
  const headers = { 'content-type': contentType, 'cache-control': 'no-cache, private', ...answer.headers };
  if (stream) {
    response.writeHead(status, headers);
    response.flushHeaders();
    await stream({ write: chunk => writeLive(response, chunk), signal: gone });
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
  for (const piece of body) if (!response.write(piece)) await drained(response, gone);
  response.end();
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
function writeLive(response: ServerResponse, chunk: string): void | Promise<void> {
  if (response.destroyed) return;
  if (response.write(chunk)) return;
  if (response.writableLength > MOST_UNSENT) {
    response.destroy();
    return;
  }
  return new Promise(resolve => {
    response.once('drain', resolve).once('close', resolve);
  });
}
