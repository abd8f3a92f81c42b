import { Agent as PlainAgent, request as plainRequest } from 'node:http';
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
const plainAgent = new PlainAgent({ keepAlive: true, maxSockets: 16 });

/** The Git server's internal name. */
export const GIT_HOST = 'git.slipway.internal';

/**
 * Asks another part of the platform at its internal name, with this engine's own token, or through its door where it is a
 * tool that knows no such tokens. Every status is an answer; only a connection that fails or a body over the limit rejects.
 * @example
 * const { status } = await internalRequest(ports, { url: 'https://git.slipway.internal/api/v1/version' });
 */
export async function internalRequest(
  ports: Pick<Ports, 'resolve' | 'token' | 'enter'>,
  asked: InternalRequest,
): Promise<InternalAnswer> {
  const { hostname, pathname, search } = new URL(asked.url);
  const way = await wayTo(ports, hostname);
  // It would not know these headers, and write for anybody with our own rights.
  const isForAnother = Object.keys(asked.headers ?? {}).some(name => /^impersonate-/i.test(name));
  if (way.isDoor && isForAnother)
    throw new SlipwayError(
      'CannotActFor',
      `${hostname}: the tool itself runs there, where nobody can act in another's name; let them do it with an account of their own`,
    );
  const body = asked.body === undefined ? undefined : JSON.stringify(asked.body);
  const headers = {
    host: way.host,
    authorization: way.authorization,
    ...(body === undefined
      ? {}
      : { 'content-type': 'application/json', 'content-length': String(Buffer.byteLength(body)) }),
    ...asked.headers,
  };
  const { signal, method = 'GET', limit = LIMIT } = asked;
  const path = `${way.prefix}${pathname}${search}`;
  const options = { ...way.connect, method, headers, path, timeout: TIMEOUT_MS };
  const send = way.isPlain ? plainRequest : request;
  return new Promise((resolve, reject) => {
    const outgoing = send(signal ? { ...options, signal } : options, answer => {
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

interface Way {
  /** For the header. */
  host: string;
  authorization: string;
  prefix: string;
  isPlain: boolean;
  /** Entered with an account that the tool itself knows. */
  isDoor: boolean;
  connect: object;
}

async function wayTo(ports: Pick<Ports, 'resolve' | 'token' | 'enter'>, name: string): Promise<Way> {
  const door = await ports.enter?.(name);
  if (!door) {
    const { host, port, serverName, ca } = ports.resolve(name);
    const connect = { host, port, servername: serverName, ca, agent };
    return {
      host: name,
      authorization: `Bearer ${await ports.token()}`,
      prefix: '',
      isPlain: false,
      isDoor: false,
      connect,
    };
  }
  const { protocol, hostname, host, port, pathname } = new URL(door.url);
  const isPlain = protocol === 'http:';
  const to = { host: hostname, port: Number(port || (isPlain ? 80 : 443)) };
  return {
    host,
    authorization: door.authorization,
    prefix: pathname === '/' ? '' : pathname,
    isPlain,
    isDoor: true,
    connect: isPlain ? { ...to, agent: plainAgent } : { ...to, servername: hostname, ca: door.ca, agent },
  };
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
