import type { Wiring, WiringSettings } from '@slipway/definition';
import { Namespace } from '@slipway/kinds';
import type { AccountGiver } from '../../git-access/account-giver.ts';
import { gitAccesses } from '../../git-access/reconcile.ts';
import { endAccount, ensureAccount } from './admin/account.ts';
import { givenAccount } from './admin/given-token.ts';
import { adminSecret, type OpenGitea, openGitea } from './admin/open-gitea.ts';

/** Gives programs accounts at a Gitea, whoever runs it. */
export const wiring: Wiring = settings => [gitAccesses(giteaAccounts(settings))];

export function giteaAccounts(settings: WiringSettings): AccountGiver {
  const { existing, namespace, platform } = settings;
  return {
    secrets: [adminSecret(settings)],
    ensure: async (wanted, context) => {
      const gitea = await openGitea(settings, context);
      const given = await handedOn(gitea);
      if (given) return givenAccount(gitea.api, given, wanted);
      return ensureAccount(gitea, wanted, { ...context, platform });
    },
    end: async (gone, context) => {
      if (gone.status?.origin === 'given') return;
      // What Gitea knew goes with it.
      const home = existing ?? (await context.client.find(Namespace, { name: namespace }));
      if (!home || ('metadata' in home && home.metadata.deletionTimestamp)) return;
      await endAccount(await openGitea(settings, context), gone, { platform });
    },
  };
}

/** A token that was given and is no administrator's: there is nothing else to give anybody. */
async function handedOn({
  api,
  credentials,
}: OpenGitea): Promise<{ login: string; token: string } | undefined> {
  if (!('token' in credentials)) return undefined;
  const { login = '', is_admin } = (await api.get<{ login?: string; is_admin?: boolean }>('/user')) ?? {};
  const isAdministrator = is_admin === true && (await api.ask('GET', '/admin/users?limit=1')).status === 200;
  return isAdministrator ? undefined : { login, token: credentials.token };
}
