import { hasReason, keyOf, messageOf, type Stored } from '@slipway/api';
import { mutate } from '@slipway/client';
import { Deployment, ReplicaSet } from '@slipway/kinds';
import type { Context } from '@slipway/runtime';
import { canonical, templateHash } from '../workload/hash.ts';
import { controllerOf, controllerReference } from '../workload/owner.ts';
import { setCondition } from '../workload/status.ts';
import { REVISION, revisionAnnotations, revisionOf, scaleAnnotations } from './annotations.ts';
import { fenceposts, HASH_LABEL, newSetSize, replicasOf, type Sets, sortSets } from './plan.ts';
import { hasDeadline, startedConditions } from './status.ts';

/** A Deployment with its sets, the current one made where it was missing. */
export interface Rollout {
  deployment: Stored<Deployment>;
  sets: Sets;
}

/** Finds the set with the Deployment's template and keeps its revision, or makes it. */
export async function ensureCurrentSet(
  context: Context,
  rollout: Rollout,
  create: boolean,
): Promise<Rollout> {
  const { deployment, sets } = rollout;
  const revision = Math.max(0, ...sets.old.map(revisionOf)) + 1;
  if (sets.current) return await keepCurrent(context, rollout, sets.current, revision);
  return create ? await makeCurrent(context, { deployment, sets }, revision) : rollout;
}

async function keepCurrent(
  context: Context,
  { deployment, sets }: Rollout,
  current: Stored<ReplicaSet>,
  revision: number,
): Promise<Rollout> {
  const annotations = revisionAnnotations(deployment, current.metadata.annotations, revision);
  const minReadySeconds = deployment.spec.minReadySeconds ?? 0;
  const wanted: Stored<ReplicaSet> = {
    ...current,
    metadata: { ...current.metadata, annotations },
    spec: {
      ...current.spec,
      ...(minReadySeconds === (current.spec.minReadySeconds ?? 0) ? {} : { minReadySeconds }),
    },
  };
  const same = canonical(wanted) === canonical(current);
  const set = same ? current : await context.client.update<ReplicaSet>(ReplicaSet, wanted);
  const kept = await writeRevision(context, deployment, set, false);
  return { deployment: kept, sets: { current: set, old: sets.old } };
}

async function makeCurrent(
  context: Context,
  { deployment, sets }: Rollout,
  revision: number,
): Promise<Rollout> {
  const wanted = newSet(deployment, sets, revision);
  let set: Stored<ReplicaSet>;
  try {
    set = await context.client.create<ReplicaSet>(ReplicaSet, wanted);
  } catch (error) {
    if (hasReason(error, 'AlreadyExists')) return await afterCollision(context, { deployment, sets }, wanted);
    await tellCreateFailed(context, deployment, messageOf(error));
    throw error;
  }
  if (replicasOf(set) > 0) {
    const message = `Scaled up replica set ${set.metadata.name} from 0 to ${replicasOf(set)}`;
    context.event(deployment, 'Normal', 'ScalingReplicaSet', message);
  }
  const kept = await writeRevision(context, deployment, set, true);
  return { deployment: kept, sets: { current: set, old: sets.old } };
}

function newSet(deployment: Stored<Deployment>, sets: Sets, revision: number): ReplicaSet {
  const { template, selector, minReadySeconds } = deployment.spec;
  const hash = templateHash(template, deployment.status?.collisionCount ?? 0);
  const labels = { ...template.metadata?.labels, [HASH_LABEL]: hash };
  const scale = scaleAnnotations(
    replicasOf(deployment),
    replicasOf(deployment) + fenceposts(deployment).surge,
  );
  return {
    apiVersion: 'apps/v1',
    kind: 'ReplicaSet',
    metadata: {
      ...(deployment.metadata.namespace ? { namespace: deployment.metadata.namespace } : {}),
      name: `${deployment.metadata.name}-${hash}`,
      labels,
      annotations: { ...revisionAnnotations(deployment, undefined, revision), ...scale },
      ownerReferences: [controllerReference(Deployment, deployment)],
    },
    spec: {
      replicas: newSetSize(deployment, sets.old, 0),
      selector: { ...selector, matchLabels: { ...selector.matchLabels, [HASH_LABEL]: hash } },
      template: { ...structuredClone(template), metadata: { ...template.metadata, labels } },
      ...(minReadySeconds ? { minReadySeconds } : {}),
    },
  };
}

/** The name is taken: by our own set that the cache did not show yet, or by another template with the same hash. */
async function afterCollision(
  context: Context,
  { deployment, sets }: Rollout,
  wanted: ReplicaSet,
): Promise<Rollout> {
  const present = await context.client.get(ReplicaSet, { ...keyOf(wanted) });
  const ours = controllerOf(present)?.uid === deployment.metadata.uid;
  if (ours && sortSets(deployment, [present]).current) {
    return { deployment, sets: { current: present, old: sets.old } };
  }
  const counted = await mutate(
    context.client,
    Deployment,
    keyOf(deployment),
    draft => {
      draft.status = { ...draft.status, collisionCount: (draft.status?.collisionCount ?? 0) + 1 };
    },
    { subresource: 'status' },
  );
  return await makeCurrent(
    context,
    { deployment: counted, sets },
    Math.max(0, ...sets.old.map(revisionOf)) + 1,
  );
}

async function tellCreateFailed(
  context: Context,
  deployment: Stored<Deployment>,
  reason: string,
): Promise<void> {
  const message = `Failed to create new replica set: ${reason}`;
  context.event(deployment, 'Warning', 'ReplicaSetCreateError', message);
  if (!hasDeadline(deployment)) return;
  const wanted = { type: 'Progressing', status: 'False' as const, reason: 'ReplicaSetCreateError', message };
  const conditions = setCondition(deployment.status?.conditions ?? [], wanted, context.clock.now(), {
    updateTime: true,
  });
  const status = { ...deployment.status, conditions };
  await context.client
    .update<Deployment>(Deployment, { ...deployment, status }, { subresource: 'status' })
    .catch(() => {});
}

/**
 * The Deployment carries its current set's revision, and its status says that the set is there. Both go through
 * status, for a changed annotation would otherwise count as a new generation.
 */
async function writeRevision(
  context: Context,
  deployment: Stored<Deployment>,
  set: Stored<ReplicaSet>,
  made: boolean,
): Promise<Stored<Deployment>> {
  const revision = set.metadata.annotations?.[REVISION] ?? '1';
  const found = { made, name: set.metadata.name };
  const conditions = hasDeadline(deployment)
    ? startedConditions(deployment.status, found, context.clock.now())
    : undefined;
  if (!conditions && deployment.metadata.annotations?.[REVISION] === revision) return deployment;
  const annotations = { ...deployment.metadata.annotations, [REVISION]: revision };
  const written = {
    ...deployment,
    metadata: { ...deployment.metadata, annotations },
    status: { ...deployment.status, ...(conditions ? { conditions } : {}) },
  };
  return await context.client.update<Deployment>(Deployment, written, { subresource: 'status' });
}
