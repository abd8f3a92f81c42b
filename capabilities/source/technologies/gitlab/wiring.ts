import type { Key } from '@slipway/api';
import type { Wiring, WiringSettings } from '@slipway/definition';
import { hostedApi } from '../../existing/hosted-api.ts';
import { hostedRepositories } from '../../existing/hosted-repositories.ts';
import type { AccountGiver } from '../../git-access/account-giver.ts';
import { givenAccounts } from '../../git-access/given-accounts.ts';
import { gitAccesses } from '../../git-access/reconcile.ts';
import { repositoriesAt } from '../../repository-at/reconcile.ts';
import type { RepositoryHost } from '../../repository-at/repository-host.ts';
import { type GitlabProject, gitlabAt, repositories } from './rest.ts';

/** Each repository is asked for its branches and its last push. */
const POLL_MS = 15_000;
/** Roles, as GitLab counts them; `main` is protected from whoever is less than a maintainer. */
const REPORTER = 20;
const MAINTAINER = 40;

/** Hands on the token that was given, and keeps repositories with it. */
export const wiring: Wiring = settings => {
  const { credentials, address } = settings.existing ?? {};
  if (!credentials || !address) return [];
  const given = { ...settings, existing: { address, credentials } };
  return [gitAccesses(gitlabAccounts(given)), ...repositoriesAt(gitlabRepositories(given), POLL_MS)];
};

type Given = WiringSettings & { existing: { address: string; credentials: Key } };

export function gitlabRepositories(settings: Given): RepositoryHost {
  return hostedRepositories(gitlabAt(settings.existing.address), repositories, settings);
}

export function gitlabAccounts(settings: Given): AccountGiver {
  const { address, credentials } = settings.existing;
  const server = gitlabAt(address);
  return givenAccounts(credentials, {
    title: server.title,
    username: 'oauth2',
    rightsOf: async (repository, token, signal) => {
      const api = hostedApi(server, settings, { token, signal });
      const found = await api.get<GitlabProject>(`/projects/${encodeURIComponent(repository)}`);
      return found && rightsIn(found);
    },
  });
}

function rightsIn({ permissions }: GitlabProject): 'none' | 'read' | 'write' {
  const { project_access, group_access } = permissions ?? {};
  const level = Math.max(project_access?.access_level ?? 0, group_access?.access_level ?? 0);
  if (level >= MAINTAINER) return 'write';
  return level >= REPORTER ? 'read' : 'none';
}
