import { hasReason, keyOf, type Stored } from '@slipway/api';
import { Deployment, Pod, ReplicaSet } from '@slipway/kinds';
import {
  type Context,
  type Controller,
  controller,
  done,
  doneFor,
  type Outcome,
  watching,
} from '@slipway/runtime';
import { claim } from '../workload/claim.ts';
import { controllerOf } from '../workload/owner.ts';
import { writeStatus } from '../workload/status.ts';
import { watchDependents } from '../workload/watch-pods.ts';
import { scaleAnnotations } from './annotations.ts';
import { ensureCurrentSet, type Rollout } from './current-set.ts';
import {
  expiredSets,
  fenceposts,
  isRecreate,
  isScalingEvent,
  replicasOf,
  rollingStep,
  type Scaling,
  type Sets,
  scaleStep,
  sortSets,
} from './plan.ts';
import { countedStatus, isComplete, pausedConditions, rolloutStatus, untilStuck } from './status.ts';

/** Rolls out a Deployment's template over ReplicaSets. */
export const deploymentController: Controller = controller<Deployment>({
  name: 'deployment-controller',
  kind: Deployment,
  watches: [
    watchDependents(ReplicaSet, Deployment, ({ spec }) => spec.selector),
    // Recreate waits until the last old pod is gone; a set's status does not tell when.
    watching<Pod>({
      kind: Pod,
      keysOf: (pod, { cache }) => {
        const { namespace = '' } = pod.metadata;
        const set = controllerOf(pod);
        const owner = set && controllerOf(cache(ReplicaSet).get({ namespace, name: set.name }) ?? pod);
        const deployment =
          owner?.kind === 'Deployment' ? cache(Deployment).get({ namespace, name: owner.name }) : undefined;
        return deployment && isRecreate(deployment) ? [keyOf(deployment)] : [];
      },
    }),
  ],
  reconcile: reconcileDeployment,
});

async function reconcileDeployment(deployment: Stored<Deployment>, context: Context): Promise<Outcome> {
  const { selector } = deployment.spec;
  const owned = await claim({
    ownerKind: Deployment,
    owner: deployment,
    selector,
    kind: ReplicaSet,
    context,
  });
  const rollout: Rollout = { deployment, sets: sortSets(deployment, owned) };
  if (deployment.metadata.deletionTimestamp) return await writeCounted(context, rollout);
  const paused = pausedConditions(deployment, context.clock.now());
  if (paused) {
    const status = { ...deployment.status, conditions: paused };
    rollout.deployment = await context.client.update<Deployment>(
      Deployment,
      { ...deployment, status },
      { subresource: 'status' },
    );
  }
  if (deployment.spec.paused || isScalingEvent(deployment, rollout.sets))
    return await resize(context, rollout);
  return isRecreate(deployment) ? await recreate(context, rollout) : await roll(context, rollout);
}

async function resize(context: Context, rollout: Rollout): Promise<Outcome> {
  const { deployment, sets } = await ensureCurrentSet(context, rollout, false);
  const after = await scaleAll(context, deployment, sets, scaleStep(deployment, sets));
  if (deployment.spec.paused) await cleanUp(context, deployment, after);
  return await writeCounted(context, { deployment, sets: after });
}

async function roll(context: Context, rollout: Rollout): Promise<Outcome> {
  const { deployment, sets } = await ensureCurrentSet(context, rollout, true);
  const steps = rollingStep(deployment, sets);
  const after = await scaleAll(context, deployment, sets, steps);
  if (steps.length === 0) await cleanUpWhenComplete(context, deployment, after);
  return await writeRollout(context, { deployment, sets: after });
}

async function recreate(context: Context, rollout: Rollout): Promise<Outcome> {
  const known = await ensureCurrentSet(context, rollout, false);
  const old = known.sets.old.filter(set => replicasOf(set) > 0).map(set => ({ set, to: 0 }));
  if (old.length > 0) {
    const sets = await scaleAll(context, known.deployment, known.sets, old);
    return await writeRollout(context, { deployment: known.deployment, sets });
  }
  if (known.sets.old.some(set => hasPods(context, set))) return await writeRollout(context, known);
  const { deployment, sets } = await ensureCurrentSet(context, known, true);
  const grow = sets.current && replicasOf(sets.current) !== replicasOf(deployment);
  const steps = grow && sets.current ? [{ set: sets.current, to: replicasOf(deployment) }] : [];
  const after = await scaleAll(context, deployment, sets, steps);
  await cleanUpWhenComplete(context, deployment, after);
  return await writeRollout(context, { deployment, sets: after });
}

/** Pods that are finished do not count; those on their way out do. */
function hasPods({ cache }: Context, set: Stored<ReplicaSet>): boolean {
  const pods = cache(Pod).ownedBy(set.metadata.uid);
  return pods.some(({ status }) => status?.phase !== 'Succeeded' && status?.phase !== 'Failed');
}

async function scaleAll(
  context: Context,
  deployment: Stored<Deployment>,
  sets: Sets,
  steps: Scaling[],
): Promise<Sets> {
  let { current, old } = sets;
  for (const step of steps) {
    const scaled = await scale(context, deployment, step);
    if (step.set === current) current = scaled;
    old = old.map(set => (set === step.set ? scaled : set));
  }
  return { current, old };
}

async function scale(
  context: Context,
  deployment: Stored<Deployment>,
  { set, to }: Scaling,
): Promise<Stored<ReplicaSet>> {
  const wanted = replicasOf(deployment);
  const marks = scaleAnnotations(wanted, wanted + fenceposts(deployment).surge);
  const annotations = { ...set.metadata.annotations, ...marks };
  const from = replicasOf(set);
  const marked = Object.entries(marks).every(([name, value]) => set.metadata.annotations?.[name] === value);
  if (from === to && marked) return set;
  const scaled = await context.client.update<ReplicaSet>(ReplicaSet, {
    ...set,
    metadata: { ...set.metadata, annotations },
    spec: { ...set.spec, replicas: to },
  });
  if (from !== to) {
    const direction = to > from ? 'up' : 'down';
    const message = `Scaled ${direction} replica set ${set.metadata.name} from ${from} to ${to}`;
    context.event(deployment, 'Normal', 'ScalingReplicaSet', message);
  }
  return scaled;
}

async function cleanUpWhenComplete(
  context: Context,
  deployment: Stored<Deployment>,
  sets: Sets,
): Promise<void> {
  if (isComplete(deployment, deployment.status ?? {})) await cleanUp(context, deployment, sets);
}

async function cleanUp(context: Context, deployment: Stored<Deployment>, sets: Sets): Promise<void> {
  for (const set of expiredSets(deployment, sets.old)) {
    await context.client
      .delete(ReplicaSet, keyOf(set), { preconditions: { uid: set.metadata.uid } })
      .catch(error => {
        if (!hasReason(error, 'NotFound', 'Conflict')) throw error;
      });
  }
}

async function writeCounted(context: Context, { deployment, sets }: Rollout): Promise<Outcome> {
  await writeStatus(context, Deployment, deployment, countedStatus(deployment, sets, context.clock.now()));
  return done;
}

async function writeRollout(context: Context, { deployment, sets }: Rollout): Promise<Outcome> {
  const now = context.clock.now();
  const status = rolloutStatus(deployment, sets, now);
  await writeStatus(context, Deployment, deployment, status);
  const wait = untilStuck(deployment, status, now);
  return wait === undefined ? done : doneFor(wait);
}
