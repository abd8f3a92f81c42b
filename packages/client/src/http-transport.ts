import type { ApiRequest, Transport } from '@slipway/api';
import { isStreaming } from './streams.ts';

export interface HttpTransportOptions {
  /** Base of the API: `https://localhost:6443`, or a path such as `/k8s` in a page. No trailing slash. */
  url: string;
  /** Bearer token; a page with a session cookie needs none. */
  token?: string;
  fetch?: typeof fetch;
}

/** A Transport over fetch, for browsers. */
export function httpTransport({ url, token, fetch: fetchOf = fetch }: HttpTransportOptions): Transport {
  return {
    send: async request => {
      const answer = await fetchOf(`${url}${request.path}${queryText(request.query)}`, {
        method: request.method,
        headers: headersOf(request, token),
        ...(request.body === undefined ? {} : { body: request.body }),
        ...(request.signal ? { signal: request.signal } : {}),
      });
      if (answer.status >= 400 || !isStreaming(request) || !answer.body) {
        return { status: answer.status, body: await answer.text() };
      }
      return { status: answer.status, body: '', stream: decoded(answer.body) };
    },
  };
}

/** `?a=b` of a request's query, or nothing. */
export function queryText(query: Record<string, string> | undefined): string {
  const text = new URLSearchParams(query ?? {}).toString();
  return text === '' ? '' : `?${text}`;
}

function headersOf(request: ApiRequest, token: string | undefined): Headers {
  const headers = new Headers({ accept: request.accept ?? 'application/json' });
  if (request.contentType) headers.set('content-type', request.contentType);
  if (token) headers.set('authorization', `Bearer ${token}`);
  for (const [name, value] of Object.entries(request.headers ?? {})) {
    for (const one of [value].flat()) headers.append(name, one);
  }
  return headers;
}

async function* decoded(body: ReadableStream<Uint8Array>): AsyncGenerator<string> {
  const decoder = new TextDecoder();
  const reader = body.getReader();
  try {
    for (let part = await reader.read(); !part.done; part = await reader.read()) {
      yield decoder.decode(part.value, { stream: true });
    }
  } finally {
    await reader.cancel().catch(() => {});
  }
}
