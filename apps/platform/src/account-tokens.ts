import type { Clock, Kind } from '@slipway/api';
import type { Client } from '@slipway/client';
import { SYSTEM_NAMESPACE } from '@slipway/definition';
import type { TokenRequest } from '@slipway/kinds';

const LIFE_SECONDS = 3600;

/** `serviceaccounts/<name>/token`, addressed as the subresource it is. */
const AccountToken: Kind<TokenRequest> = {
  group: '',
  version: 'v1',
  kind: 'TokenRequest',
  plural: 'serviceaccounts',
  namespaced: true,
};

/** Tokens of the engines' ServiceAccounts; each is used for the first half of its life. */
export function accountTokens(client: Client, clock: Clock): (technology: string) => Promise<string> {
  const kept = new Map<string, { token: Promise<string>; until: number }>();
  return technology => {
    const known = kept.get(technology);
    if (known && known.until > clock.now()) return known.token;
    const token = request(client, technology);
    kept.set(technology, { token, until: clock.now() + (LIFE_SECONDS * 1000) / 2 });
    token.catch(() => kept.delete(technology));
    return token;
  };
}

async function request(client: Client, technology: string): Promise<string> {
  const asked: TokenRequest = {
    apiVersion: 'authentication.k8s.io/v1',
    kind: 'TokenRequest',
    metadata: { namespace: SYSTEM_NAMESPACE },
    spec: { expirationSeconds: LIFE_SECONDS },
  };
  const answer = await client.create(AccountToken, asked, { subresource: 'token', name: technology });
  return answer.status?.token ?? '';
}
