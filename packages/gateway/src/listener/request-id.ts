import { randomBytes } from 'node:crypto';
import type { RequestHead } from '../express/request-head.ts';

/** Ids that are unique across restarts: a random start, then a count. They are no secrets. */
export function requestIds(): () => string {
  const start = randomBytes(6).toString('hex');
  let count = 0;
  return () => `${start}-${(count++).toString(36)}`;
}

/** The client's own id when it is harmless, else ours; handlers read it from `x-request-id`. */
export function requestIdOf(request: Pick<RequestHead, 'headers'>, ids: () => string): string {
  const given = request.headers['x-request-id'];
  const id = typeof given === 'string' && /^[\w-]{1,64}$/.test(given) ? given : ids();
  request.headers['x-request-id'] = id;
  return id;
}
