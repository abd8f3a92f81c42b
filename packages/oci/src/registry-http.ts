import { type IncomingMessage, Agent as PlainAgent, request as plainRequest } from 'node:http';
import { Agent, type RequestOptions, request } from 'node:https';
import type { LookupFunction } from 'node:net';
import type { Readable } from 'node:stream';
import { pipeline } from 'node:stream/promises';
import { type Clock, SlipwayError } from '@slipway/api';

/** How a registry is dialled when its name alone does not say it. */
export interface Endpoint {
  host: string;
  port: number;
  /** Name for TLS and `Host:`; default: the registry's own name. */
  serverName?: string;
  /** PEM text of the authorities to trust; default: the system's. */
  ca?: string;
  /** HTTP without TLS: for a registry on loopback, or when somebody asked for that. */
  plain?: boolean;
  /** PEM texts of a client certificate and its key. */
  cert?: string;
  key?: string;
  /** The server's certificate is not checked: only when somebody asked for that. */
  insecure?: boolean;
}

export interface RegistryRequest {
  method: 'GET' | 'HEAD' | 'POST' | 'PUT' | 'PATCH' | 'DELETE';
  url: URL;
  headers?: Record<string, string>;
  /** A function, for a second try needs a new stream. */
  body?: Uint8Array | (() => Readable);
  signal?: AbortSignal;
}

export interface RegistryHttp {
  /** Resolves with any status; the caller must read or destroy the body. Redirects of GET and HEAD are followed. */
  send(request: RegistryRequest): Promise<IncomingMessage>;
  close(): void;
}

export interface RegistryHttpOptions {
  endpoint?: ((registry: string) => Endpoint | undefined) | undefined;
  /** Judges every address before it is dialled, those of redirects and token servers too: throws, or says how names resolve. */
  guard?: ((url: URL) => { lookup?: LookupFunction }) | undefined;
  /** A registry that takes longer to accept a connection counts as unreachable. */
  connectTimeoutMs?: number | undefined;
  /** No byte for this long ends a request. */
  idleTimeoutMs?: number | undefined;
  /** Tries in all for requests that may be repeated. */
  attempts?: number | undefined;
  clock: Clock;
}

const REDIRECTS = [301, 302, 303, 307, 308];
const WORTH_ANOTHER_TRY = [429, 502, 503, 504];
const MOST_REDIRECTS = 5;
const LONGEST_WAIT_MS = 10_000;

/** HTTP(S) with keep-alive, redirects and a few retries; it knows nothing of authorization. */
export function registryHttp(options: RegistryHttpOptions): RegistryHttp {
  const agents = { plain: new PlainAgent({ keepAlive: true }), secure: new Agent({ keepAlive: true }) };
  const idleTimeoutMs = options.idleTimeoutMs ?? 30_000;

  function once(call: RegistryRequest): Promise<IncomingMessage> {
    return new Promise((resolve, reject) => {
      const guard = options.guard?.(call.url) ?? {};
      const outgoing = open(call, options.endpoint?.(call.url.host), agents, guard);
      outgoing.setTimeout(idleTimeoutMs, () => {
        outgoing.destroy(unreachable(call.url, `no answer for ${idleTimeoutMs} ms`));
      });
      limitConnecting(outgoing, call.url, options.connectTimeoutMs ?? 5_000);
      outgoing.on('response', resolve);
      outgoing.on('error', error =>
        reject(error instanceof SlipwayError ? error : unreachable(call.url, error.message, error)),
      );
      sendBody(call, outgoing).catch(error => outgoing.destroy(error));
    });
  }

  async function retrying(call: RegistryRequest): Promise<IncomingMessage> {
    const attempts = call.method === 'POST' || call.method === 'PATCH' ? 1 : (options.attempts ?? 3);
    for (let attempt = 1; ; attempt++) {
      const last = attempt >= attempts || call.signal?.aborted === true;
      const answer = await once(call).catch((error: unknown) => {
        if (last) throw error;
        return undefined;
      });
      if (answer && (last || !WORTH_ANOTHER_TRY.includes(answer.statusCode ?? 0))) return answer;
      answer?.resume();
      await options.clock.sleep(waitBefore(attempt, answer), call.signal);
    }
  }

  async function send(call: RegistryRequest): Promise<IncomingMessage> {
    let current = call;
    for (let redirects = 0; redirects <= MOST_REDIRECTS; redirects++) {
      const answer = await retrying(current);
      const { location } = answer.headers;
      const isRead = call.method === 'GET' || call.method === 'HEAD';
      if (!isRead || !REDIRECTS.includes(answer.statusCode ?? 0) || location === undefined) return answer;
      answer.resume();
      current = redirected(current, new URL(location, current.url));
    }
    throw unreachable(call.url, `more than ${MOST_REDIRECTS} redirects`);
  }

  return {
    send,
    close: () => {
      agents.plain.destroy();
      agents.secure.destroy();
    },
  };
}

