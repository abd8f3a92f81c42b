import type { IncomingMessage, ServerResponse } from 'node:http';
import { type Log, messageOf } from '@slipway/api';
import { createBackends } from '../express/backends.ts';
import type { ExpressHandler } from '../express/express.ts';
import { expressProxy } from '../express/express-proxy.ts';
import { latePage, type Page, sendPage } from '../page.ts';
import type { Handler, UpgradeHandler } from '../route.ts';
import type { Pick, Target } from './choice.ts';
import { exchange, isGone } from './exchange.ts';
import { createPools, DialError } from './pools.ts';
import { upgradeTo } from './upgrade.ts';

const MOST_ATTEMPTS = 3;
const RESPONSE_TIMEOUT_MS = 300_000;

/** A reverse proxy whose targets are chosen for each request. */
export interface Proxy {
  handler: Handler;
  upgrade: UpgradeHandler;
  /** The short way for requests without a body; see `Route.express`. */
  express: ExpressHandler;
  /** Says which targets exist: idle connections to others are closed, busy ones after their request. */
  retain(keys: ReadonlySet<string>): void;
  close(): Promise<void>;
}

/**
 * Makes a proxy. `responseTimeoutMs`: until an answer begins, where a target says nothing else. Endpoints that cannot be dialled are skipped for another choice; a request without a body whose
 * kept-alive connection turned out dead is sent once more (RFC 9110, 9.2.2).
 */
export function createProxy(options: { pick: Pick; log: Log; responseTimeoutMs?: number }): Proxy {
  const pools = createPools();
  const { responseTimeoutMs = RESPONSE_TIMEOUT_MS } = options;
  const backends = createBackends({ answerMs: responseTimeoutMs });
  const { pick, log } = options;
  return {
    handler: async (request, response) => {
      const tried: string[] = [];
      for (;;) {
        const choice = await pick(request, tried);
        if (isGone(response)) return;
        if ('page' in choice) return answer(request, response, choice.page);
        if ('respond' in choice) return choice.respond(request, response);
        const target = { responseTimeoutMs, ...choice.target };
        const result = await exchange(pools.of(target), target, request, response);
        if (result.result === 'answered' || isGone(response)) return;
        tried.push(target.key);
        if (tried.length < MOST_ATTEMPTS && mayRepeat(request, result)) continue;
        log.debug('backend failed', { target: target.key, error: messageOf(result.error) });
        return answer(request, response, await pageFor(target, result.error));
      }
    },
    upgrade: (request, socket, head) => void upgradeTo({ pick, request, socket, head, pageFor, log }),
    express: expressProxy(pick, backends),
    retain: keys => {
      pools.retain(keys);
      backends.retain(keys);
    },
    close: async () => {
      backends.close();
      await pools.close();
    },
  };
}

const SAFE = new Set(['GET', 'HEAD', 'OPTIONS']);

function mayRepeat(
  request: IncomingMessage,
  { error, sent, bodyUsed }: { error: Error; sent: boolean; bodyUsed: boolean },
): boolean {
  if (bodyUsed) return false;
  if (isDialError(error) || !sent) return true;
  const { code } = error as { code?: string };
  const isBroken = code === 'UND_ERR_SOCKET' || code === 'ECONNRESET' || code === 'EPIPE';
  return isBroken && SAFE.has(request.method ?? '');
}

/** The page for what went wrong on the way to this target. */
export async function pageFor(target: Target, error: Error): Promise<Page> {
  const { code } = error as { code?: string };
  if (code === 'UND_ERR_HEADERS_TIMEOUT') {
    return latePage(target.key);
  }
  if (isDialError(error)) {
    const message = `The service's endpoint ${target.key} refused the connection: ${messageOf(error)}. Does the application listen on that port?`;
    return (await target.unreachable?.(error)) ?? { status: 502, title: 'Service unreachable', message };
  }
  const message = `The service's endpoint ${target.key} ended the connection before it answered: ${messageOf(error)}.`;
  return { status: 502, title: 'Bad answer', message };
}

function isDialError(error: Error): boolean {
  return error instanceof DialError || error.cause instanceof DialError;
}

function answer(request: IncomingMessage, response: ServerResponse, page: Page): void {
  const requestId = String(request.headers['x-request-id'] ?? '');
  sendPage(request, response, { ...page, requestId });
}
