import { messageOf, systemClock } from '@slipway/api';
import { type Client, createClient, patientTransport } from '@slipway/client';
import { loadKubeconfig, nodeTransport } from '@slipway/client/node';
import { PLATFORM_GIT, type Selection, SYSTEM_NAMESPACE } from '@slipway/definition';
import { IMPORTED, Repository } from '@slipway/kinds';
import { gitAccount, storedSelection } from '@slipway/platform';
import { platformAuthority } from '../cluster/platform-authority.ts';
import { CommandError } from '../output.ts';
import type { Landing } from './landing.ts';
import type { OpenedRepository } from './open-team.ts';
import type { Place } from './repositories.ts';

/** How long the Git server's controllers may take to make a repository. */
const MADE_MS = 60_000;
const LOOK_MS = 250;

export interface ClusterTarget {
  kubeconfig: string;
  context?: string;
}

/**
 * A platform on a cluster, with the kubeconfig of who brings the team: they need rights on the team's objects, and to
 * read the account of the platform's own engines at the Git server. Repositories are made by the Git server's controllers.
 * @throws CommandError when the cluster does not answer, or has no platform or no such account
 */
export async function landingOnCluster({ kubeconfig, context }: ClusterTarget): Promise<Landing> {
  const config = await loadKubeconfig(kubeconfig, context === undefined ? {} : { context });
  const transport = nodeTransport(config);
  const client = createClient(patientTransport(transport, systemClock));
  const selection = await storedSelection(client).catch(error => {
    transport.close();
    throw new CommandError(`no platform on this cluster: ${messageOf(error)}`, { next: 'slipway apply' });
  });
  const account = await accountOf(client, selection);
  const find = async ({ owner, name }: OpenedRepository) => {
    const { items } = await client.list(Repository, { namespace: `team-${owner}` });
    return items.find(({ spec }) => spec.owner === owner && spec.name.toLowerCase() === name.toLowerCase());
  };
  const placeOf = ({ path }: OpenedRepository, { metadata }: Repository): Place => ({
    remote: {
      url: `${account.url}/${path}.git`,
      auth: { username: account.username, password: account.password },
      ...(account.ca ? { tls: { ca: account.ca } } : {}),
    },
    hasFirstCommit: metadata.annotations?.[IMPORTED] !== undefined,
  });
  return {
    client,
    remoteOf: async repository => {
      const found = await find(repository);
      return found?.status?.url ? placeOf(repository, found) : undefined;
    },
    makeRepository: async repository => {
      if (!(await find(repository))) await client.create(Repository, repositoryObject(repository));
      const end = systemClock.now() + MADE_MS;
      while (systemClock.now() < end) {
        const found = await find(repository);
        if (found && Object.keys(found.status?.branches ?? {}).length > 0) return placeOf(repository, found);
        await systemClock.sleep(LOOK_MS);
      }
      throw new CommandError(
        `repository ${repository.path}: the Git server did not make it within ${MADE_MS / 1000} s`,
        { next: `kubectl describe repositories.source.slipway.dev -n team-${repository.owner}` },
      );
    },
    close: () => transport.close(),
  };
}

async function accountOf(client: Client, selection: Selection) {
  const publicUrl = `https://git.${selection.domain}`;
  const account = await gitAccount({ client, isInside: false, publicUrl });
  if (!account)
    throw new CommandError(
      `Secret ${SYSTEM_NAMESPACE}/${PLATFORM_GIT}: it is not there, so nobody says how the Git server is entered`,
      { next: 'choose developer-portal: slipway-portal and a Git server, then slipway apply' },
    );
  const ca = await platformAuthority(client, selection)();
  return { ...account, ...(ca ? { ca } : {}) };
}

function repositoryObject({ owner, name, head, description, private: hidden }: OpenedRepository): Repository {
  const isLegal = /^[a-z0-9]([-a-z0-9.]*[a-z0-9])?$/.test(name.toLowerCase());
  if (!isLegal)
    throw new CommandError(`repository ${owner}/${name}: make it at the Git server first, then import again`);
  return {
    apiVersion: `${Repository.group}/${Repository.version}`,
    kind: Repository.kind,
    metadata: {
      namespace: `team-${owner}`,
      name: name.toLowerCase(),
      annotations: { [IMPORTED]: '{}' },
    },
    spec: {
      owner,
      name,
      defaultBranch: head,
      private: hidden,
      ...(description === '' ? {} : { description }),
    },
  };
}
