import type { IncomingMessage, ServerResponse } from 'node:http';
import { PassThrough } from 'node:stream';
import type { Dispatcher } from 'undici';
import type { Target } from './choice.ts';
import { hasBody, requestHeaders, responseHeaders } from './headers.ts';

/** What became of one attempt. `failed`: nothing has been answered yet, so the caller may try again or say why. */
export type Exchange =
  | { result: 'answered' }
  | { result: 'failed'; error: Error; sent: boolean; bodyUsed: boolean };

const GONE = 'the client went away';

/** Whether nobody waits for this answer any more. HTTP/2's class of it does not say so itself, its stream does. */
export function isGone(response: ServerResponse & { stream?: { destroyed: boolean } }): boolean {
  return response.destroyed || response.stream?.destroyed === true;
}

/** Carries one request to the backend and its answer back, streaming both ways. */
export function exchange(
  dispatcher: Dispatcher,
  target: Target,
  request: IncomingMessage,
  response: ServerResponse,
): Promise<Exchange> {
  return new Promise(resolve => {
    const body = hasBody(request) ? request.pipe(new PassThrough()) : null;
    const carrier = new Carrier(target, response, body, exchange => {
      if (body) request.unpipe(body);
      resolve(exchange);
    });
    try {
      dispatcher.dispatch(
        {
          method: (request.method ?? 'GET') as Dispatcher.HttpMethod,
          path: target.path ?? request.url ?? '/',
          headers: requestHeaders(request, {
            ...(target.host ? { host: target.host } : {}),
            ...(target.requestHeaders ? { edit: target.requestHeaders } : {}),
          }),
          body,
          headersTimeout: target.responseTimeoutMs ?? 0,
        },
        carrier,
      );
    } catch (error) {
      carrier.onResponseError(undefined, error as Error);
    }
  });
}

class Carrier implements Dispatcher.DispatchHandler {
  readonly #target: Target;
  readonly #response: ServerResponse;
  readonly #body: PassThrough | null;
  readonly #done: (exchange: Exchange) => void;
  #sent = false;
  #started = false;
  #timer: NodeJS.Timeout | undefined;
  #abandon: (() => void) | undefined;

  constructor(
    target: Target,
    response: ServerResponse,
    body: PassThrough | null,
    done: (exchange: Exchange) => void,
  ) {
    this.#target = target;
    this.#response = response;
    this.#body = body;
    this.#done = done;
  }

  onRequestStart(controller: Dispatcher.DispatchController): void {
    this.#sent = true;
    // It may have waited for its target, or for a free connection.
    if (isGone(this.#response)) {
      controller.abort(new Error(GONE));
      return;
    }
    const { totalTimeoutMs } = this.#target;
    if (totalTimeoutMs !== undefined && totalTimeoutMs > 0) {
      const late = Object.assign(new Error(`no answer within ${totalTimeoutMs} ms`), {
        code: 'UND_ERR_HEADERS_TIMEOUT',
      });
      this.#timer = setTimeout(() => controller.abort(late), totalTimeoutMs);
    }
    // The client went away: the backend need not go on.
    this.#abandon = () => controller.abort(new Error(GONE));
    this.#response.once('close', this.#abandon);
  }

  onResponseStart(
    controller: Dispatcher.DispatchController,
    status: number,
    _headers: unknown,
    statusMessage?: string,
  ): void {
    if (status < 200) return;
    this.#started = true;
    const raw = (controller.rawHeaders ?? []) as (string | Buffer)[];
    const headers = responseHeaders(raw, this.#target.responseHeaders);
    const response = this.#response;
    if (response.req?.httpVersionMajor === 1 && statusMessage)
      response.writeHead(status, statusMessage, headers);
    if (!response.headersSent) response.writeHead(status, headers);
    // Together with the body when that is already here; alone when it takes its time (server-sent events).
    setImmediate(() => {
      if (!response.writableEnded && !response.destroyed) response.flushHeaders();
    });
  }

  onResponseData(controller: Dispatcher.DispatchController, chunk: Buffer): void {
    if (this.#response.write(chunk)) return;
    controller.pause();
    this.#response.once('drain', () => controller.resume());
  }

  onResponseEnd(
    _controller: Dispatcher.DispatchController,
    trailers: Record<string, string | string[] | undefined>,
  ): void {
    for (const [name, value] of Object.entries(trailers ?? {})) {
      if (value !== undefined) this.#response.addTrailers({ [name]: String(value) });
    }
    this.#finish();
    this.#response.end();
    this.#done({ result: 'answered' });
  }

  onResponseError(_controller: Dispatcher.DispatchController | undefined, error: Error): void {
    this.#finish();
    if (this.#started || this.#response.headersSent) {
      // The answer has begun; all that is left is to show that it is not whole.
      this.#response.destroy();
      this.#done({ result: 'answered' });
      return;
    }
    const bodyUsed = this.#body !== null && this.#sent;
    this.#done({ result: 'failed', error, sent: this.#sent, bodyUsed });
  }

  #finish(): void {
    clearTimeout(this.#timer);
    if (this.#abandon) this.#response.removeListener('close', this.#abandon);
  }
}
