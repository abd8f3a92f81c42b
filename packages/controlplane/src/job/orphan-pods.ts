import { hasReason, keyOf, type Stored } from '@slipway/api';
import { Job, Pod } from '@slipway/kinds';
import { type Context, type Controller, controller, done, type Outcome, watching } from '@slipway/runtime';
import { controllerOf } from '../workload/owner.ts';
import { FINALIZER } from './plan.ts';

/** Lets go of pods whose Job is gone: nobody counts them any more, so nothing may hold them. */
export const jobOrphanController: Controller = controller<Pod>({
  name: 'job-orphan-controller',
  kind: Pod,
  watches: [
    watching<Job>({
      kind: Job,
      keysOf: (job, { cache }) => cache(Pod).ownedBy(job.metadata.uid).map(keyOf),
    }),
  ],
  reconcile: reconcilePod,
});

async function reconcilePod(pod: Stored<Pod>, { cache, client }: Context): Promise<Outcome> {
  const { finalizers = [], namespace = '', uid } = pod.metadata;
  if (!finalizers.includes(FINALIZER)) return done;
  const owner = controllerOf(pod);
  const job = owner?.kind === 'Job' ? cache(Job).get({ namespace, name: owner.name }) : undefined;
  if (job && job.metadata.uid === owner?.uid) return done;
  // The cache may be behind a Job that was just made.
  const live = owner?.kind === 'Job' ? await client.find(Job, { namespace, name: owner.name }) : undefined;
  if (live && live.metadata.uid === owner?.uid) return done;
  const body = { metadata: { uid, finalizers: finalizers.filter(finalizer => finalizer !== FINALIZER) } };
  await client.patch(Pod, keyOf(pod), { type: 'merge', body }).catch(error => {
    if (!hasReason(error, 'NotFound', 'Conflict')) throw error;
  });
  return done;
}
