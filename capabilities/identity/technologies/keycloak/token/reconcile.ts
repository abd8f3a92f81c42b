import type { Stored } from '@slipway/api';
import { TOKEN_SCOPES, Token, User } from '@slipway/kinds';
import { type Context, doneFor, type Outcome, terminal, waitingFor } from '@slipway/runtime';

const LONGEST_WAIT_MS = 24 * 3600 * 1000;

/** Says whether a token is good; the authenticator decides by the same facts, at once. */
export async function reconcileToken(token: Stored<Token>, context: Context): Promise<Outcome> {
  const { user: name, expiresAt, scopes, hash } = token.spec;
  const endsAt = Date.parse(expiresAt);
  if (Number.isNaN(endsAt))
    return terminal('InvalidTime', `spec.expiresAt: "${expiresAt}" is no RFC 3339 time`);
  const unknown = scopes?.find(scope => !Object.hasOwn(TOKEN_SCOPES, scope));
  if (unknown !== undefined) {
    const allowed = Object.keys(TOKEN_SCOPES).join(', ');
    return terminal('UnknownScope', `spec.scopes: ${JSON.stringify(unknown)} is none; ${allowed} are`);
  }
  if (!/^[0-9a-f]{64}$/.test(hash))
    return terminal('InvalidHash', 'spec.hash: expected a SHA-256 in hexadecimal');
  const leftMs = endsAt - context.clock.now();
  if (leftMs <= 0) return terminal('Expired', `expired at ${expiresAt}`);
  const waitMs = Math.min(leftMs, LONGEST_WAIT_MS);
  const user = context.cache(User).get({ name });
  if (!user) return waitingFor('UserMissing', `spec.user: there is no user "${name}"`, waitMs);
  await giveOwner(token, user, context);
  // It is looked at again when it ends, so that its condition says so.
  return doneFor(waitMs);
}

/** A token goes with its person: whoever gets the name later gets none of them. */
async function giveOwner(
  { metadata }: Stored<Token>,
  user: Stored<User>,
  { client }: Context,
): Promise<void> {
  if (metadata.ownerReferences?.some(({ kind }) => kind === 'User')) return;
  const { name, uid } = user.metadata;
  const owner = { apiVersion: 'identity.slipway.dev/v1alpha1', kind: 'User', name, uid };
  const body = {
    metadata: { uid: metadata.uid, ownerReferences: [...(metadata.ownerReferences ?? []), owner] },
  };
  await client.patch(Token, { name: metadata.name }, { type: 'merge', body });
}
