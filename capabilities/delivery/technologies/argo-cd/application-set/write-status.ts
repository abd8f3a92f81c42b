import { type AnyObject, hasReason, keyOf, type Stored, timestamp } from '@slipway/api';
import type { Context } from '@slipway/runtime';
import { conditionsAfter, healthFrom, isRollingSync } from './conditions.ts';
import { isSame } from './merge-patch.ts';
import type { Rollout } from './rolling-sync/roll-out.ts';
import {
  type ApplicationSet,
  type ApplicationSetCondition,
  ApplicationSetKind,
  type ApplicationSetStatus,
} from './spec.ts';

export interface StatusInput {
  set: Stored<ApplicationSet>;
  /** Applications there are. */
  current: Stored<AnyObject>[];
  given: Omit<ApplicationSetCondition, 'lastTransitionTime'>[];
  rollout?: Rollout | undefined;
  /** Of `status.resources`. */
  maxResources: number;
  context: Context;
}

/** Writes what came of a look; nothing when nothing changed. A condition that turned bad becomes an event. */
export async function writeStatus(input: StatusInput): Promise<void> {
  const { set, context } = input;
  const before = set.status ?? {};
  const status = statusOf(input);
  if (isSame(before, status)) return;
  tellError(input, before);
  const body = { status: { ...status, ...removals(before, status) } };
  const patch = { type: 'merge', body } as const;
  await context.client
    .patch(ApplicationSetKind, keyOf(set), patch, { subresource: 'status' })
    .catch(error => {
      if (!hasReason(error, 'NotFound')) throw error;
    });
}

function statusOf({
  set,
  current,
  given,
  rollout,
  maxResources,
  context,
}: StatusInput): ApplicationSetStatus {
  const now = timestamp(context.clock.now());
  const conditions = conditionsAfter(set.status?.conditions ?? [], given, {
    now,
    isRolling: isRollingSync(set),
  });
  const resources = current.map(resourceOf).sort((a, b) => (a.name < b.name ? -1 : 1));
  return {
    conditions,
    health: healthFrom(conditions),
    ...(rollout ? { applicationStatus: rollout.applicationStatus } : {}),
    resources: resources.slice(0, maxResources > 0 ? maxResources : undefined),
    resourcesCount: resources.length,
  };
}

function resourceOf({ metadata, status = {} }: Stored<AnyObject>) {
  const { sync, health } = status as { sync?: { status?: string }; health?: { status?: string } };
  return {
    group: 'argoproj.io',
    version: 'v1alpha1',
    kind: 'Application',
    namespace: metadata.namespace,
    name: metadata.name,
    ...(sync?.status ? { status: sync.status } : {}),
    ...(health?.status ? { health: { status: health.status } } : {}),
  };
}

/** A merge patch takes away only what it names. */
function removals(before: object, after: object): Record<string, null> {
  return Object.fromEntries(
    Object.keys(before)
      .filter(key => !(key in after))
      .map(key => [key, null]),
  );
}

function tellError({ set, given, context }: StatusInput, before: ApplicationSetStatus): void {
  const error = given.find(({ type, status }) => type === 'ErrorOccurred' && status === 'True');
  if (!error || before.conditions?.some(each => each.type === error.type && each.message === error.message))
    return;
  context.event(set, 'Warning', error.reason, error.message);
}
