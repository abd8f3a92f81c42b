import type { IncomingMessage } from 'node:http';
import type { Http2ServerRequest } from 'node:http2';
import type { TLSSocket } from 'node:tls';
import { type Credentials, StatusError } from '@slipway/api';
import type { Incoming } from './exchange.ts';

/** Of either version of HTTP. */
export type HttpRequest = IncomingMessage | Http2ServerRequest;

const LARGEST_BODY = 3 * 1024 * 1024;

export function incomingOf(
  request: HttpRequest,
  signal: AbortSignal = new AbortController().signal,
): Incoming {
  const [path = '/', query = ''] = splitOnce(request.url ?? '/');
  const { headers } = request;
  return {
    method: request.method ?? 'GET',
    path,
    query: new URLSearchParams(query),
    contentType: headers['content-type'] ?? '',
    accept: headers.accept ?? '',
    gzip: /\bgzip\b/.test(String(headers['accept-encoding'] ?? '')),
    body: () => readBody(request),
    header: name => valuesOf(request.rawHeaders, name),
    credentials: credentialsOf(request),
    source: request.socket.remoteAddress ?? 'unknown',
    signal,
  };
}

function splitOnce(url: string): string[] {
  const mark = url.indexOf('?');
  return mark < 0 ? [url] : [url.slice(0, mark), url.slice(mark + 1)];
}

function credentialsOf(request: HttpRequest): Credentials {
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
function webSocketToken(request: HttpRequest): string | undefined {
  const protocols = String(request.headers['sec-websocket-protocol'] ?? '').split(',');
  const given = protocols.map(name => name.trim()).find(name => name.startsWith(TOKEN_PROTOCOL));
  return given && Buffer.from(given.slice(TOKEN_PROTOCOL.length), 'base64url').toString();
}

async function readBody(request: HttpRequest): Promise<Buffer> {
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

/** Every value of a header, as they came: a value may hold a comma of its own. */
function valuesOf(rawHeaders: readonly string[], name: string): string[] {
  return rawHeaders.filter((_, index) => index % 2 === 1 && rawHeaders[index - 1]?.toLowerCase() === name);
}
