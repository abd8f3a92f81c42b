import { systemClock, systemRandom } from '@slipway/api';
import type { Client } from '@slipway/client';
import { issueSignIn } from '@slipway/identity/contract';
import { User } from '@slipway/kinds';

/** The person who owns the platform; made at the first start, without a password. */
export const FIRST_USER = 'admin';
const ADMINISTRATORS = 'platform-admins';

/** A sign-in link for the platform's owner that works once, for ten minutes. */
export async function createSignIn(client: Client, issuer: string): Promise<string> {
  if (!(await client.find(User, { name: FIRST_USER }))) {
    await client.create(User, {
      apiVersion: 'identity.slipway.dev/v1alpha1',
      kind: 'User',
      metadata: { name: FIRST_USER },
      spec: { displayName: 'Platform owner', groups: [ADMINISTRATORS] },
    });
  }
  const { url } = await issueSignIn({
    client,
    clock: systemClock,
    random: systemRandom,
    issuer,
    user: FIRST_USER,
  });
  return url;
}
