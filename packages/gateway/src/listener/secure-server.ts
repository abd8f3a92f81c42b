import * as http2 from 'node:http2';
import * as https from 'node:https';
import { isIP, type Socket } from 'node:net';
import type { TLSSocket } from 'node:tls';
import { type Clock, type Log, messageOf } from '@slipway/api';
import type { Certificates } from '../route.ts';
import type { GatewayLimits } from './limits.ts';
import { secureContexts } from './secure-contexts.ts';

const HOUR_MS = 3600 * 1000;

export interface SecureServer {
  /** Listens; speaks HTTP/1.1 itself. */
  http1: https.Server;
  /** Gets the connections that chose `h2`. */
  http2: http2.Http2Server;
  close(graceMs: number): Promise<void>;
}

/** A TLS server whose connections are told apart by ALPN. */
export async function secureServer(options: {
  certificates: Certificates;
  limits: GatewayLimits;
  clock: Clock;
  log: Log;
  /** Whether HTTP/1.1 comes before HTTP/2 for clients that connect for this name. */
  prefersHttp1(serverName: string): boolean;
  /** May keep a connection that speaks HTTP/1.1, or give it to `usual`. */
  express(socket: TLSSocket, usual: (socket: TLSSocket) => void): void;
}): Promise<SecureServer> {
  const { limits, log } = options;
  const contexts = secureContexts(options.certificates);
  const http1 = https.createServer({
    ALPNCallback: ({ servername, protocols }) => {
      const preferred = options.prefersHttp1(servername) ? ['http/1.1', 'h2'] : ['h2', 'http/1.1'];
      return preferred.find(protocol => protocols.includes(protocol));
    },
    handshakeTimeout: limits.handshakeTimeoutMs,
    minVersion: 'TLSv1.2',
    noDelay: true,
    maxHeaderSize: limits.maxHeaderBytes,
    headersTimeout: limits.headersTimeoutMs,
    requestTimeout: 0,
    keepAliveTimeout: limits.keepAliveMs,
    connectionsCheckingInterval: Math.min(5000, limits.headersTimeoutMs),
    SNICallback: (serverName, done) => {
      // Some clients put an address there, which RFC 6066 forbids: they name nothing.
      contexts(isIP(serverName) === 0 ? serverName : '').then(
        context => done(context ? null : new Error('no certificate for this server name'), context),
        error => {
          log.error('certificate failed', { serverName, error: messageOf(error) });
          done(error as Error);
        },
      );
    },
  });
  http1.maxConnections = limits.maxConnections;
  http1.on('tlsClientError', (error, socket) => {
    log.debug('tls handshake failed', { error: messageOf(error) });
    socket.destroy();
  });
  const multiplexed = http2.createServer({
    maxSendHeaderBlockLength: 256 * 1024,
    settings: { maxConcurrentStreams: 256, maxHeaderListSize: limits.maxHeaderBytes },
  });
  multiplexed.on('sessionError', error => log.debug('http/2 session failed', { error: messageOf(error) }));
  divideByProtocol(http1, multiplexed, options.express);
  await answerUnnamed(http1, options);
  return { http1, http2: multiplexed, close: closer(http1, multiplexed, limits) };
}

/** Node's https server takes every connection for HTTP/1; those that agreed on `h2` go elsewhere. */
function divideByProtocol(
  http1: https.Server,
  multiplexed: http2.Http2Server,
  express: (socket: TLSSocket, usual: (socket: TLSSocket) => void) => void,
): void {
  const [serveHttp1] = http1.listeners('secureConnection');
  http1.removeAllListeners('secureConnection');
  const usual = (socket: TLSSocket) => void serveHttp1?.call(http1, socket);
  http1.on('secureConnection', (socket: TLSSocket) => {
    socket.on('error', () => socket.destroy());
    if (socket.alpnProtocol === 'h2') multiplexed.emit('connection', socket);
    if (socket.alpnProtocol !== 'h2') express(socket, usual);
  });
}

/** Clients that connect by address send no server name: they get what `certificates('')` answers, looked up hourly. */
async function answerUnnamed(
  server: https.Server,
  { certificates, clock, log }: { certificates: Certificates; clock: Clock; log: Log },
): Promise<void> {
  let next = 0;
  const refresh = async () => {
    next = clock.now() + HOUR_MS;
    const pair = await certificates('');
    if (pair) server.setSecureContext({ cert: pair.cert, key: pair.key, minVersion: 'TLSv1.2' });
  };
  await refresh();
  server.on('connection', () => {
    if (clock.now() < next) return;
    refresh().catch(error => log.error('certificate failed', { serverName: '', error: messageOf(error) }));
  });
}

function closer(http1: https.Server, multiplexed: http2.Http2Server, limits: GatewayLimits) {
  const sockets = new Set<Socket>();
  const sessions = new Set<http2.Http2Session>();
  http1.on('connection', (socket: Socket) => {
    sockets.add(socket);
    socket.once('close', () => sockets.delete(socket));
  });
  multiplexed.on('session', session => {
    sessions.add(session);
    session.once('close', () => sessions.delete(session));
    session.setTimeout(limits.keepAliveMs, () => session.close());
  });
  return async (graceMs: number): Promise<void> => {
    const closed = new Promise<void>(resolve => http1.close(() => resolve()));
    for (const session of sessions) session.close();
    // Connections that fall idle from now on are not waited for either.
    const sweep = setInterval(() => http1.closeIdleConnections(), 20);
    const deadline = setTimeout(() => {
      for (const session of sessions) session.destroy();
      for (const socket of sockets) socket.destroy();
    }, graceMs);
    await closed;
    clearInterval(sweep);
    clearTimeout(deadline);
    multiplexed.close();
  };
}
