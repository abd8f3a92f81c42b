import { hasReason, type KubeObject, keyOf, messageOf, type Stored } from '@slipway/api';
import { Pod } from '@slipway/kinds';
import type { Context } from '@slipway/runtime';
import { slowStart } from './slow-start.ts';

/** Why making pods stopped, in the words of upstream's events. */
export interface PodFailure {
  reason: 'FailedCreate' | 'FailedDelete';
  message: string;
}

/** Makes pods one batch after the other, with upstream's events on the owner. */
export async function createPods(
  context: Context,
  owner: Stored<KubeObject>,
  pods: Pod[],
): Promise<{ failure?: PodFailure; error?: unknown }> {
  const { error } = await slowStart(pods.length, async index => {
    const wanted = pods[index];
    if (!wanted) return;
    const pod = await context.client.create(Pod, wanted).catch(failure => {
      // A namespace that goes away takes its pods with it: no failure, and nothing to tell.
      if (!isNamespaceGone(failure)) {
        context.event(owner, 'Warning', 'FailedCreate', `Error creating: ${messageOf(failure)}`);
      }
      throw failure;
    });
    context.event(owner, 'Normal', 'SuccessfulCreate', `Created pod: ${pod.metadata.name}`);
  });
  if (!error || isNamespaceGone(error)) return {};
  return { error, failure: { reason: 'FailedCreate', message: messageOf(error) } };
}

/** Deletes pods; one that is gone already is as good. */
export async function deletePods(
  context: Context,
  owner: Stored<KubeObject>,
  pods: Stored<Pod>[],
): Promise<{ failure?: PodFailure; error?: unknown }> {
  const results = await Promise.allSettled(pods.map(pod => deletePod(context, owner, pod)));
  const failed = results.find(result => result.status === 'rejected');
  if (!failed) return {};
  return { error: failed.reason, failure: { reason: 'FailedDelete', message: messageOf(failed.reason) } };
}

export async function deletePod(
  context: Context,
  owner: Stored<KubeObject>,
  pod: Stored<Pod>,
): Promise<void> {
  try {
    await context.client.delete(Pod, keyOf(pod), { preconditions: { uid: pod.metadata.uid } });
  } catch (error) {
    if (hasReason(error, 'NotFound', 'Conflict')) return;
    context.event(owner, 'Warning', 'FailedDelete', `Error deleting: ${messageOf(error)}`);
    throw error;
  }
  context.event(owner, 'Normal', 'SuccessfulDelete', `Deleted pod: ${pod.metadata.name}`);
}

export function isNamespaceGone(error: unknown): boolean {
  if (hasReason(error, 'NotFound')) return error.message.startsWith('namespaces "');
  return (
    hasReason(error, 'Forbidden') &&
    (error.details?.causes ?? []).some(cause => cause.reason === 'NamespaceTerminating')
  );
}
