import type { Key, Stored } from '@slipway/api';
import { Approval, isImported, Promotion } from '@slipway/kinds';
import {
  type Context,
  type Controller,
  controller,
  done,
  type Outcome,
  waitingFor,
  watching,
} from '@slipway/runtime';
import { judge, type Verdict } from './plan.ts';

/** Says of each Approval whether it counts, and tells those that came too late. */
export function approvalController(): Controller {
  const onSame = (uid: string, { cache }: Pick<Context, 'cache'>, namespace = ''): Key[] =>
    cache(Approval)
      .list({ namespace })
      .filter(({ spec }) => spec.object.uid === uid)
      .map(({ metadata: { name } }) => ({ namespace, name }));
  return controller<Approval>({
    name: 'approval',
    kind: Approval,
    watches: [
      watching<Promotion>({
        kind: Promotion,
        keysOf: ({ metadata }, context) => onSame(metadata.uid, context, metadata.namespace),
      }),
    ],
    // One after the other, so that of two votes of one person exactly one is the first.
    concurrency: 1,
    reconcile,
  });
}

async function reconcile(approval: Stored<Approval>, context: Context): Promise<Outcome> {
  if (isImported(approval)) return done;
  const { namespace = '' } = approval.metadata;
  const { name } = approval.spec.object;
  const promotion = context.cache(Promotion).get({ namespace, name });
  if (promotion && isOrphan(approval, promotion)) return adopt(approval, promotion, context);
  const verdict = judge({ approval, promotion, approvals: context.cache(Approval).list({ namespace }) });
  if (!verdict) return waitingFor('PromotionUnread', `promotion ${name} has not been looked at yet`);
  if (isWritten(approval, verdict)) return done;
  const judgedAt = new Date(context.clock.now()).toISOString();
  const status = { groups: [], reason: null, ...verdict, judgedAt };
  await context.client.patch(
    Approval,
    { namespace, name: approval.metadata.name },
    { type: 'merge', body: { status } },
    { subresource: 'status' },
  );
  const type = verdict.phase === 'Accepted' ? 'Normal' : 'Warning';
  context.event(approval, type, verdict.phase, verdict.message);
  return done;
}

function isOrphan({ metadata, spec }: Stored<Approval>, promotion: Stored<Promotion>): boolean {
  return spec.object.uid === promotion.metadata.uid && !metadata.ownerReferences?.length;
}

/** Decisions go when what they were about goes; the change comes back here by the watch. */
async function adopt(
  { metadata }: Stored<Approval>,
  promotion: Stored<Promotion>,
  { client }: Context,
): Promise<Outcome> {
  const { name, uid } = promotion.metadata;
  const owner = { apiVersion: 'slipway.dev/v1alpha1', kind: 'Promotion', name, uid };
  const key = { namespace: metadata.namespace ?? '', name: metadata.name };
  await client.patch(Approval, key, { type: 'merge', body: { metadata: { ownerReferences: [owner] } } });
  return done;
}

function isWritten({ status = {} }: Stored<Approval>, verdict: Verdict): boolean {
  const groups = 'groups' in verdict ? verdict.groups : [];
  return (
    status.phase === verdict.phase &&
    status.message === verdict.message &&
    JSON.stringify(status.groups ?? []) === JSON.stringify(groups)
  );
}
