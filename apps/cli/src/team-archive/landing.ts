import type { Client } from '@slipway/client';
import type { Connection } from '../connection.ts';
import { CommandError } from '../output.ts';
import type { OpenedRepository, OpenedTeam } from './open-team.ts';
import { imageState, pushOne, registryOf } from './registry.ts';
import { type Place, serverRemote } from './repositories.ts';
import type { ArchivedImage } from './team-format.ts';

/** Where a team arrives: its API, and its doors beside it, which differ from ground to ground. */
export interface Landing {
  client: Client;
  /** How a repository is reached that is there; undefined: it is not there. */
  remoteOf(repository: OpenedRepository): Promise<Place | undefined>;
  /** Makes one, and says how it is reached. */
  makeRepository(repository: OpenedRepository): Promise<Place>;
  /** Undefined: there is no registry that it has an account at, so images stay in the archive. */
  images?: {
    state(image: ArchivedImage): Promise<'create' | 'unchanged' | 'conflict'>;
    push(image: ArchivedImage, blobs: OpenedTeam['blobs']): Promise<void>;
  };
  close(): void;
}

/** A platform that runs on this machine. */
export function landingHere(connection: Connection): Landing {
  const { client, platform, fetch } = connection;
  const { client: registry, host } = registryOf(connection);
  const placeOf = ({ path }: OpenedRepository): Place => ({
    remote: serverRemote(connection, path),
    hasFirstCommit: false,
  });
  return {
    client,
    remoteOf: async repository => {
      const { status } = await fetch(`${platform.git}/api/v1/repos/${repository.path}`);
      return status === 404 ? undefined : placeOf(repository);
    },
    makeRepository: async repository => {
      await createRepository(connection, repository);
      return placeOf(repository);
    },
    images: {
      state: image => imageState(registry, host, image),
      push: (image, blobs) => pushOne(registry, host, { image, blobs }),
    },
    close: () => registry.close(),
  };
}

/** Gitea's own way, which every Gitea answers. */
async function createRepository(
  { fetch, platform }: Connection,
  { owner, name, head, description, private: hidden }: OpenedRepository,
): Promise<void> {
  const body = { name, description, private: hidden, default_branch: head, auto_init: false };
  const { status, body: said } = await fetch(`${platform.git}/api/v1/orgs/${owner}/repos`, {
    method: 'POST',
    body,
  });
  if (status !== 201)
    throw new CommandError(`repository ${owner}/${name}: not made: ${status} ${said.slice(0, 300)}`);
}
