import { hasReason, keyOf, SlipwayError, StatusError, type Stored } from '@slipway/api';
import { holdOn, letGo } from '@slipway/client';
import { DELETE_WITH_EVERYTHING, Repository, Secret } from '@slipway/kinds';
import {
  type Context,
  type Controller,
  controller,
  done,
  doneFor,
  type Outcome,
  retryAfter,
  terminal,
  waitingFor,
  watching,
} from '@slipway/runtime';
import { SourceError } from '../contract.ts';
import { listKey, planRepositoryAt, statusChange } from './plan.ts';
import { type RecentList, recentList } from './recent-list.ts';
import type { ListedRepository, RepositoryHost, WantedRepository } from './repository-host.ts';
import { teamRepositories } from './team.ts';

const FINALIZER = 'source.slipway.dev/at-server';
/** How long a push may go unseen. */
const POLL_MS = 5_000;
const RETRY_MS = 5_000;
/** Whatever the list says, each is looked at this often. */
const RESYNC_MS = 60_000;
/** Reasons that only people can mend. */
const WAITING = ['AdminSecretMissing', 'AdminRefused', 'BranchMissing', 'OwnerMissing', 'OwnerTaken'];

/** What one reconcile knows of a server. */
interface At {
  host: RepositoryHost;
  list: RecentList;
  pollMs: number;
  /** What was looked at last, by the object's uid. */
  looked: Map<string, Look>;
}

interface Look {
  stamp: string;
  generation: number | undefined;
  at: number;
}

/** Keeps Repositories and a server's repositories true to each other, both ways. */
export function repositoriesAt(host: RepositoryHost, pollMs = POLL_MS): Controller[] {
  const list = recentList(host, pollMs / 2);
  const at: At = { host, list, pollMs, looked: new Map() };
  return [
    controller<Repository>({
      name: 'repository-at',
      kind: Repository,
      condition: 'Ready',
      watches: [
        watching<Secret>({
          kind: Secret,
          keysOf: ({ metadata }, { cache }) => {
            const isServers = host.secrets?.some(
              ({ namespace, name }) => namespace === metadata.namespace && name === metadata.name,
            );
            return isServers ? cache(Repository).list().map(keyOf) : [];
          },
        }),
      ],
      reconcile: (object, context) => reconcile(at, object, context),
    }),
    teamRepositories(host, { list, pollMs }),
  ];
}

async function reconcile(at: At, object: Stored<Repository>, context: Context): Promise<Outcome> {
  try {
    const wanted = planRepositoryAt(object, at.host.owner);
    if (object.metadata.deletionTimestamp) return await end(at, { object, wanted }, context);
    await holdOn(context.client, Repository, object, FINALIZER);
    return await follow(at, { object, wanted }, context);
  } catch (error) {
    if (error instanceof SourceError) return misnamed(object, error, context);
    if (!(error instanceof SlipwayError) || error instanceof StatusError) throw error;
    if (WAITING.includes(error.code)) return waitingFor(error.code, error.message, at.pollMs);
    return retryAfter(RETRY_MS, error.code, error.message);
  }
}

/** It never had anything at the server. */
async function misnamed(
  object: Stored<Repository>,
  { code, message }: SourceError,
  context: Context,
): Promise<Outcome> {
  if (!object.metadata.deletionTimestamp) return terminal(code, message);
  await letGo(context.client, Repository, object, FINALIZER);
  return done;
}

async function follow(
  { host, list, pollMs, looked }: At,
  { object, wanted }: { object: Stored<Repository>; wanted: WantedRepository },
  context: Context,
): Promise<Outcome> {
  const { uid = '', generation } = object.metadata;
  const again = doneFor(jittered(pollMs, context));
  const url = host.urlOf(wanted);
  const listed = (await list(context)).get(listKey(wanted));
  const isKnown = object.status?.url === url && isLooked(looked.get(uid), { listed, generation }, context);
  if (isKnown) return again;
  const isNew = await host.ensure(wanted, context);
  if (isNew && object.status?.url !== undefined)
    context.event(
      object,
      'Warning',
      'RepositoryMadeAnew',
      `${wanted.owner}/${wanted.name} was gone from the server and is there again, empty; delete this object to be rid of it`,
    );
  const seen = await host.read(wanted, context);
  // Somebody deleted it just now.
  if (!seen) return retryAfter(RETRY_MS, 'RepositoryMissing', `${wanted.owner}/${wanted.name} is gone again`);
  const status = statusChange(object, url, seen);
  if (status)
    await context.client
      .patch(Repository, keyOf(object), { type: 'merge', body: { status } }, { subresource: 'status' })
      .catch(error => {
        if (!hasReason(error, 'NotFound')) throw error;
      });
  if (listed) looked.set(uid, { stamp: listed.stamp, generation, at: context.clock.now() });
  return again;
}

/** Whether nothing can have changed since the last look. */
function isLooked(
  last: Look | undefined,
  { listed, generation }: { listed: ListedRepository | undefined; generation: number | undefined },
  { clock }: Context,
): boolean {
  if (!last || !listed || listed.isFresh) return false;
  return last.stamp === listed.stamp && last.generation === generation && clock.now() - last.at < RESYNC_MS;
}

/** Many do not come at once. */
function jittered(ms: number, { random }: Context): number {
  const [byte = 0] = random.bytes(1);
  return Math.round(ms * (0.9 + byte / 1280));
}

/** What people pushed is theirs: it stays, unless the object says otherwise. */
async function end(
  { host, looked }: At,
  { object, wanted }: { object: Stored<Repository>; wanted: WantedRepository },
  context: Context,
): Promise<Outcome> {
  if (!object.metadata.finalizers?.includes(FINALIZER)) return done;
  const inAnyCase = object.metadata.annotations?.[DELETE_WITH_EVERYTHING] === 'true';
  if ((await host.remove(wanted, inAnyCase, context)) === 'kept')
    context.event(
      object,
      'Warning',
      'RepositoryKept',
      `${wanted.owner}/${wanted.name} stays at the server: there is more in it than it was made with; delete it there, or annotate the object with ${DELETE_WITH_EVERYTHING}=true before it is deleted`,
    );
  await letGo(context.client, Repository, object, FINALIZER);
  looked.delete(object.metadata.uid ?? '');
  return done;
}
