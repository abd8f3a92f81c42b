import type { ApiRequest, ApiResponse, Transport, UserInfo } from '@slipway/api';
import type { Answer, Incoming, Parts } from './exchange.ts';
import { handle } from './pipeline.ts';
import { TextQueue } from './text-queue.ts';

/** Requests of this process, as one user, without a socket. The same steps as over HTTPS. */
export function inProcessTransport(parts: Parts, user: UserInfo): Transport {
  return {
    send: async request => {
      request.signal?.throwIfAborted();
      const answer = await handle(parts, incomingOf(request, user));
      return responseOf(answer, request.signal);
    },
  };
}

const never = new AbortController().signal;

function incomingOf(request: ApiRequest, user: UserInfo): Incoming {
  const headers = request.headers ?? {};
  return {
    method: request.method,
    path: request.path,
    query: new URLSearchParams(request.query ?? {}),
    contentType: request.contentType ?? '',
    accept: request.accept ?? '',
    gzip: false,
    body: async () => request.body ?? '',
    header: name => [headers[name] ?? []].flat(),
    user,
    credentials: {},
    source: 'in-process',
    signal: request.signal ?? never,
  };
}

function responseOf(answer: Answer, signal: AbortSignal | undefined): ApiResponse {
  const { status, body, stream } = answer;
  if (stream) return { status, body: '', stream: streamed(stream, signal) };
  if (typeof body === 'string') return { status, body };
  if (body instanceof Uint8Array) return { status, body: Buffer.from(body).toString() };
  return { status, body: [...body].join('') };
}

async function* streamed(
  start: NonNullable<Answer['stream']>,
  signal: AbortSignal | undefined,
): AsyncGenerator<string> {
  const ended = new AbortController();
  const stop = signal ? AbortSignal.any([signal, ended.signal]) : ended.signal;
  const queue = new TextQueue();
  const abort = () => queue.end();
  stop.addEventListener('abort', abort, { once: true });
  const running = start({ write: chunk => queue.push(chunk), signal: stop }).then(
    () => queue.end(),
    error => queue.end(error),
  );
  try {
    yield* queue;
  } finally {
    ended.abort();
    await running;
    stop.removeEventListener('abort', abort);
  }
}
