import { type Key, type Stored, timestamp } from '@slipway/api';
import { BranchProtection, ChangeRequest, Repository } from '@slipway/kinds';
import { type Context, type Controller, done, type Outcome, waitingFor, watching } from '@slipway/runtime';
import type { RepositoryName } from '../git/name.ts';
import type { GitServer } from '../server.ts';
import { finishMerge } from './merge.ts';
import { BRANCH_GONE, lookAhead, refreshChange, reopen } from './refresh.ts';
import { changeKey, isOpened } from './store.ts';

/** Keeps open changes true to their branches and rules, and ends merges that a crash interrupted. */
export function changeRequestController(server: GitServer): Controller<ChangeRequest> {
  return {
    name: 'change-request',
    kind: ChangeRequest,
    condition: 'Ready',
    // Each look is some processes.
    concurrency: 2,
    watches: [
      watching({ kind: Repository, keysOf: ({ metadata }, context) => openOf(metadata, context) }),
      watching({
        kind: BranchProtection,
        keysOf: ({ metadata, spec }, context) => openOf({ ...metadata, name: spec.repository }, context),
      }),
    ],
    reconcile: object => reconcile(server, object),
  };
}

/** Open changes of the repository of this name. */
function openOf(
  { namespace, name }: { namespace?: string; name: string },
  { cache }: Pick<Context, 'cache'>,
): Key[] {
  const changes = cache(ChangeRequest).list(namespace ? { namespace } : {});
  return changes
    .filter(({ spec, status }) => spec.repository === name && status?.state === 'open')
    .map(({ metadata }) => ({ namespace: metadata.namespace ?? '', name: metadata.name }));
}

async function reconcile(server: GitServer, object: Stored<ChangeRequest>): Promise<Outcome> {
  if (object.metadata.deletionTimestamp) return done;
  const { namespace = '' } = object.metadata;
  const repository = await server.client.find(Repository, { namespace, name: object.spec.repository });
  if (!repository)
    return waitingFor('RepositoryMissing', `there is no repository "${object.spec.repository}"`);
  if (!isOpened(object)) {
    // The door writes the object first and its status a moment later.
    const message =
      'nobody opened this at a door: use slipway change create, or POST /api/v1/repos/<team>/<repository>/pulls';
    return waitingFor('NotOpened', message);
  }
  const { owner, name } = repository.spec;
  const path = server.storage.pathOf({ owner, name });
  await lookAhead(server, { owner, name }, object);
  await server.serially(path, async () => {
    await finishMerge(server, { owner, name }, object.spec.number);
    await closeOrReopen(server, { owner, name }, object);
  });
  return done;
}

/** `spec.state` is what people want, also by kubectl; merged stays merged, and what lost its branch stays closed. */
async function closeOrReopen(
  server: GitServer,
  name: RepositoryName,
  { spec }: Stored<ChangeRequest>,
): Promise<void> {
  const now = timestamp(server.clock.now());
  const change = await refreshChange(server, name, spec.number, status => {
    if (status.state === 'open' && spec.state === 'closed')
      Object.assign(status, { state: 'closed', closedAt: now });
  });
  if (change?.status.state !== 'closed' || change.spec.state === 'closed') return;
  if (change.status.closedBy === BRANCH_GONE) {
    const body = { spec: { state: 'closed' } };
    await server.client.patch(ChangeRequest, changeKey(name, spec.number), { type: 'merge', body });
    return;
  }
  await reopen(server, name, spec.number);
}
