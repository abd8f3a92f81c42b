import type { Exchange } from './exchange.ts';
import { selected } from './fields.ts';

/** Values that follow each other in one answer. */
export interface Stream {
  send(result: unknown): void;
  end(): void;
  /** Aborted when the caller has gone, or the platform stops. */
  signal: AbortSignal;
}

/**
 * Opens an answer of many values as grpc-gateway writes it: a line `{"result": …}` for each, or server-sent events where
 * the caller accepts those.
 */
export function openStream({ request, response, query, state }: Exchange): Stream {
  const gone = new AbortController();
  response.on('close', () => gone.abort());
  const isEvents = (request.headers.accept ?? '').includes('text/event-stream');
  response.writeHead(200, {
    'content-type': isEvents ? 'text/event-stream' : 'application/json',
    'cache-control': 'no-store',
    'x-content-type-options': 'nosniff',
  });
  response.flushHeaders();
  return {
    send: result => {
      const text = JSON.stringify({ result: selectedResult(result, query.get('fields')) });
      response.write(isEvents ? `data: ${text}\n\n` : `${text}\n`);
    },
    end: () => response.end(),
    signal: AbortSignal.any([gone.signal, state.desk.signal]),
  };
}

/** `fields` of a stream may begin with `result`, as the values do on the wire. */
function selectedResult(result: unknown, fields: string | null): unknown {
  if (!fields) return result;
  const whole = selected({ result }, fields) as { result?: unknown };
  return whole.result ?? {};
}
