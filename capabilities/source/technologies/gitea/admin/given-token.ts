import type { Stored } from '@slipway/api';
import type { GitAccess } from '@slipway/kinds';
import type { Account } from '../../../git-access/account-giver.ts';
import { checkRights } from '../../../git-access/given-accounts.ts';
import type { GiteaApi } from './gitea-api.ts';

/** Of an account that may make no others: its own token is handed on, when it reaches what is asked. */
export async function givenAccount(
  api: GiteaApi,
  { login, token }: { login: string; token: string },
  { spec }: Stored<GitAccess>,
): Promise<Account> {
  await checkRights(spec, { title: 'Gitea' }, async repository => {
    const found = await api.get<{ permissions?: { pull?: boolean; push?: boolean } }>(`/repos/${repository}`);
    if (!found) return undefined;
    if (found.permissions?.push) return 'write';
    return found.permissions?.pull ? 'read' : 'none';
  });
  return { username: login, password: token, origin: 'given' };
}
