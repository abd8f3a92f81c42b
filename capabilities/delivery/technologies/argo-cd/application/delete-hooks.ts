import { type AnyObject, hasReason, type Kind, type KubeObject, keyOf, type Stored } from '@slipway/api';
import type { Client } from '@slipway/client';
import { type HealthStatus, worst } from '../health/health.ts';
import type { HealthJudge } from '../health/lua/custom-health.ts';
import { type DeleteHook, deletePoliciesOf, hasDeletePolicy, isDeleteHook } from './sync/hook-types.ts';
import type { Target } from './targets.ts';

export interface LiveObject {
  kind: Kind;
  live: Stored<AnyObject>;
}

export interface DeleteHooks {
  type: DeleteHook;
  client: Client;
  health: HealthJudge;
  /** What lives of the Application. */
  objects: LiveObject[];
}

/**
 * Makes the hooks that are not there, and waits until all have ended (controller/hook.go). True when they have.
 * @throws Error naming hooks that failed; they are deleted, so that mended ones are made
 */
export async function runDeleteHooks(hooks: DeleteHooks, targets: Target[]): Promise<boolean> {
  const { type, client, health } = hooks;
  const running = hooks.objects.filter(({ live }) => isDeleteHook(live, type));
  const names = new Set(running.map(({ kind, live }) => nameOf(kind, live)));
  const missing = targets.filter(
    ({ kind, object, kindMissing }) =>
      !kindMissing && isDeleteHook(object, type) && !names.has(nameOf(kind, object)),
  );
  for (const { kind, object } of missing) {
    await client.create<KubeObject>(kind, object).catch(error => {
      if (!hasReason(error, 'AlreadyExists')) throw error;
    });
  }
  if (missing.length > 0) return false;
  const judged = await health.judge(running.map(({ live }) => live));
  const failed = running.filter((_, index) => judged[index]?.status === 'Degraded');
  for (const { kind, live } of failed) await remove(client, kind, live);
  if (failed.length > 0) {
    const texts = failed.map(({ live }) => `${live.metadata.namespace ?? ''}/${live.metadata.name}`);
    throw new Error(`${type} hook(s) failed: ${texts.join(', ')}`);
  }
  return !judged.some(each => each?.status === 'Progressing');
}

function nameOf({ group, kind }: Kind, { metadata }: AnyObject): string {
  return `${group}/${kind}/${metadata.namespace ?? ''}/${metadata.name}`;
}

async function remove(client: Client, kind: Kind, live: AnyObject): Promise<void> {
  await client.delete(kind, keyOf(live)).catch(error => {
    if (!hasReason(error, 'NotFound')) throw error;
  });
}

/** Deletes hooks that ended, by their policy; all of them where none is written. True when nothing is left to go. */
export async function cleanDeleteHooks({ type, client, health, objects }: DeleteHooks): Promise<boolean> {
  const hooks = objects.filter(({ live }) => isDeleteHook(live, type));
  const judged = await health.judge(hooks.map(({ live }) => live));
  const all: HealthStatus = worst(judged.flatMap(each => (each ? [each.status] : [])));
  const going = hooks.filter(({ live }) => {
    if (!hasDeletePolicy(live)) return true;
    const policies = deletePoliciesOf(live);
    if (policies.includes('HookFailed') && all === 'Degraded') return true;
    return policies.includes('HookSucceeded') && all === 'Healthy';
  });
  for (const { kind, live } of going) if (!live.metadata.deletionTimestamp) await remove(client, kind, live);
  return going.length === 0;
}
