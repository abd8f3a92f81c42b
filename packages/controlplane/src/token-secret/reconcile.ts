import { hasReason, type Kind, keyOf, type Stored } from '@slipway/api';
import { Secret, ServiceAccount, type TokenRequest } from '@slipway/kinds';
import { type Context, type Controller, controller, done, type Outcome, watching } from '@slipway/runtime';

const TYPE = 'kubernetes.io/service-account-token';
const ACCOUNT = 'kubernetes.io/service-account.name';
const ACCOUNT_UID = 'kubernetes.io/service-account.uid';
/** These tokens last as long as their Secret: the longest that a TokenRequest may ask for. */
const SECONDS = 2 ** 32;

/** Fills Secrets of type service-account-token, for clients that need a token which does not expire. */
export function tokenSecretController(rootCa: string | undefined): Controller {
  return controller<Secret>({
    name: 'tokens-controller',
    kind: Secret,
    watches: [
      watching<ServiceAccount>({
        kind: ServiceAccount,
        keysOf: ({ metadata }, { cache }) =>
          cache(Secret)
            .list({ namespace: metadata.namespace ?? '' })
            .filter(
              secret => secret.type === TYPE && secret.metadata.annotations?.[ACCOUNT] === metadata.name,
            )
            .map(keyOf),
      }),
    ],
    reconcile: (secret, context) => reconcileSecret(secret, context, rootCa),
  });
}

async function reconcileSecret(
  secret: Stored<Secret>,
  context: Context,
  rootCa: string | undefined,
): Promise<Outcome> {
  const name = secret.metadata.annotations?.[ACCOUNT];
  if (secret.type !== TYPE || !name || secret.metadata.deletionTimestamp) return done;
  const namespace = secret.metadata.namespace ?? '';
  const account = await context.client.find(ServiceAccount, { namespace, name });
  const uid = secret.metadata.annotations?.[ACCOUNT_UID];
  if (!account || (uid && uid !== account.metadata.uid)) {
    await context.client.delete(Secret, keyOf(secret)).catch(ignoreMissing);
    return done;
  }
  if (secret.data?.token) return done;
  const token = await requestToken(context, account, secret);
  const annotations = { ...secret.metadata.annotations, [ACCOUNT_UID]: account.metadata.uid };
  const data = {
    ...secret.data,
    token: btoa(token),
    namespace: btoa(namespace),
    ...(rootCa ? { 'ca.crt': btoa(rootCa) } : {}),
  };
  await context.client.update<Secret>(Secret, {
    ...secret,
    metadata: { ...secret.metadata, annotations },
    data,
  });
  return done;
}

async function requestToken(
  { client }: Context,
  account: Stored<ServiceAccount>,
  secret: Stored<Secret>,
): Promise<string> {
  const { namespace = '', name } = account.metadata;
  const boundObjectRef = {
    apiVersion: 'v1',
    kind: 'Secret',
    name: secret.metadata.name,
    uid: secret.metadata.uid,
  };
  const request: TokenRequest = {
    apiVersion: 'authentication.k8s.io/v1',
    kind: 'TokenRequest',
    metadata: { namespace },
    spec: { expirationSeconds: SECONDS, boundObjectRef },
  };
  const answer = await client.create<TokenRequest>(ServiceAccount as Kind as Kind<TokenRequest>, request, {
    subresource: 'token',
    name,
  });
  return answer.status?.token ?? '';
}

function ignoreMissing(error: unknown): void {
  if (!hasReason(error, 'NotFound')) throw error;
}
