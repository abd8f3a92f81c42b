import { hasReason, StatusError } from '@slipway/api';
import type { Exchange } from '../http/exchange.ts';

const EVERY_MS = 2_000;

/**
 * Resolves, with what to tell, when whoever began a request is nobody any more: disabled, gone, their session ended,
 * their token revoked. Unlike upstream, where a watch goes on until it ends by itself. A token that only grew old is
 * good for what began with it; then the person alone counts. Never resolves for who needs no token; `stop` ends it.
 */
export async function putOut(exchange: Exchange, stop: AbortSignal): Promise<StatusError | undefined> {
  const { incoming, parts } = exchange;
  const { bearer } = incoming.credentials;
  if (incoming.user || bearer === undefined) return new Promise(() => {});
  const who = exchange.impersonator ?? exchange.user;
  const oldAt = expiryOf(bearer);
  while (!stop.aborted) {
    await parts.clock.sleep(EVERY_MS, stop).catch(() => {});
    if (stop.aborted) return undefined;
    const isOld = parts.clock.now() >= oldAt;
    const isOut = isOld ? parts.authenticator.isOut?.(who) === true : await isRefused(exchange);
    // Between the look and its answer the token may have grown old.
    if (isOut && (isOld || parts.clock.now() < oldAt)) return new StatusError('Unauthorized', 'Unauthorized');
  }
  return undefined;
}

async function isRefused({ incoming, parts }: Exchange): Promise<boolean> {
  try {
    return (await parts.authenticator.authenticate(incoming.credentials)) === undefined;
  } catch (error) {
    // Anything else is the server's own trouble, and no reason to end what works.
    return hasReason(error, 'Unauthorized');
  }
}

/** When a JWT grows old by what it says itself; others do not. */
function expiryOf(bearer: string): number {
  try {
    const payload = JSON.parse(Buffer.from(bearer.split('.')[1] ?? '', 'base64url').toString()) as unknown;
    const { exp } = (payload ?? {}) as { exp?: unknown };
    return typeof exp === 'number' ? exp * 1000 : Number.POSITIVE_INFINITY;
  } catch {
    return Number.POSITIVE_INFINITY;
  }
}
