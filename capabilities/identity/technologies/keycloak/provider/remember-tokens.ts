import { hash } from 'node:crypto';
import type { Clock } from '@slipway/api';
import type { JWTPayload } from 'jose';

const MOST = 5000;

/**
 * Checks each token's signature once while it lives, for the same one comes with every request. Only hashes are kept;
 * what can end a token early is still asked each time.
 */
export function rememberTokens(clock: Clock) {
  const known = new Map<string, JWTPayload>();
  return async (
    token: string,
    check: (token: string) => Promise<JWTPayload | undefined>,
  ): Promise<JWTPayload | undefined> => {
    const key = hash('sha256', token, 'base64');
    const found = known.get(key);
    if (found && (found.exp ?? 0) * 1000 > clock.now()) return found;
    known.delete(key);
    const payload = await check(token);
    if (!payload?.exp) return payload;
    known.set(key, payload);
    const oldest = known.keys().next();
    if (known.size > MOST && !oldest.done) known.delete(oldest.value);
    return payload;
  };
}
