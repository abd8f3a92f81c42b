import type { Stored } from '@slipway/api';
import { type Token, User } from '@slipway/kinds';
import { type Context, done, type Outcome, terminal, waitingFor } from '@slipway/runtime';

const LONGEST_WAIT_MS = 24 * 3600 * 1000;

/** Says whether a token is good; the authenticator decides by the same facts, at once. */
export async function reconcileToken(token: Stored<Token>, { cache, clock }: Context): Promise<Outcome> {
  const { user, expiresAt, scopes, hash } = token.spec;
  const endsAt = Date.parse(expiresAt);
  if (Number.isNaN(endsAt))
    return terminal('InvalidTime', `spec.expiresAt: "${expiresAt}" is no RFC 3339 time`);
  if (scopes?.length)
    return terminal('Unsupported', 'spec.scopes: not supported yet; make the token without scopes');
  if (!/^[0-9a-f]{64}$/.test(hash))
    return terminal('InvalidHash', 'spec.hash: expected a SHA-256 in hexadecimal');
  const leftMs = endsAt - clock.now();
  if (leftMs <= 0) return terminal('Expired', `expired at ${expiresAt}`);
  const waitMs = Math.min(leftMs, LONGEST_WAIT_MS);
  if (!cache(User).get({ name: user }))
    return waitingFor('UserMissing', `spec.user: there is no user "${user}"`, waitMs);
  return done;
}
