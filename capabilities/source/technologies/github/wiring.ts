import type { Key } from '@slipway/api';
import type { Wiring, WiringSettings } from '@slipway/definition';
import { hostedApi } from '../../existing/hosted-api.ts';
import { hostedRepositories } from '../../existing/hosted-repositories.ts';
import type { AccountGiver } from '../../git-access/account-giver.ts';
import { givenAccounts } from '../../git-access/given-accounts.ts';
import { gitAccesses } from '../../git-access/reconcile.ts';
import { repositoriesAt } from '../../repository-at/reconcile.ts';
import type { RepositoryHost } from '../../repository-at/repository-host.ts';
import { type GithubRepository, githubAt, repositories } from './rest.ts';

/** A token has 5,000 requests an hour. */
const POLL_MS = 10_000;

/** Hands on the token that was given, and keeps repositories with it. */
export const wiring: Wiring = settings => {
  const { credentials, address } = settings.existing ?? {};
  if (!credentials || !address) return [];
  const given = { ...settings, existing: { address, credentials } };
  return [gitAccesses(githubAccounts(given)), ...repositoriesAt(githubRepositories(given), POLL_MS)];
};

type Given = WiringSettings & { existing: { address: string; credentials: Key } };

export function githubRepositories(settings: Given): RepositoryHost {
  return hostedRepositories(githubAt(settings.existing.address), repositories, settings);
}

export function githubAccounts(settings: Given): AccountGiver {
  const { address, credentials } = settings.existing;
  const server = githubAt(address);
  return givenAccounts(credentials, {
    title: server.title,
    username: 'x-access-token',
    rightsOf: async (repository, token, signal) => {
      const api = hostedApi(server, settings, { token, signal });
      const found = await api.get<GithubRepository>(`/repos/${repository}`);
      if (!found?.permissions) return found && 'read';
      if (found.permissions.push) return 'write';
      return found.permissions.pull ? 'read' : 'none';
    },
  });
}
