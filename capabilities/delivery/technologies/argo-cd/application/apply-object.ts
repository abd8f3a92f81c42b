import { type AnyObject, hasReason, type Key, type KubeObject, type Stored } from '@slipway/api';
import type { Client } from '@slipway/client';
import { FIELD_MANAGER } from './compare.ts';
import type { SyncOptions } from './spec.ts';
import { optionsOf, type Task } from './tasks.ts';

/** Options of a resource's annotation that this engine knows; others are refused by name. */
const KNOWN = [
  /^Prune=false$/,
  /^PruneLast=(true|false)$/,
  /^Delete=(true|false)$/,
  /^Replace=(true|false)$/,
  /^ServerSideApply=(true|false)$/,
  /^Validate=(true|false)$/,
  /^SkipDryRunOnMissingResource=(true|false)$/,
];

/** Why a resource's own options cannot be followed. */
export function optionProblem(object: AnyObject): string | undefined {
  const unknown = optionsOf(object).find(option => !KNOWN.some(pattern => pattern.test(option)));
  if (!unknown) return undefined;
  return `sync option ${JSON.stringify(unknown)} (annotation argocd.argoproj.io/sync-options) is not supported by this engine`;
}

export interface Applied {
  message: string;
  live: Stored<AnyObject>;
}

/**
 * Applies on the server, as this engine's field manager; with Replace the whole object is put in place.
 * @throws StatusError with the server's reason
 */
export async function applyObject(
  client: Client,
  task: Task,
  options: SyncOptions,
  { dryRun }: { dryRun: boolean },
): Promise<Applied> {
  const { kind, object, item } = task;
  const own = optionsOf(object);
  const validate = options.validate && !own.includes('Validate=false');
  const validation = { fieldValidation: validate ? ('Strict' as const) : ('Ignore' as const) };
  const text = `${kind.kind.toLowerCase()}${kind.group ? `.${kind.group}` : ''}/${object.metadata.name}`;
  if (item.live && (options.replace || own.includes('Replace=true'))) {
    const { resourceVersion } = item.live.metadata;
    const replacement = { ...object, metadata: { ...object.metadata, resourceVersion } };
    const live = await client.update<KubeObject>(kind, replacement, { ...validation, dryRun });
    return { message: `${text} replaced`, live: live as Stored<AnyObject> };
  }
  const live = await client.apply<KubeObject>(kind, object, {
    fieldManager: FIELD_MANAGER,
    force: true,
    dryRun,
    ...validation,
  });
  const verb = item.live ? (item.synced ? 'unchanged' : 'serverside-applied') : 'created';
  return { message: `${text} ${verb}`, live: live as Stored<AnyObject> };
}

export async function deleteObject(
  client: Client,
  task: Task,
  propagationPolicy: 'Foreground' | 'Background' | 'Orphan',
): Promise<void> {
  await client.delete(task.kind, keyOfTask(task), { propagationPolicy }).catch(error => {
    if (!hasReason(error, 'NotFound')) throw error;
  });
}

export async function findObject(client: Client, task: Task): Promise<Stored<AnyObject> | undefined> {
  return (await client.find(task.kind, keyOfTask(task))) as Stored<AnyObject> | undefined;
}

function keyOfTask({ object, item }: Task): Key {
  const name = object.metadata.name ?? '';
  return item.namespace ? { namespace: item.namespace, name } : { name };
}