function open(
  { method, url, headers, signal }: RegistryRequest,
  endpoint: Endpoint | undefined,
  agents: { plain: PlainAgent; secure: Agent },
  guard: { lookup?: LookupFunction },
) {
  const common = {
    ...guard,
    method,
    host: endpoint?.host ?? url.hostname.replace(/^\[|\]$/g, ''),
    port: endpoint?.port ?? (url.port || undefined),
    path: `${url.pathname}${url.search}`,
    headers: { host: url.host, 'user-agent': 'slipway', ...headers },
    ...(signal ? { signal } : {}),
  };
  if (endpoint?.plain || url.protocol === 'http:') return plainRequest({ ...common, agent: agents.plain });
  const servername = endpoint?.serverName ?? url.hostname;
  return request({ ...common, ...trust(endpoint), servername, agent: agents.secure });
}

function trust({ ca, cert, key, insecure }: Partial<Endpoint> = {}): RequestOptions {
  return {
    ...(ca === undefined ? {} : { ca }),
    ...(cert && key ? { cert, key } : {}),
    ...(insecure ? { rejectUnauthorized: false } : {}),
  };
}

/** The idle timeout of a socket begins only when it is connected. */
function limitConnecting(outgoing: ReturnType<typeof open>, url: URL, timeoutMs: number): void {
  outgoing.on('socket', socket => {
    if (!socket.connecting) return;
    const late = () => outgoing.destroy(unreachable(url, `not connected after ${timeoutMs} ms`));
    const timer = setTimeout(late, timeoutMs);
    socket.once('connect', () => clearTimeout(timer));
    socket.once('close', () => clearTimeout(timer));
  });
}

async function sendBody({ body }: RegistryRequest, outgoing: ReturnType<typeof open>): Promise<void> {
  if (typeof body === 'function') return pipeline(body(), outgoing);
  outgoing.end(body);
}

/** Credentials stay with the host they are for. */
function redirected(call: RegistryRequest, url: URL): RegistryRequest {
  if (call.url.protocol === 'https:' && url.protocol === 'http:') {
    throw unreachable(url, 'a redirect from https to http is not followed');
  }
  const { authorization, ...rest } = call.headers ?? {};
  const keeps = authorization !== undefined && url.host === call.url.host;
  return { ...call, url, headers: keeps ? { ...rest, authorization } : rest };
}

function waitBefore(attempt: number, answer: IncomingMessage | undefined): number {
  const asked = Number(answer?.headers['retry-after']) * 1000;
  const backoff = 250 * 2 ** (attempt - 1);
  return Math.min(Number.isFinite(asked) && asked > 0 ? asked : backoff, LONGEST_WAIT_MS);
}

export function unreachable(url: URL, why: string, cause?: unknown): SlipwayError {
  return new SlipwayError(
    'RegistryUnreachable',
    `registry ${url.host}: ${url.pathname}: ${why}`,
    cause === undefined ? {} : { cause },
  );
}

/** The body as bytes, at most `limit` of them. */
export async function readBody(body: AsyncIterable<Uint8Array>, limit: number): Promise<Buffer> {
  const pieces: Uint8Array[] = [];
  let bytes = 0;
  for await (const piece of body) {
    bytes += piece.byteLength;
    if (bytes > limit)
      throw new SlipwayError('AnswerTooLarge', `registry: an answer of more than ${limit} bytes`);
    pieces.push(piece);
  }
  return Buffer.concat(pieces);
}
