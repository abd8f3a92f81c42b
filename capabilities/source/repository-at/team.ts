import { hasReason, SlipwayError, StatusError, type Stored } from '@slipway/api';
import { Namespace, Repository, Team } from '@slipway/kinds';
import {
  type Context,
  type Controller,
  controller,
  done,
  doneFor,
  type Outcome,
  retryAfter,
  watching,
} from '@slipway/runtime';
import { SourceError } from '../contract.ts';
import { checkName, namespaceOf } from '../repository-name.ts';
import { foundRepository } from './plan.ts';
import type { RecentList } from './recent-list.ts';
import type { ListedRepository, RepositoryHost } from './repository-host.ts';

const RETRY_MS = 5_000;

/** What people make at the server in an organization of a team's name becomes the team's Repository. */
export function teamRepositories(
  host: RepositoryHost,
  { list, pollMs }: { list: RecentList; pollMs: number },
): Controller {
  return controller<Team>({
    name: 'team-repositories',
    kind: Team,
    watches: [watching<Repository>({ kind: Repository, keysOf: () => [] })],
    reconcile: async (team, context) => {
      if (team.metadata.deletionTimestamp || team.metadata.name === host.owner) return done;
      try {
        await takeIn(host, await unknownOf(team, await list(context), context), context);
        return doneFor(pollMs);
      } catch (error) {
        return failed(error);
      }
    },
  });
}

function failed(error: unknown): Outcome {
  if (error instanceof SlipwayError && !(error instanceof StatusError))
    return retryAfter(RETRY_MS, error.code, error.message);
  throw error;
}

/** Of the team's organization, what has no object. */
async function unknownOf(
  { metadata: { name: team } }: Stored<Team>,
  all: ReadonlyMap<string, ListedRepository>,
  { cache, client }: Context,
): Promise<Repository[]> {
  const found = [...all.values()]
    .filter(({ owner }) => owner.toLowerCase() === team)
    .filter(isNameable)
    .map(each => foundRepository(each, team))
    .filter(
      ({ metadata }) => !cache(Repository).get({ namespace: namespaceOf(team), name: metadata.name ?? '' }),
    );
  if (found.length === 0) return [];
  const home = await client.find(Namespace, { name: namespaceOf(team) });
  return home && !home.metadata.deletionTimestamp ? found : [];
}

function isNameable(repository: ListedRepository): boolean {
  try {
    checkName({ owner: repository.owner.toLowerCase(), name: repository.name });
    return true;
  } catch (error) {
    if (error instanceof SourceError) return false;
    throw error;
  }
}

/** The list may be older than an object's end: each is looked at once more. */
async function takeIn(host: RepositoryHost, found: Repository[], context: Context): Promise<void> {
  for (const repository of found) {
    if (!(await host.read(repository.spec, context))) continue;
    await context.client.create(Repository, repository).catch(error => {
      if (!hasReason(error, 'AlreadyExists')) throw error;
    });
  }
}
