import type { Stored } from '@slipway/api';
import type { OidcClient, Secret } from '@slipway/kinds';

/** Label of the Secret: the OidcClient's name. */
export const SECRET_OF = 'slipway.dev/oidc-client-of';

/** The Secret that the wisher's tool reads. */
export function secretOf(
  { metadata, spec }: Stored<OidcClient>,
  facts: { issuer: string; clientSecret?: string },
): Secret {
  const { name, labels, keys } = spec.secret;
  const values = {
    [keys?.clientId ?? 'clientId']: spec.clientId,
    [keys?.issuer ?? 'issuer']: facts.issuer,
    ...(facts.clientSecret ? { [keys?.clientSecret ?? 'clientSecret']: facts.clientSecret } : {}),
  };
  const data = Object.entries(values).map(([key, value]) => [key, Buffer.from(value).toString('base64')]);
  return {
    apiVersion: 'v1',
    kind: 'Secret',
    metadata: {
      name,
      namespace: metadata.namespace ?? '',
      labels: { ...labels, [SECRET_OF]: metadata.name },
    },
    data: Object.fromEntries(data),
  };
}

/** Whether the Secret that is there says all of it already. */
export function says(present: Secret | undefined, wanted: Secret): boolean {
  const within = (found: Record<string, string> = {}, all: Record<string, string> = {}) =>
    Object.entries(all).every(([key, value]) => found[key] === value);
  return (
    present !== undefined &&
    within(present.data, wanted.data) &&
    within(present.metadata.labels, wanted.metadata.labels)
  );
}

/** Which of two that ask for one id has it: the older, then the first by name. */
export function rivalOf(
  asking: Stored<OidcClient>,
  all: Stored<OidcClient>[],
): Stored<OidcClient> | undefined {
  const rank = ({ metadata }: Stored<OidcClient>) =>
    `${metadata.creationTimestamp} ${metadata.namespace}/${metadata.name}`;
  return all
    .filter(each => each.spec.clientId === asking.spec.clientId && rank(each) < rank(asking))
    .toSorted((a, b) => (rank(a) < rank(b) ? -1 : 1))[0];
}
