import { type AnyObject, hasReason, keyOf, messageOf, type Stored } from '@slipway/api';
import { Application } from '@slipway/kinds';
import type { Context } from '@slipway/runtime';
import type { Jq } from '../application/diff/jq.ts';
import type { Destination } from '../clusters/destination.ts';
import { patchOf } from './differences.ts';
import { RESOURCES_FINALIZER } from './generate.ts';
import type { SyncPolicy } from './policy.ts';
import type { ApplicationSet } from './spec.ts';
import { type Kept, wantedApplication } from './wanted.ts';

export interface WriteInput {
  set: Stored<ApplicationSet>;
  current: Stored<AnyObject>[];
  /** Applications that can be written. */
  valid: AnyObject[];
  /** Names of all that were generated: what cannot be written now is not deleted for that. */
  generated: Set<string>;
  policy: SyncPolicy;
  kept: Kept;
  context: Context;
  jq: Jq;
  findCluster(destination: Destination): unknown;
}

export interface WriteFailure {
  reason: 'CreateApplicationError' | 'UpdateApplicationError' | 'DeleteApplicationError';
  message: string;
}

/** Creates, updates and deletes as the policy allows, in the order of names; the first failure of a kind is told. */
export async function writeApplications(input: WriteInput): Promise<WriteFailure | undefined> {
  const { valid, policy, current, generated } = input;
  const sorted = [...valid].sort((a, b) => ((a.metadata.name ?? '') < (b.metadata.name ?? '') ? -1 : 1));
  const written = await firstFailure(sorted, application => writeOne(input, application));
  if (written)
    return { reason: policy.update ? 'UpdateApplicationError' : 'CreateApplicationError', message: written };
  if (!policy.delete) return undefined;
  const gone = current.filter(({ metadata }) => !generated.has(metadata.name));
  const deleted = await firstFailure(gone, application => deleteOne(input, application));
  return deleted ? { reason: 'DeleteApplicationError', message: deleted } : undefined;
}

async function firstFailure<T>(items: T[], act: (item: T) => Promise<void>): Promise<string | undefined> {
  let first: string | undefined;
  for (const item of items) {
    try {
      await act(item);
    } catch (error) {
      first ??= messageOf(error);
    }
  }
  return first;
}

async function writeOne(input: WriteInput, generated: AnyObject): Promise<void> {
  const { set, policy, kept, context } = input;
  const key = keyOf(generated);
  const live = (await context.client.find(Application, key)) as Stored<AnyObject> | undefined;
  const wanted = wantedApplication(set, generated, live, kept);
  const { name } = wanted.metadata;
  if (!live) {
    await context.client.create(Application, wanted);
    context.event(set, 'Normal', 'created', `created Application ${JSON.stringify(name)}`);
    return;
  }
  if (!policy.update && input.current.some(({ metadata }) => metadata.name === name)) return;
  const patch = await patchOf(set, live, wanted, input.jq);
  if (patch === undefined) return;
  await context.client.patch(Application, key, { type: 'merge', body: patch });
  context.event(set, 'Normal', 'updated', `updated Application ${JSON.stringify(name)}`);
}

async function deleteOne(
  { set, context, findCluster }: WriteInput,
  application: Stored<AnyObject>,
): Promise<void> {
  const { name, finalizers = [], deletionTimestamp } = application.metadata;
  if (deletionTimestamp) return;
  const key = keyOf(application);
  if (finalizers.includes(RESOURCES_FINALIZER) && !isThere(findCluster, application)) {
    const rest = finalizers.filter(each => each !== RESOURCES_FINALIZER);
    const body = { metadata: { finalizers: rest } };
    await context.client.patch(Application, key, { type: 'merge', body });
    const why = `Updated Application ${JSON.stringify(name)} finalizer before deletion, because application has an invalid destination`;
    context.event(set, 'Normal', 'Updated', why);
  }
  await context.client.delete(Application, key).catch(error => {
    if (!hasReason(error, 'NotFound')) throw error;
  });
  context.event(set, 'Normal', 'Deleted', `Deleted Application ${JSON.stringify(name)}`);
}

/** What it delivered cannot be deleted where there is no cluster (any more): it must not wait for that. */
function isThere(findCluster: WriteInput['findCluster'], { spec = {} }: AnyObject): boolean {
  try {
    findCluster((spec.destination ?? {}) as Destination);
    return true;
  } catch {
    return false;
  }
}
