import {
  type Clock,
  hasReason,
  type Kind,
  type KubeObject,
  type Log,
  messageOf,
  type OwnerReference,
  type Stored,
} from '@slipway/api';
import { type Client, mutate } from '@slipway/client';
import { createQueue, type Queue } from '@slipway/runtime';
import {
  deletesDependents,
  type Entity,
  entityOf,
  FOREGROUND,
  Graph,
  ORPHAN,
  orphansDependents,
} from './graph.ts';
import { blocking, judge, knownState, type OwnerState, unblocked } from './plan.ts';

export interface CollectorOptions {
  client: Client;
  clock: Clock;
  log: Log;
  signal: AbortSignal;
}

/** Deletes what nobody owns any more (upstream's garbagecollector), for objects it is told about. */
export interface Collector {
  /** An object as it is now. */
  seen(kind: Kind, object: KubeObject): void;
  gone(object: KubeObject): void;
  drained(): Promise<void>;
}

interface State extends CollectorOptions {
  graph: Graph;
  queue: Queue;
}

const AT_ONCE = 16;

export function createCollector(options: CollectorOptions): Collector {
  const { clock, signal, log } = options;
  const graph = new Graph();
  const queue = createQueue({
    clock,
    signal,
    concurrency: AT_ONCE,
    work: uid =>
      process(state, uid).then(
        () => queue.forget(uid),
        error => {
          if (!hasReason(error, 'Conflict', 'NotFound'))
            log.debug('not collected', { uid, error: messageOf(error) });
          queue.addFailed(uid);
        },
      ),
  });
  const state: State = { ...options, graph, queue };
  return {
    seen: (kind, object) => {
      const entity = entityOf(kind, object);
      const freed = unblocked(graph.get(entity.uid), entity);
      // The queue may begin at once: the graph has to be right before.
      graph.put(entity);
      for (const uid of freed) if (graph.get(uid)?.deleting) queue.add(uid);
      if (entity.owners.length > 0 || entity.deleting) queue.add(entity.uid);
    },
    gone: ({ metadata }) => {
      const { uid = '' } = metadata;
      const owners = graph.get(uid)?.owners ?? [];
      graph.remove(uid);
      queue.forget(uid);
      for (const dependent of graph.dependentsOf(uid)) queue.add(dependent.uid);
      // An owner that waits for its dependents has one less.
      for (const owner of owners) if (graph.get(owner.uid)?.deleting) queue.add(owner.uid);
    },
    drained: queue.drained,
  };
}

async function process(state: State, uid: string): Promise<void> {
  const entity = state.graph.get(uid);
  if (!entity) return;
  if (orphansDependents(entity)) return await orphan(state, entity);
  if (deletesDependents(entity)) return await deleteInForeground(state, entity);
  const owners = await Promise.all(entity.owners.map(owner => ownerState(state, entity, owner)));
  const decision = judge(entity, owners, state.graph.dependentsOf(uid));
  if (decision.action === 'keepOwners') await setOwners(state, entity, decision.owners);
  if (decision.action !== 'delete') return;
  if (decision.unblock) await unblockOwners(state, entity);
  await state.client
    .delete(entity.kind, entity.key, { propagationPolicy: decision.policy, preconditions: { uid } })
    .catch(ignoreMissing);
}

async function ownerState(
  { graph, client }: State,
  entity: Entity,
  reference: OwnerReference,
): Promise<OwnerState> {
  const known = graph.get(reference.uid);
  if (known) return { reference, state: knownState(known, reference) };
  const kind = await client.discover(reference.apiVersion, reference.kind);
  // A kind that is not served may come back (a CRD that is being replaced): its owner is not called absent.
  if (!kind) return { reference, state: 'solid' };
  const { namespace } = entity.key;
  if (kind.namespaced && !namespace) return { reference, state: 'solid' };
  const key = kind.namespaced && namespace ? { namespace, name: reference.name } : { name: reference.name };
  const live = await client.find(kind, key);
  if (live?.metadata.uid !== reference.uid) return { reference, state: 'absent' };
  return { reference, state: knownState(entityOf(kind, live), reference) };
}

async function deleteInForeground(state: State, owner: Entity): Promise<void> {
  const waitedFor = blocking(owner, state.graph.dependentsOf(owner.uid));
  for (const dependent of waitedFor) if (!dependent.deleting) state.queue.add(dependent.uid);
  if (waitedFor.length === 0) await removeFinalizer(state, owner, FOREGROUND);
}

async function orphan(state: State, owner: Entity): Promise<void> {
  await Promise.all(
    state.graph.dependentsOf(owner.uid).map(dependent =>
      setOwners(
        state,
        dependent,
        dependent.owners.filter(({ uid }) => uid !== owner.uid),
      ),
    ),
  );
  await removeFinalizer(state, owner, ORPHAN);
}

async function setOwners({ client }: State, entity: Entity, owners: OwnerReference[]): Promise<void> {
  const change = (draft: Stored<KubeObject>) => {
    if (draft.metadata.uid !== entity.uid) return;
    const kept = (draft.metadata.ownerReferences ?? []).filter(({ uid }) =>
      owners.some(owner => owner.uid === uid),
    );
    if (kept.length === 0) delete draft.metadata.ownerReferences;
    if (kept.length > 0) draft.metadata.ownerReferences = kept;
  };
  await mutate(client, entity.kind, entity.key, change).catch(ignoreMissing);
}

async function unblockOwners({ client }: State, entity: Entity): Promise<void> {
  const change = (draft: Stored<KubeObject>) => {
    if (draft.metadata.uid !== entity.uid) return;
    for (const owner of draft.metadata.ownerReferences ?? []) owner.blockOwnerDeletion = false;
  };
  await mutate(client, entity.kind, entity.key, change).catch(ignoreMissing);
}

async function removeFinalizer({ client }: State, entity: Entity, finalizer: string): Promise<void> {
  const change = (draft: Stored<KubeObject>) => {
    if (draft.metadata.uid !== entity.uid) return;
    draft.metadata.finalizers = (draft.metadata.finalizers ?? []).filter(one => one !== finalizer);
  };
  await mutate(client, entity.kind, entity.key, change).catch(ignoreMissing);
}

function ignoreMissing(error: unknown): void {
  if (!hasReason(error, 'NotFound')) throw error;
}
