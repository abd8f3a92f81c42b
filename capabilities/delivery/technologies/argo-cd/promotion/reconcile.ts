import type { AnyObject, Key, Stored } from '@slipway/api';
import {
  Application,
  Approval,
  Build,
  Environment,
  isImported,
  Promotion,
  type PromotionStatus,
  Repository,
  Workflow,
  Workload,
} from '@slipway/kinds';
import {
  type Context,
  type Controller,
  controller,
  done,
  doneFor,
  type Outcome,
  watching,
} from '@slipway/runtime';
import type { GitServer } from '../workload/git-server.ts';
import { WORKLOAD_LABEL } from '../workload/plan.ts';
import { isEqual } from '../workload/write-status.ts';
import { carryOut, patienceOf } from './carry-out.ts';
import { ended, prepare } from './prepare.ts';
import { type Scene, sceneOf } from './scene.ts';

/** Brings promotions to their end: difference, checks, approvals, one commit, live. */
export function promotionController(git: GitServer): Controller {
  const openOf = ({ cache }: Pick<Context, 'cache'>, namespace: string, workload?: string): Key[] =>
    cache(Promotion)
      .list({ namespace })
      .filter(({ spec, status }) => !status?.finishedAt && (!workload || spec.workload === workload))
      .map(({ metadata: { name } }) => ({ namespace, name }));
  const labelled = ({ metadata }: Stored<AnyObject>, context: Pick<Context, 'cache'>) => {
    const workload = metadata.labels?.[WORKLOAD_LABEL];
    return workload ? openOf(context, metadata.namespace ?? '', workload) : [];
  };
  return controller<Promotion>({
    name: 'promotion',
    kind: Promotion,
    // One after the other: of two promotions to one environment, one is the first.
    concurrency: 1,
    watches: [
      watching<Approval>({
        kind: Approval,
        keysOf: ({ metadata, spec }) => [{ namespace: metadata.namespace ?? '', name: spec.object.name }],
      }),
      ...[Application, Workflow].map(kind => watching<AnyObject>({ kind, keysOf: labelled })),
      watching<Build>({
        kind: Build,
        keysOf: (build, context) => labelled(build as unknown as Stored<AnyObject>, context),
      }),
      watching<Workload>({
        kind: Workload,
        keysOf: ({ metadata }, context) => openOf(context, metadata.namespace ?? '', metadata.name),
      }),
      watching<Environment>({
        kind: Environment,
        keysOf: ({ metadata }, context) =>
          context
            .cache(Promotion)
            .list()
            .filter(({ spec, status }) => !status?.finishedAt && spec.to === metadata.name)
            .map(({ metadata: { name, namespace = '' } }) => ({ namespace, name })),
      }),
      watching<Promotion>({
        kind: Promotion,
        keysOf: ({ metadata, spec }, context) => openOf(context, metadata.namespace ?? '', spec.workload),
      }),
      watching<Repository>({ kind: Repository, keysOf: () => [] }),
    ],
    reconcile: (promotion, context) => reconcile(promotion, context, git),
  });
}

async function reconcile(promotion: Stored<Promotion>, context: Context, git: GitServer): Promise<Outcome> {
  if (promotion.metadata.deletionTimestamp || promotion.status?.finishedAt || isImported(promotion))
    return done;
  const scene = sceneOf(promotion, context, git);
  if (scene && !promotion.metadata.ownerReferences?.length) return adopt(scene);
  const isDecided = promotion.status?.decidedAt !== undefined;
  const next = scene
    ? await (isDecided ? carryOut(scene) : prepare(scene))
    : ended({ promotion, context }, isDecided ? 'Failed' : 'Refused', withoutService(promotion));
  await write(promotion, next, context);
  if (next.phase === 'Promoting' && next.commit) return doneFor(patienceOf({ promotion, context }));
  return done;
}

/** A service takes its promotions along when it goes; the change comes back here by the watch. */
async function adopt({ promotion, workload, context }: Scene): Promise<Outcome> {
  const { name, namespace = '' } = promotion.metadata;
  const owner = { apiVersion: 'slipway.dev/v1alpha1', kind: 'Workload' };
  const metadata = {
    labels: { [WORKLOAD_LABEL]: workload.metadata.name },
    ownerReferences: [{ ...owner, name: workload.metadata.name, uid: workload.metadata.uid }],
  };
  await context.client.patch(Promotion, { namespace, name }, { type: 'merge', body: { metadata } });
  return done;
}

function withoutService({ spec, status }: Promotion): string {
  const left = status?.commit
    ? `its commit ${status.commit.slice(0, 10)} went with what the service made`
    : 'nothing was changed';
  return `service ${spec.workload}: there is none of this name in this namespace, or it is being retired; ${left}`;
}

/** Only onto what was read: whatever changed the promotion in between is looked at first. */
async function write(promotion: Stored<Promotion>, status: PromotionStatus, context: Context): Promise<void> {
  if (isEqual(status, promotion.status)) return;
  await context.client.update(Promotion, { ...promotion, status }, { subresource: 'status' });
  if (status.phase === promotion.status?.phase || !status.phase) return;
  const type = ['Failed', 'Refused', 'Rejected'].includes(status.phase) ? 'Warning' : 'Normal';
  context.event(promotion, type, status.phase, status.message ?? '');
}
