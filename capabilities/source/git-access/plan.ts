import type { Stored } from '@slipway/api';
import type { GitAccess, Secret } from '@slipway/kinds';
import type { Account } from './account-giver.ts';

/** Label of the Secret: the GitAccess's name. */
export const SECRET_OF = 'slipway.dev/git-access-of';
/** Annotation of the Secret: what its password was given for; it is of no use for anything else. */
const GIVEN_FOR = 'slipway.dev/git-access-for';

/** The Secret that the wisher's tool reads. */
export function secretOf(access: Stored<GitAccess>, { username, password }: Account): Secret {
  const { metadata, spec } = access;
  const { name, labels, keys } = spec.secret;
  const values = {
    [keys?.url ?? 'url']: spec.url,
    [keys?.username ?? 'username']: username,
    [keys?.password ?? 'password']: password,
  };
  const data = Object.entries(values).map(([key, value]) => [key, Buffer.from(value).toString('base64')]);
  return {
    apiVersion: 'v1',
    kind: 'Secret',
    metadata: {
      name,
      namespace: metadata.namespace ?? '',
      labels: { ...labels, [SECRET_OF]: metadata.name },
      annotations: { [GIVEN_FOR]: givenFor(access) },
    },
    data: Object.fromEntries(data),
  };
}

/** The password that is there, as long as it was given for what is asked now. */
export function presentPassword(access: Stored<GitAccess>, secret: Secret | undefined): string | undefined {
  if (!secret || !isOurs(access, secret)) return undefined;
  if (secret.metadata.annotations?.[GIVEN_FOR] !== givenFor(access)) return undefined;
  const kept = secret.data?.[access.spec.secret.keys?.password ?? 'password'];
  return kept ? Buffer.from(kept, 'base64').toString('utf8') : undefined;
}

/** A Secret of that name that somebody else made is left alone. */
export function isOurs({ metadata }: Stored<GitAccess>, secret: Secret): boolean {
  return secret.metadata.labels?.[SECRET_OF] === metadata.name;
}

/** Whether the Secret that is there says all of it already. */
export function says(present: Secret | undefined, wanted: Secret): boolean {
  const within = (found: Record<string, string> = {}, all: Record<string, string> = {}) =>
    Object.entries(all).every(([key, value]) => found[key] === value);
  return (
    present !== undefined &&
    Object.keys(present.data ?? {}).length === Object.keys(wanted.data ?? {}).length &&
    within(present.data, wanted.data) &&
    within(present.metadata.labels, wanted.metadata.labels) &&
    within(present.metadata.annotations, wanted.metadata.annotations)
  );
}

function givenFor({ spec }: Stored<GitAccess>): string {
  return `${spec.rights} ${spec.repositories ? 'some' : 'all'}`;
}
