import type { Clock, Random } from '@slipway/api';
import type { Client } from '@slipway/client';
import { Secret } from '@slipway/kinds';
import { SYSTEM_NAMESPACE } from './names.ts';
import { tokenHash } from './token.ts';

/** Secrets of this type are sign-in links that have not been used. */
export const SIGN_IN_TYPE = 'identity.slipway.dev/sign-in';
const LIFE_MS = 10 * 60 * 1000;

export interface SignInLink {
  /** Opens once, for ten minutes. Whoever has it is this user: show it to nobody else. */
  url: string;
  expiresAt: string;
}

/**
 * Makes a single-use sign-in link. Only the secret part's hash is stored, in a Secret; making one needs the right to
 * create Secrets in `slipway-system`, which is an administrator's.
 * @param issuer `https://id.<domain>:<port>/realms/<realm>`
 */
export async function issueSignIn(options: {
  client: Client;
  clock: Clock;
  random: Random;
  issuer: string;
  user: string;
}): Promise<SignInLink> {
  const { client, clock, random, issuer, user } = options;
  const id = Buffer.from(random.bytes(8)).toString('hex');
  const secret = Buffer.from(random.bytes(32)).toString('base64url');
  const expiresAt = new Date(clock.now() + LIFE_MS).toISOString();
  await client.create(Secret, {
    apiVersion: 'v1',
    kind: 'Secret',
    metadata: { name: signInName(id), namespace: SYSTEM_NAMESPACE },
    type: SIGN_IN_TYPE,
    data: { user: base64(user), hash: base64(tokenHash(secret)), expiresAt: base64(expiresAt) },
  });
  return { url: `${issuer}/sign-in/${id}.${secret}`, expiresAt };
}

/** Name of the Secret of a link. */
export function signInName(id: string): string {
  return `sign-in-${id}`;
}

function base64(text: string): string {
  return Buffer.from(text).toString('base64');
}
