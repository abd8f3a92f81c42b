import type { IncomingMessage, ServerResponse } from 'node:http';
import type { Duplex } from 'node:stream';
import type { ExpressHandler } from './express/express.ts';

/** Serves one request; it must end the response. What it throws becomes a 500 that names only a request id. */
export type Handler = (request: IncomingMessage, response: ServerResponse) => void | Promise<void>;

/** Takes over the connection after `Upgrade:` (WebSocket). */
export type UpgradeHandler = (request: IncomingMessage, socket: Duplex, head: Buffer) => void;

/**
 * One virtual host. `host` is exact (`git.slipway.localhost`) or has a leading wildcard (`*.slipway-apps.localhost`,
 * any number of labels); exact wins, then the longest, then `*` alone (any host). Ports in `Host:` are ignored.
 */
export interface Route {
  host: string;
  handler: Handler;
  upgrade?: UpgradeHandler;
  /** Serves requests without a body that came over HTTP/1.1, below node:http; it may fall back to `handler`. */
  express?: ExpressHandler;
  /** Agrees on HTTP/1.1 with clients that connect for this host and speak both, for some do HTTP/2 badly. */
  prefersHttp1?: boolean;
}

/** Chooses the certificate for a server name; undefined: the connection is refused. PEM text. */
export type Certificates = (serverName: string) => Promise<{ cert: string; key: string } | undefined>;
