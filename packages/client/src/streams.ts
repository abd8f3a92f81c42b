import {
  type ApiRequest,
  type ApiResponse,
  type Key,
  type KubeObject,
  ownTurn,
  pathOf,
  type Transport,
} from '@slipway/api';
import { Pod } from '@slipway/kinds';
import type { WatchEvent } from './client.ts';
import { statusErrorOf } from './status.ts';

/** True for requests whose answer goes on: transports give these a `stream`. */
export function isStreaming({ query }: ApiRequest): boolean {
  return isTrue(query?.watch) || isTrue(query?.follow);
}

function isTrue(value: string | undefined): boolean {
  return value === 'true' || value === '1';
}

/** Events of a watch, one JSON document per line. Aborting ends it without an error. */
export async function* watchEvents<T extends KubeObject>(
  transport: Transport,
  request: ApiRequest,
  signal: AbortSignal,
): AsyncGenerator<WatchEvent<T>> {
  const answer = await openStream(transport, request, signal);
  if (!answer) return;
  for await (const line of linesOf(quietWhenAborted(textOf(answer), signal))) {
    const event = JSON.parse(line) as WatchEvent<T> | { type: 'ERROR'; object: { code?: number } };
    if (event.type === 'ERROR') throw statusErrorOf(event.object.code ?? 500, JSON.stringify(event.object));
    const pause = ownTurn();
    if (pause) await pause;
    if (signal.aborted) return;
    yield event;
  }
}

/** Text of a container's log. */
export async function* readLogs(
  transport: Transport,
  pod: Key,
  options: { container: string; follow?: boolean; signal?: AbortSignal },
): AsyncGenerator<string> {
  const query = { container: options.container, ...(options.follow ? { follow: 'true' } : {}) };
  const signal = options.signal ?? new AbortController().signal;
  const request: ApiRequest = { method: 'GET', path: pathOf(Pod, pod, 'log'), query, accept: '*/*' };
  const answer = await openStream(transport, request, signal);
  if (answer) yield* quietWhenAborted(textOf(answer), signal);
}

async function openStream(
  transport: Transport,
  request: ApiRequest,
  signal: AbortSignal,
): Promise<ApiResponse | undefined> {
  if (signal.aborted) return undefined;
  try {
    const answer = await transport.send({ ...request, signal });
    if (answer.status >= 400) throw statusErrorOf(answer.status, answer.body);
    return answer;
  } catch (error) {
    if (signal.aborted) return undefined;
    throw error;
  }
}

async function* textOf(answer: ApiResponse): AsyncGenerator<string> {
  if (answer.body) yield answer.body;
  if (answer.stream) yield* answer.stream;
}

async function* quietWhenAborted(chunks: AsyncIterable<string>, signal: AbortSignal): AsyncGenerator<string> {
  try {
    yield* chunks;
  } catch (error) {
    if (!signal.aborted) throw error;
  }
}

/** Splits chunks into lines; an incomplete last line (a torn connection) is dropped, for it is no event. */
async function* linesOf(chunks: AsyncIterable<string>): AsyncGenerator<string> {
  let rest = '';
  for await (const chunk of chunks) {
    const lines = (rest + chunk).split('\n');
    rest = lines.pop() ?? '';
    for (const line of lines) if (line !== '') yield line;
  }
}
