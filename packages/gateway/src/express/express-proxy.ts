import type { Choice, Pick, Target } from '../proxy/choice.ts';
import { requestHeaders } from '../proxy/headers.ts';
import type { Errand } from './backend-connection.ts';
import type { Backends } from './backends.ts';
import type { ExpressClient, ExpressHandler } from './express.ts';
import type { RequestHead } from './request-head.ts';

/** Carries plain requests over kept connections; whatever is not plain after all falls back. */
export function expressProxy(pick: Pick, backends: Backends): ExpressHandler {
  return (request, client) => {
    const target = chosen(pick, request);
    const errand = target && errandOf(request, client, target);
    if (!target || !errand || backends.unusual.has(target.key)) return client.fallBack();
    const free = backends.free(target.key);
    if (free) return free.carry(errand);
    const dialling = backends.dial(target);
    if (!dialling) return client.fallBack();
    let isGone = false;
    client.onGone = () => {
      isGone = true;
    };
    dialling.then(
      connection => (isGone ? connection.end() : connection.carry(errand)),
      () => client.fallBack(),
    );
  };
}

/** A target that can be had at once; timeouts of its own, pages and redirects go the usual way. */
function chosen(pick: Pick, request: RequestHead): Target | undefined {
  let choice: Choice | Promise<Choice>;
  try {
    choice = pick(request, []);
  } catch {
    return undefined;
  }
  if (choice instanceof Promise) {
    choice.catch(() => {});
    return undefined;
  }
  if (!('target' in choice)) return undefined;
  const { target } = choice;
  const isTimed = target.responseTimeoutMs !== undefined || target.totalTimeoutMs !== undefined;
  return isTimed ? undefined : target;
}

const PATH = /^\/[!-~]*$/;
const UNSAFE = /[^\t -~\x80-\xff]/;

/** Undefined when a route's own words would not survive on the wire. */
function errandOf(request: RequestHead, client: ExpressClient, target: Target): Errand | undefined {
  const { path = request.url ?? '/', host, requestHeaders: edit, responseHeaders: answerEdit } = target;
  if (target.path !== undefined && !PATH.test(path)) return undefined;
  const headers = requestHeaders(request, { ...(host ? { host } : {}), ...(edit ? { edit } : {}) });
  if (host || edit) {
    for (const text of headers) if (UNSAFE.test(text)) return undefined;
  }
  if (
    answerEdit &&
    [...(answerEdit.set ?? []), ...(answerEdit.add ?? [])].flat().some(text => UNSAFE.test(text))
  ) {
    return undefined;
  }
  let head = `${request.method} ${path} HTTP/1.1\r\n`;
  for (let i = 0; i < headers.length; i += 2) head += `${headers[i]}: ${headers[i + 1]}\r\n`;
  return {
    client,
    method: request.method,
    head: `${head}\r\n`,
    requestId: String(request.headers['x-request-id'] ?? ''),
    key: target.key,
    ...(answerEdit ? { edit: answerEdit } : {}),
  };
}
