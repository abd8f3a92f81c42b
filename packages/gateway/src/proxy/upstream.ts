import type { Duplex } from 'node:stream';
import { connect } from 'node:tls';
import type { Target } from './choice.ts';

/** A server that speaks TLS: connect to `host:port`, expect `serverName`, trust `ca` (PEM text). */
export interface Upstream {
  host: string;
  port: number;
  serverName: string;
  ca: string;
  /** `Host:` for it; default: `serverName:port`. */
  hostHeader?: string;
}

/** A target behind TLS. */
export function upstreamTarget(upstream: Upstream): Target {
  const { host, port, serverName } = upstream;
  return {
    key: `${serverName}@${host}:${port}`,
    host: upstream.hostHeader ?? `${serverName}:${port}`,
    dial: () => dialTls(upstream),
  };
}

/** Opens a TLS connection that speaks HTTP/1.1. */
export function dialTls({ host, port, serverName, ca }: Upstream): Promise<Duplex> {
  return new Promise((resolve, reject) => {
    const socket = connect({ host, port, servername: serverName, ca, ALPNProtocols: ['http/1.1'] }, () => {
      socket.removeListener('error', reject);
      socket.setNoDelay(true);
      resolve(socket);
    });
    socket.once('error', reject);
  });
}
