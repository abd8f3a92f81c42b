import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';

export interface HealthOptions {
  host: string;
  /** 0: any free one. */
  port: number;
  /** Why it is not ready; undefined when it is. */
  unready(): string | undefined;
  metrics(): string;
}

export interface HealthServer {
  port: number;
  close(): Promise<void>;
}

/** `/livez`, `/readyz` and `/metrics`, over plain HTTP: the kubelet and Prometheus ask, and nothing secret is told. */
export async function openHealthServer({
  host,
  port,
  unready,
  metrics,
}: HealthOptions): Promise<HealthServer> {
  const server = createServer((request, response) => {
    const send = (status: number, text: string) => {
      response.writeHead(status, { 'content-type': 'text/plain; version=0.0.4; charset=utf-8' });
      response.end(text);
    };
    const path = (request.url ?? '').split('?')[0];
    const why = unready();
    if (path === '/livez') return send(200, 'ok\n');
    if (path === '/metrics') return send(200, metrics());
    if (path !== '/readyz') return send(404, 'not found\n');
    send(why === undefined ? 200 : 503, `${why ?? 'ok'}\n`);
  });
  await new Promise<void>((resolve, reject) => {
    server.once('error', reject);
    server.listen({ host, port }, resolve);
  });
  return {
    port: (server.address() as AddressInfo).port,
    close: () =>
      new Promise(resolve => {
        server.close(() => resolve());
        server.closeAllConnections();
      }),
  };
}
