import type { IncomingMessage, ServerResponse } from 'node:http';
import type { ServerHttp2Stream } from 'node:http2';
import type { Duplex } from 'node:stream';
import type { TLSSocket } from 'node:tls';
import { type Clock, type Log, messageOf } from '@slipway/api';
import { openLane } from '../express/lane.ts';
import { type Page, sendPage } from '../page.ts';
import type { Certificates, Handler, Route } from '../route.ts';
import { type HostTable, hostName, hostTable } from './host-table.ts';
import { type GatewayLimits, LIMITS } from './limits.ts';
import { listen } from './listen.ts';
import { openPlain, type PlainRoute } from './plain.ts';
import { requestIdOf, requestIds } from './request-id.ts';
import { secureServer } from './secure-server.ts';

export interface GatewayOptions {
  /** Address to listen on, e.g. `127.0.0.1`. */
  host: string;
  /** 0 takes a free one. */
  port: number;
  certificates: Certificates;
  clock: Clock;
  log: Log;
  /** The listener that redirects to this one; absent: none. */
  plain?: { port: number; routes?: PlainRoute[] };
  limits?: Partial<GatewayLimits>;
}

/** One TLS listener for all hosts. */
export interface Gateway {
  readonly port: number;
  /** Port of the plain listener, when there is one. */
  readonly plainPort: number | undefined;
  /** Replaces all routes; requests under way finish on the old ones. */
  setRoutes(routes: Route[]): void;
  setPlainRoutes(routes: PlainRoute[]): void;
  /** Stops listening, lets requests under way finish for `graceMs`, then ends every connection. */
  close(options: { graceMs: number }): Promise<void>;
}

interface State {
  table: HostTable;
  ids: () => string;
  log: Log;
  limits: GatewayLimits;
}

/**
 * Opens the listener: TLS by server name, HTTP/1.1 and HTTP/2, hosts to handlers.
 * @throws SlipwayError PortInUse, ListenFailed
 */
export async function openGateway(options: GatewayOptions): Promise<Gateway> {
  const { host, log } = options;
  const limits = { ...LIMITS, ...options.limits };
  const state: State = { table: hostTable([]), ids: requestIds(), log, limits };
  let usual: (socket: TLSSocket) => void = socket => socket.destroy();
  const lane = openLane({
    limits,
    clock: options.clock,
    ids: state.ids,
    find: host => state.table.find(host),
    usual: socket => usual(socket),
  });
  const server = await secureServer({
    ...options,
    limits,
    prefersHttp1: serverName => state.table.find(serverName)?.prefersHttp1 === true,
    express: (socket, toHttp1) => {
      usual = toHttp1;
      lane.take(socket);
    },
  });
  server.http1.on('request', (request, response) => dispatch(state, request, response));
  server.http1.on('upgrade', (request, socket, head) => upgrade(state, request, socket, head));
  server.http1.on('checkContinue', (request, response) => {
    response.writeContinue();
    dispatch(state, request, response);
  });
  server.http1.on('clientError', refuseBadRequest);
  // Node's compatibility classes have the shape of HTTP/1's, with `:authority` instead of `host`.
  server.http2.on('request', (request, response) => {
    dispatch(state, request as unknown as IncomingMessage, response as unknown as ServerResponse);
  });
  const port = await listen(server.http1, host, options.port);
  const plain = options.plain
    ? await openPlain({ ...options.plain, host, securePort: port, ids: state.ids, log })
    : undefined;
  return {
    port,
    plainPort: plain?.port,
    setRoutes: routes => {
      state.table = hostTable(routes);
    },
    setPlainRoutes: routes => plain?.setRoutes(routes),
    close: async ({ graceMs }) => {
      lane.close();
      await Promise.all([server.close(graceMs), plain?.close()]);
    },
  };
}

