import type { Clock, Kind } from '@slipway/api';
import type { Client } from '@slipway/client';
import type { Pod, TokenRequest } from '@slipway/kinds';

export interface PodTokens {
  /** A valid token; the same one until 80 % of its life are over (upstream's token manager). */
  token(pod: Pod, request: { audience: string | undefined; expirationSeconds: number }): Promise<string>;
  forget(uid: string): void;
}

/** The subresource `token` takes and gives another kind than its parent's. */
const AccountToken: Kind<TokenRequest> = {
  group: '',
  version: 'v1',
  kind: 'ServiceAccount',
  plural: 'serviceaccounts',
  namespaced: true,
};

interface Held {
  token: string;
  renewAt: number;
}

export function createPodTokens({ client, clock }: { client: Client; clock: Clock }): PodTokens {
  const held = new Map<string, Held>();
  return {
    token: async (pod, { audience, expirationSeconds }) => {
      const id = `${pod.metadata.uid} ${audience ?? ''} ${expirationSeconds}`;
      const known = held.get(id);
      if (known && known.renewAt > clock.now()) return known.token;
      const made = await requestToken(client, pod, { audience, expirationSeconds });
      const life = Date.parse(made.expirationTimestamp) - clock.now();
      held.set(id, { token: made.token, renewAt: clock.now() + life * 0.8 });
      return made.token;
    },
    forget: uid => {
      for (const id of held.keys()) if (id.startsWith(`${uid} `)) held.delete(id);
    },
  };
}

async function requestToken(
  client: Client,
  pod: Pod,
  request: { audience: string | undefined; expirationSeconds: number },
): Promise<{ token: string; expirationTimestamp: string }> {
  const { name = '', uid = '', namespace = '' } = pod.metadata;
  const account = pod.spec.serviceAccountName ?? 'default';
  const body: TokenRequest = {
    apiVersion: 'authentication.k8s.io/v1',
    kind: 'TokenRequest',
    metadata: { namespace, name: account },
    spec: {
      ...(request.audience ? { audiences: [request.audience] } : {}),
      expirationSeconds: request.expirationSeconds,
      boundObjectRef: { apiVersion: 'v1', kind: 'Pod', name, uid },
    },
  };
  const answer: TokenRequest = await client.create(AccountToken, body, {
    subresource: 'token',
    name: account,
  });
  return answer.status ?? { token: '', expirationTimestamp: '' };
}
