import { type Clock, hasReason, type Log, messageOf, type Stored, timestamp } from '@slipway/api';
import { type Client, updateStatus } from '@slipway/client';
import { Token } from '@slipway/kinds';

/** A token is used with every request; people only want to know whether it still is. */
const EVERY_MS = 5 * 60 * 1000;

/** Writes down when a token was last used, to five minutes. Nobody waits for it. */
export function noteLastUse(options: { client: Client; clock: Clock; log: Log }) {
  const { client, clock, log } = options;
  const writing = new Set<string>();
  return ({ metadata, status }: Stored<Token>): void => {
    const { name } = metadata;
    const isRecent = clock.now() - Date.parse(status?.lastUsed ?? '') < EVERY_MS;
    if (isRecent || writing.has(name)) return;
    writing.add(name);
    const lastUsed = timestamp(clock.now());
    void updateStatus(client, Token, { name }, draft => {
      draft.status = { ...draft.status, lastUsed };
    })
      .catch(error => {
        if (!hasReason(error, 'NotFound')) log.warn('last use not recorded', { error: messageOf(error) });
      })
      .finally(() => writing.delete(name));
  };
}
