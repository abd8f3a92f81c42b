import * as http from 'node:http';
import { type Log, messageOf } from '@slipway/api';
import { sendPage } from '../page.ts';
import type { Handler } from '../route.ts';
import { hostName } from './host-table.ts';
import { listen } from './listen.ts';

/** What the plain listener serves itself: everything at `path` and below it. */
export interface PlainRoute {
  path: string;
  handler: Handler;
}

/** Plain HTTP: a few public paths, and the way to HTTPS for everything else. */
export async function openPlain(options: {
  host: string;
  port: number;
  securePort: number;
  routes?: PlainRoute[];
  ids: () => string;
  log: Log;
}): Promise<{ port: number; setRoutes(routes: PlainRoute[]): void; close(): Promise<void> }> {
  let routes = options.routes ?? [];
  const server = http.createServer({
    maxHeaderSize: 16 * 1024,
    headersTimeout: 10_000,
    requestTimeout: 30_000,
    keepAliveTimeout: 5_000,
  });
  server.on('request', async (request, response) => {
    const id = options.ids();
    response.setHeader('x-request-id', id);
    const path = (request.url ?? '/').split('?')[0] ?? '/';
    const route = routes.find(
      ({ path: root }) => path === root || path.startsWith(`${root.replace(/\/$/, '')}/`),
    );
    try {
      if (!route) redirect(request, response, options.securePort);
      await route?.handler(request, response);
    } catch (error) {
      options.log.error('plain request failed', { id, error: messageOf(error) });
      sendPage(request, response, {
        status: 500,
        title: 'Internal error',
        message: 'See the log.',
        requestId: id,
      });
    }
  });
  server.on('clientError', (_error, socket) => socket.destroy());
  const port = await listen(server, options.host, options.port);
  return {
    port,
    setRoutes: next => {
      routes = next;
    },
    close: () =>
      new Promise(resolve => {
        server.close(() => resolve());
        server.closeAllConnections();
      }),
  };
}

function redirect(request: http.IncomingMessage, response: http.ServerResponse, port: number): void {
  const host = hostName(request.headers.host ?? '');
  if (!/^[a-z0-9.-]+$|^\[[0-9a-f:.]+\]$/.test(host) || !request.url?.startsWith('/')) {
    const message = 'This port only leads to HTTPS; the request does not say for which host.';
    sendPage(request, response, { status: 400, title: 'Bad request', message });
    return;
  }
  const authority = port === 443 ? host : `${host}:${port}`;
  response.writeHead(308, { location: `https://${authority}${request.url}`, 'content-length': 0 });
  response.end();
}
