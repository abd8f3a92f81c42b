import { once } from 'node:events';
import type { ServerResponse } from 'node:http';
import { createSecureServer } from 'node:http2';
import type { AddressInfo, Socket } from 'node:net';
import { upgrade } from './connect/upgrade.ts';
import type { Parts } from './exchange.ts';
import { type HttpRequest, incomingOf } from './incoming-request.ts';
import { handle } from './pipeline.ts';
import { send } from './send.ts';

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

/** One client's informers share a connection: as many watches as there may be kinds. */
const HTTP2 = { maxConcurrentStreams: 1000, initialWindowSize: 1024 * 1024 };
const KEEP_ALIVE_MS = 90_000;

/** Serves the API over HTTPS: HTTP/2 for those who offer it, HTTP/1.1 otherwise and for what takes over a connection. */
export async function listen(parts: Parts, options: ListenOptions): Promise<Listening> {
  const { cert, key, clientCa } = options;
  const asked = clientCa === undefined ? {} : { ca: clientCa, requestCert: true, rejectUnauthorized: false };
  const server = createSecureServer({ cert, key, ...asked, allowHTTP1: true, settings: HTTP2 });
  Object.assign(server, { keepAliveTimeout: KEEP_ALIVE_MS });
  // Responses of HTTP/2 have the methods of the others; only their types know nothing of it.
  server.on(
    'request',
    (request, response) => void serve(parts, request, response as unknown as ServerResponse),
  );
  server.on('upgrade', (request, socket, head) => {
    void upgrade(parts, { incoming: incomingOf(request), request, socket, head });
  });
  // A broken handshake, session or request line is the client's matter; the connection just ends.
  server.on('tlsClientError', () => {});
  server.on('sessionError', () => {});
  const sockets = new Set<Socket>();
  server.on('connection', (socket: Socket) => {
    sockets.add(socket);
    socket.once('close', () => sockets.delete(socket));
  });
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
      for (const socket of sockets) socket.destroy();
      await closed;
    },
  };
}

async function serve(parts: Parts, request: HttpRequest, response: ServerResponse): Promise<void> {
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
