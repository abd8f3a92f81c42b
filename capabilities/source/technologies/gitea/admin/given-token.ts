import { SlipwayError, type Stored } from '@slipway/api';
import type { GitAccess } from '@slipway/kinds';
import type { Account } from '../../../git-access/account-giver.ts';
import type { GiteaApi } from './gitea-api.ts';

/** Of an account that may make no others: its own token is handed on, when it reaches what is asked. */
export async function givenAccount(
  api: GiteaApi,
  { login, token }: { login: string; token: string },
  { spec }: Stored<GitAccess>,
): Promise<Account> {
  for (const repository of spec.repositories ?? []) {
    const found = await api.get<{ permissions?: { pull?: boolean; push?: boolean } }>(`/repos/${repository}`);
    if (!found)
      throw new SlipwayError(
        'RepositoryMissing',
        `repository ${repository}: it is not at Gitea, or ${login} may not see it; make it, or let ${login} in`,
      );
    const may = spec.rights === 'write' ? found.permissions?.push : found.permissions?.pull;
    if (!may)
      throw new SlipwayError(
        'TokenTooWeak',
        `repository ${repository}: ${login} may not ${spec.rights} it; let ${login} do so, or give the token of another account`,
      );
  }
  return { username: login, password: token, origin: 'given' };
}
