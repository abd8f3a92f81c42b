import { type AnyObject, hasReason, type Kind, keyOf, type Stored } from '@slipway/api';
import type { Client } from '@slipway/client';

/** Keeps a hook that deletes itself until its sync has seen how it ended. */
export const HOOK_FINALIZER = 'argocd.argoproj.io/hook-finalizer';

/** As its health is judged: one that only waits for us to let go has ended as it has, deleted or not. */
export function judgedHook(hook: Stored<AnyObject>): Stored<AnyObject> {
  const { deletionTimestamp, ...metadata } = hook.metadata;
  if (!deletionTimestamp || !metadata.finalizers?.includes(HOOK_FINALIZER)) return hook;
  return { ...hook, metadata };
}

const ATTEMPTS = 5;

/** The hook without the finalizer; undefined when it is gone. */
export async function removeHookFinalizer(
  client: Client,
  kind: Kind,
  hook: Stored<AnyObject>,
): Promise<Stored<AnyObject> | undefined> {
  let live: Stored<AnyObject> | undefined = hook;
  for (let attempt = 1; live; attempt++) {
    const { finalizers = [], resourceVersion } = live.metadata;
    if (!finalizers.includes(HOOK_FINALIZER)) return live;
    const left = finalizers.filter(each => each !== HOOK_FINALIZER);
    const body = { metadata: { finalizers: left.length > 0 ? left : null, resourceVersion } };
    try {
      return (await client.patch(kind, keyOf(live), { type: 'merge', body })) as Stored<AnyObject>;
    } catch (error) {
      if (hasReason(error, 'NotFound')) return undefined;
      if (!hasReason(error, 'Conflict') || attempt >= ATTEMPTS) throw error;
      live = (await client.find(kind, keyOf(live))) as Stored<AnyObject> | undefined;
    }
  }
  return undefined;
}
