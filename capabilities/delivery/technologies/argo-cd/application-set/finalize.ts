import { type AnyObject, hasReason, keyOf, type Stored } from '@slipway/api';
import { Application } from '@slipway/kinds';
import { type Context, done, doneFor, type Outcome } from '@slipway/runtime';
import { RESOURCES_FINALIZER } from './generate.ts';
import type { SyncPolicy } from './policy.ts';
import { stepsOf } from './rolling-sync/steps.ts';
import { type ApplicationSet, ApplicationSetKind } from './spec.ts';

export interface FinalizeInput {
  set: Stored<ApplicationSet>;
  current: Stored<AnyObject>[];
  policy: SyncPolicy;
  context: Context;
}

const LOOK_MS = 1_000;

/** Whether Applications go in the reverse order of their steps when the ApplicationSet is deleted. */
export function deletesInReverse({ spec }: ApplicationSet): boolean {
  const { type, deletionOrder = '', rollingSync } = spec.strategy ?? {};
  const steps = rollingSync?.steps ?? [];
  return type === 'RollingSync' && steps.length > 0 && deletionOrder.toLowerCase() === 'reverse';
}

/**
 * The end of an ApplicationSet. Its Applications go with it (garbage collection); they stay where the policy does not
 * allow deleting them, and go step by step where that was asked for.
 */
export async function finalizeSet(input: FinalizeInput): Promise<Outcome> {
  const { set, current, policy, context } = input;
  if (!policy.delete) await letGo(current, context);
  if (policy.delete && deletesInReverse(set) && (await deleteLast(input))) return doneFor(LOOK_MS);
  const finalizers = set.metadata.finalizers ?? [];
  if (!finalizers.includes(RESOURCES_FINALIZER)) return done;
  const body = { metadata: { finalizers: finalizers.filter(each => each !== RESOURCES_FINALIZER) } };
  await context.client.patch(ApplicationSetKind, keyOf(set), { type: 'merge', body });
  return done;
}

async function letGo(current: Stored<AnyObject>[], { client }: Context): Promise<void> {
  for (const application of current) {
    const { ownerReferences = [] } = application.metadata;
    const others = ownerReferences.filter(owner => owner.kind !== 'ApplicationSet');
    const body = { metadata: { ownerReferences: others.length > 0 ? others : null } };
    await client.patch(Application, keyOf(application), { type: 'merge', body });
  }
}

/** Deletes what is left of the last step; true while something is. */
async function deleteLast({ set, current, context }: FinalizeInput): Promise<boolean> {
  const steps = set.spec.strategy?.rollingSync?.steps ?? [];
  const { stepOf } = stepsOf(steps, current);
  const placed = current.filter(({ metadata }) => stepOf.has(metadata.name));
  if (placed.length === 0) return false;
  const last = Math.max(...placed.map(({ metadata }) => stepOf.get(metadata.name) ?? 0));
  for (const application of placed) {
    if (stepOf.get(application.metadata.name) !== last || application.metadata.deletionTimestamp) continue;
    await context.client.delete(Application, keyOf(application)).catch(error => {
      if (!hasReason(error, 'NotFound')) throw error;
    });
  }
  return true;
}