function dispatch(state: State, request: IncomingMessage, response: ServerResponse): void {
  const id = requestIdOf(request, state.ids);
  response.setHeader('x-request-id', id);
  const coding = request.headers['transfer-encoding'];
  if (coding !== undefined && coding.toLowerCase() !== 'chunked') {
    // RFC 9112, 6.1: what we cannot decode we may not pass on under another framing.
    response.setHeader('connection', 'close');
    sendPage(request, response, unknownCoding(coding, id));
    return;
  }
  const host = hostOf(request);
  const route = state.table.find(host);
  if (!route) {
    sendPage(request, response, unknownHost(host, id));
    return;
  }
  guardBody(request, state.limits.bodyStallMs);
  void serve(state, route.handler, request, response, id);
}

async function serve(
  state: State,
  handler: Handler,
  request: IncomingMessage,
  response: ServerResponse,
  id: string,
): Promise<void> {
  try {
    await handler(request, response);
  } catch (error) {
    state.log.error('request failed', { id, host: hostOf(request), error: messageOf(error) });
    const message = 'Something failed inside the platform. Its log has the cause under this request id.';
    sendPage(request, response, { status: 500, title: 'Internal error', message, requestId: id });
  }
}

function upgrade(state: State, request: IncomingMessage, socket: Duplex, head: Buffer): void {
  const id = requestIdOf(request, state.ids);
  socket.on('error', () => socket.destroy());
  const host = hostOf(request);
  const route = state.table.find(host);
  if (!route?.upgrade) {
    const status = route ? '400 Bad Request' : '404 Not Found';
    const text = route ? 'This host does not upgrade connections.' : unknownHost(host, id).message;
    socket.end(`HTTP/1.1 ${status}\r\nconnection: close\r\ncontent-type: text/plain\r\n\r\n${text}\n`);
    return;
  }
  try {
    route.upgrade(request, socket, head);
  } catch (error) {
    state.log.error('upgrade failed', { id, host, error: messageOf(error) });
    socket.destroy();
  }
}

/** A body may take as long as it likes, but it may not stall (slowloris); an answer may pause for ever. */
function guardBody(request: IncomingMessage, stallMs: number): void {
  if (request.method === 'GET' || request.method === 'HEAD') return;
  const { stream } = request as unknown as { stream?: ServerHttp2Stream };
  if (stream) {
    stream.setTimeout(stallMs, () => stream.close());
    request.once('end', () => stream.setTimeout(0));
    return;
  }
  const { socket } = request;
  const stop = () => socket.setTimeout(0);
  // Node destroys the socket when nobody listens for its timeout.
  socket.setTimeout(stallMs);
  request.once('end', stop);
  request.once('close', stop);
}

function refuseBadRequest(error: Error & { code?: string }, socket: Duplex): void {
  if (!socket.writable) {
    socket.destroy();
    return;
  }
  const statuses: Record<string, string> = {
    HPE_HEADER_OVERFLOW: '431 Request Header Fields Too Large',
    ERR_HTTP_REQUEST_TIMEOUT: '408 Request Timeout',
  };
  const status = statuses[error.code ?? ''] ?? '400 Bad Request';
  socket.end(`HTTP/1.1 ${status}\r\nconnection: close\r\n\r\n`, () => socket.destroy());
}

/** The host a request is for, without port; HTTP/2 has it in `:authority`. */
function hostOf(request: IncomingMessage): string {
  const authority = request.headers[':authority'] as string | undefined;
  return hostName(authority ?? request.headers.host ?? '');
}

function unknownCoding(coding: string, requestId: string): Page {
  const message = `The transfer coding ${JSON.stringify(coding)} is not known here; send the body with "chunked" or a Content-Length.`;
  return { status: 501, title: 'Unknown transfer coding', message, requestId };
}

function unknownHost(host: string, requestId: string): Page {
  const message = `Nothing on this platform answers for the host "${host}". Check the address; "slipway status" lists the platform's own.`;
  return { status: 404, title: 'Unknown host', message, requestId };
}
