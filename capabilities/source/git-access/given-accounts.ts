import { type Key, keyText, SlipwayError } from '@slipway/api';
import type { Client } from '@slipway/client';
import { type GitAccess, Secret } from '@slipway/kinds';
import type { Account, AccountGiver } from './account-giver.ts';

/** A server whose accounts are not ours to make: one token is handed on to all. */
export interface GivenServer {
  /** As people call it: `GitHub`. */
  title: string;
  /** What Git gives as the name; the server asks for nothing but the token. */
  username: string;
  /** What the token's account may do; undefined: there is no such repository, or it may not see it. */
  rightsOf(
    repository: string,
    token: string,
    signal: AbortSignal,
  ): Promise<'none' | 'read' | 'write' | undefined>;
}

/** Hands on the token of a Secret to whoever asks for what it reaches. */
export function givenAccounts(credentials: Key, server: GivenServer): AccountGiver {
  return {
    secrets: [credentials],
    ensure: async (access, { client, signal }) => {
      const token = await givenToken(client, credentials);
      await checkRights(access.spec, server, repository => server.rightsOf(repository, token, signal));
      return { username: server.username, password: token, origin: 'given' } satisfies Account;
    },
    end: async () => {},
  };
}

/** @throws SlipwayError RepositoryMissing, TokenTooWeak */
export async function checkRights(
  { repositories = [], rights }: GitAccess['spec'],
  { title }: Pick<GivenServer, 'title'>,
  rightsOf: (repository: string) => Promise<'none' | 'read' | 'write' | undefined>,
): Promise<void> {
  for (const repository of repositories) {
    const found = await rightsOf(repository);
    if (found === undefined)
      throw new SlipwayError(
        'RepositoryMissing',
        `repository ${repository}: it is not at ${title}, or the given token may not see it; make it, or let the token’s account in`,
      );
    if (found === 'write' || found === rights) continue;
    throw new SlipwayError(
      'TokenTooWeak',
      `repository ${repository}: the token given for ${title} may not ${rights} it; let its account do so, or give another token`,
    );
  }
}

/** @throws SlipwayError AdminSecretMissing */
export async function givenToken(client: Client, key: Key): Promise<string> {
  const secret = await client.find(Secret, key);
  const token = Buffer.from(secret?.data?.token ?? '', 'base64')
    .toString('utf8')
    .trim();
  if (token) return token;
  throw new SlipwayError('AdminSecretMissing', `secret ${keyText(key)}: it is not there or has no token`);
}
