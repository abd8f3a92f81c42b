import type { IncomingHttpHeaders } from 'node:http';
import { Agent, request } from 'node:https';
import type { TestPlatform } from './platform.fixture.ts';

/** JSON of any shape, as tests look into it. */
export interface Loose {
  [field: string]: Loose | undefined;
}

export interface RestAnswer {
  status: number;
  body: Loose;
  text: string;
  bytes: Buffer;
  headers: IncomingHttpHeaders;
}

export interface RestClient {
  get(path: string): Promise<RestAnswer>;
  post(path: string, body?: object): Promise<RestAnswer>;
  put(path: string, body?: object): Promise<RestAnswer>;
  patch(path: string, body?: object): Promise<RestAnswer>;
  delete(path: string, body?: object): Promise<RestAnswer>;
  close(): void;
}

/** Calls the REST API below `/api/v1` over TLS; `host` stands in `Host:`. */
export function restClient(
  { url, ca }: Pick<TestPlatform, 'url' | 'ca'>,
  token: string | undefined,
  { host = 'localhost', scheme = 'token', headers: more = {} as Record<string, string> } = {},
): RestClient {
  const agent = new Agent({ ca, keepAlive: true });
  const { port } = new URL(url);
  const send = (method: string, path: string, body?: object) =>
    new Promise<RestAnswer>((resolve, reject) => {
      const text = body ? JSON.stringify(body) : undefined;
      const headers = {
        ...more,
        host: `${host}:${port}`,
        ...(token ? { authorization: `${scheme} ${token}` } : {}),
        ...(text ? { 'content-type': 'application/json', 'content-length': Buffer.byteLength(text) } : {}),
      };
      const options = {
        agent,
        method,
        host: '127.0.0.1',
        port,
        path: `/api/v1${path}`,
        servername: 'localhost',
        headers,
      };
      const call = request(options, answer => {
        const chunks: Buffer[] = [];
        answer.on('data', chunk => chunks.push(chunk));
        answer.on('end', () => {
          const bytes = Buffer.concat(chunks);
          const text = bytes.toString();
          const isJson = answer.headers['content-type']?.startsWith('application/json');
          resolve({
            status: answer.statusCode ?? 0,
            body: isJson ? JSON.parse(text) : {},
            text,
            bytes,
            headers: answer.headers,
          });
        });
      });
      call.on('error', reject);
      call.end(text);
    });
  return {
    get: path => send('GET', path),
    post: (path, body = {}) => send('POST', path, body),
    put: (path, body = {}) => send('PUT', path, body),
    patch: (path, body = {}) => send('PATCH', path, body),
    delete: (path, body) => send('DELETE', path, body),
    close: () => agent.destroy(),
  };
}
