import type { Clock } from '@slipway/api';
import type { Client } from '@slipway/client';
import { Secret, Token } from '@slipway/kinds';
import { bad, type Check, ok, several, warn } from './check.ts';

const YEAR_MS = 366 * 86_400_000;
const ACCOUNT_TOKEN = 'kubernetes.io/service-account-token';

/** Tokens that never end, or hardly. */
export function endlessTokens(client: Client, clock: Clock): Check {
  return {
    check: 'endless-tokens',
    what: 'every token ends within a year',
    how: 'expiresAt of every Token, and Secrets that hold a ServiceAccount’s token for ever',
    look: async () => {
      const [tokens, secrets] = await Promise.all([
        client.list(Token),
        client.list(Secret, { fieldSelector: `type=${ACCOUNT_TOKEN}` }),
      ]);
      const endless = [
        ...tokens.items.filter(({ spec }) => !Number.isFinite(Date.parse(spec.expiresAt))),
        ...secrets.items,
      ].map(({ kind, metadata }) => `${kind ?? 'Secret'} ${metadata.name}`);
      if (endless.length > 0) return bad(several(endless), 'delete them, and make ones that end');
      const long = tokens.items.filter(({ spec }) => Date.parse(spec.expiresAt) > clock.now() + YEAR_MS);
      const names = long.map(({ metadata, spec }) => `${metadata.name} of ${spec.user}`);
      if (long.length > 0) return warn(several(names), 'make shorter ones: slipway token create --days 30');
      return ok(`${tokens.items.length} tokens, all of them end`);
    },
  };
}
