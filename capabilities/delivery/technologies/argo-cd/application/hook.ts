import { type AnyObject, hasReason, type Stored } from '@slipway/api';
import type { Client } from '@slipway/client';
import { healthOf } from '../health/health.ts';
import { deleteObject, findObject } from './apply-object.ts';
import type { ResourceResult } from './operation.ts';
import { deletePoliciesOf } from './order.ts';
import type { Task } from './tasks.ts';

/** Says for which sync a hook was made, so that a sync that is taken up again does not make it twice. */
const OPERATION = 'slipway.dev/operation-started';

/**
 * Makes a hook of this sync, once. Undefined: the one of an earlier sync is still being deleted.
 * @throws StatusError with the server's reason
 */
export async function startHook(
  client: Client,
  task: Task,
  startedAt: string,
): Promise<Partial<ResourceResult> | undefined> {
  const started = {
    status: 'Synced',
    hookPhase: 'Running',
    message: `${task.object.metadata.name} created`,
  } as const;
  const before = await findObject(client, task);
  if (before?.metadata.annotations?.[OPERATION] === startedAt) return started;
  if (before && !deletePoliciesOf(task.object).includes('BeforeHookCreation'))
    return {
      status: 'SyncFailed',
      hookPhase: 'Failed',
      message: `${task.object.metadata.name} is there already`,
    };
  if (before) {
    await deleteObject(client, task, 'Background');
    if (await findObject(client, task)) return undefined;
  }
  const { metadata } = task.object;
  const marked = {
    ...task.object,
    metadata: { ...metadata, annotations: { ...metadata.annotations, [OPERATION]: startedAt } },
  };
  await client.create(task.kind, marked).catch(error => {
    if (!hasReason(error, 'AlreadyExists')) throw error;
  });
  return started;
}

/** What a live hook has come to. */
export function hookPhaseOf(live: Stored<AnyObject> | undefined): Partial<ResourceResult> {
  if (!live) return { hookPhase: 'Error', message: 'the hook is missing, it might have been deleted' };
  const health = healthOf(live);
  if (!health) return { hookPhase: 'Succeeded', message: `${live.metadata.name} created` };
  const message = health.message ?? '';
  if (health.status === 'Healthy') return { hookPhase: 'Succeeded', message };
  const failed = health.status === 'Degraded' || health.status === 'Unknown';
  return { hookPhase: failed ? 'Failed' : 'Running', message };
}

/** Deletes hooks that ended, by their policy. */
export async function deleteHooks(
  client: Client,
  tasks: Task[],
  policy: 'HookSucceeded' | 'HookFailed',
): Promise<void> {
  for (const task of tasks) {
    if (task.hook && deletePoliciesOf(task.object).includes(policy))
      await deleteObject(client, task, 'Background');
  }
}
