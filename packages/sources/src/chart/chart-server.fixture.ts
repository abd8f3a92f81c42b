// A chart repository for tests: HTTPS on loopback, with what is asked of it written down.
import { createServer } from 'node:https';
import type { AddressInfo } from 'node:net';
import type { TLSSocket } from 'node:tls';
import { selfSigned } from '../../../../test/self-signed.ts';

export interface ChartServer {
  url: string;
  ca: string;
  /** `GET /path Basic …` with the client certificate's name when it had one. */
  requests: string[];
  files: Map<string, string | Buffer | { redirect: string }>;
  stop(): void;
}

export async function startChartServer(
  options: { password?: string; clientCa?: string } = {},
): Promise<ChartServer> {
  const { cert, key } = await selfSigned({ names: ['localhost'], addresses: ['127.0.0.1'] });
  const files: ChartServer['files'] = new Map();
  const requests: string[] = [];
  const { clientCa, password } = options;
  const mutual = clientCa ? { ca: [clientCa, cert], requestCert: true, rejectUnauthorized: true } : {};
  const server = createServer({ cert, key, ...mutual }, (request, response) => {
    const authorization = request.headers.authorization ?? 'nobody';
    const client = (request.socket as TLSSocket).getPeerCertificate?.()?.subject?.CN;
    requests.push(`${request.url} ${authorization}${client ? ` ${client}` : ''}`);
    const wanted = `Basic ${Buffer.from(`ann:${password}`).toString('base64')}`;
    if (password && authorization !== wanted) return response.writeHead(401).end();
    const file = files.get(URL.parse(request.url ?? '/', 'https://x')?.pathname ?? '/');
    if (file === undefined) return response.writeHead(404).end();
    if (typeof file === 'object' && 'redirect' in file)
      return response.writeHead(302, { location: file.redirect }).end();
    return response.end(file);
  });
  await new Promise<void>(resolve => server.listen(0, '127.0.0.1', resolve));
  return {
    url: `https://127.0.0.1:${(server.address() as AddressInfo).port}`,
    ca: cert,
    requests,
    files,
    stop: () => {
      server.closeAllConnections();
      server.close();
    },
  };
}
