import { Agent, request } from 'node:https';
import { SlipwayError } from '@slipway/api';
import type { Ports } from './technology.ts';

export interface InternalRequest {
  /** `https://git.slipway.internal/api/v1/version`: an internal name, whatever port it is really served on. */
  url: string;
  method?: 'GET' | 'POST' | 'PUT' | 'PATCH' | 'DELETE' | 'HEAD';
  /** Sent as JSON. */
  body?: unknown;
  headers?: Record<string, string | string[]>;
  /** Most bytes of the answer; default 16 MiB. */
  limit?: number;
  signal?: AbortSignal;
}

export interface InternalAnswer {
  status: number;
  headers: Record<string, string | string[] | undefined>;
  body: Buffer;
  /** The body as JSON; undefined when it is none. */
  json(): unknown;
}

const LIMIT = 16 * 1024 * 1024;
const TIMEOUT_MS = 30_000;
const agent = new Agent({ keepAlive: true, maxSockets: 16 });

/**
 * Asks another part of the platform at its internal name, with this engine's own token. Every status is an answer;
 * only a connection that fails or a body over the limit rejects.
 * @example
 * const { status } = await internalRequest(ports, { url: 'https://git.slipway.internal/api/v1/version' });
 */
export async function internalRequest(
  ports: Pick<Ports, 'resolve' | 'token'>,
  asked: InternalRequest,
): Promise<InternalAnswer> {
  const { hostname, pathname, search } = new URL(asked.url);
  const { host, port, serverName, ca } = ports.resolve(hostname);
  const body = asked.body === undefined ? undefined : JSON.stringify(asked.body);
  const headers = {
    host: hostname,
    authorization: `Bearer ${await ports.token()}`,
    ...(body === undefined
      ? {}
      : { 'content-type': 'application/json', 'content-length': String(Buffer.byteLength(body)) }),
    ...asked.headers,
  };
  const { signal, method = 'GET', limit = LIMIT } = asked;
  const options = {
    host,
    port,
    servername: serverName,
    ca,
    agent,
    method,
    headers,
    path: `${pathname}${search}`,
    timeout: TIMEOUT_MS,
  };
  return new Promise((resolve, reject) => {
    const outgoing = request(signal ? { ...options, signal } : options, answer => {
      const chunks: Buffer[] = [];
      let size = 0;
      answer.on('data', (chunk: Buffer) => {
        size += chunk.length;
        if (size > limit)
          return outgoing.destroy(
            new SlipwayError('AnswerTooLarge', `${asked.url}: more than ${limit} bytes`),
          );
        chunks.push(chunk);
      });
      answer.on('error', reject);
      answer.on('end', () =>
        resolve(answerOf(answer.statusCode ?? 0, answer.headers, Buffer.concat(chunks))),
      );
    });
    outgoing.on('timeout', () =>
      outgoing.destroy(new SlipwayError('NoAnswer', `${asked.url}: no answer in ${TIMEOUT_MS} ms`)),
    );
    outgoing.on('error', reject);
    outgoing.end(body);
  });
}

function answerOf(status: number, headers: InternalAnswer['headers'], body: Buffer): InternalAnswer {
  return {
    status,
    headers,
    body,
    json: () => {
      try {
        return JSON.parse(body.toString());
      } catch {
        return undefined;
      }
    },
  };
}
