import type { Wiring, WiringSettings } from '@slipway/definition';
import { Namespace } from '@slipway/kinds';
import type { AccountGiver } from '../../git-access/account-giver.ts';
import { PLATFORM_OWNER } from '../../git-access/grant.ts';
import { gitAccesses } from '../../git-access/reconcile.ts';
import { repositoriesAt } from '../../repository-at/reconcile.ts';
import type { HostContext, RepositoryHost } from '../../repository-at/repository-host.ts';
import { endAccount, ensureAccount } from './admin/account.ts';
import { givenAccount } from './admin/given-token.ts';
import { createListing } from './admin/listing.ts';
import { adminSecret, cloneBase, type OpenGitea, openGitea } from './admin/open-gitea.ts';
import { ensureRepository, readRepository, removeRepository } from './admin/repositories.ts';

/** Gives programs accounts at a Gitea, whoever runs it, and keeps its repositories. */
export const wiring: Wiring = settings => [
  gitAccesses(giteaAccounts(settings)),
  ...repositoriesAt(giteaRepositories(settings)),
];

export function giteaRepositories(settings: WiringSettings): RepositoryHost {
  const listing = createListing();
  const open = async (context: HostContext) => (await openGitea(settings, context)).api;
  const base = cloneBase(settings);
  return {
    secrets: [adminSecret(settings)],
    owner: PLATFORM_OWNER,
    urlOf: ({ owner, name }) => `${base}/${owner}/${name}.git`,
    list: async context => listing(await open(context)),
    ensure: async (wanted, context) => ensureRepository(await open(context), wanted),
    read: async (name, context) => readRepository(await open(context), name),
    remove: async (name, inAnyCase, context) => {
      if (await isGone(settings, context)) return 'removed';
      return removeRepository(await open(context), name, inAnyCase);
    },
  };
}

export function giteaAccounts(settings: WiringSettings): AccountGiver {
  const { platform } = settings;
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
      if (await isGone(settings, context)) return;
      await endAccount(await openGitea(settings, context), gone, { platform });
    },
  };
}

/** What a Gitea of ours knew goes with it. */
async function isGone(
  { existing, namespace }: WiringSettings,
  { client }: Pick<HostContext, 'client'>,
): Promise<boolean> {
  if (existing) return false;
  const home = await client.find(Namespace, { name: namespace });
  return !home || home.metadata.deletionTimestamp !== undefined;
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
