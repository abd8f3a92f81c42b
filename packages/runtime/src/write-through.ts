import { type Clock, type Kind, type KubeObject, type Stored, timestamp } from '@slipway/api';
import type { Client } from '@slipway/client';
import type { Informer } from './informer.ts';

/** Finds the informer of a kind, when one runs. */
export type FindInformer = <T extends KubeObject>(kind: Kind<T>) => Informer<T> | undefined;

/**
 * A client whose writes are in the caches as soon as they are acknowledged. Without it, a reconcile that runs
 * again before its watch has caught up would create everything twice. `manager` is named in managedFields.
 */
export function writeThrough(
  client: Client,
  options: { find: FindInformer; clock: Clock; manager?: string },
): Client {
  const { find, clock, manager } = options;
  const managed = manager ? { fieldManager: manager } : {};
  const take = <T extends KubeObject>(kind: Kind<T>, object: Stored<T>, skip: boolean): Stored<T> => {
    const informer = skip ? undefined : find(kind);
    // A subresource's answer may be of another kind (a Scale, a Binding's Status): that is no cached object.
    if (informer && object.kind === kind.kind && object.metadata?.uid) {
      informer.tell(informer.store.put(structuredClone(object)));
    }
    return object;
  };
  return {
    ...client,
    create: async (kind, object, options) =>
      take(kind, await client.create(kind, object, { ...managed, ...options }), options?.dryRun === true),
    update: async (kind, object, options) =>
      take(kind, await client.update(kind, object, { ...managed, ...options }), options?.dryRun === true),
    patch: async (kind, key, patch, options) =>
      take(kind, await client.patch(kind, key, patch, { ...managed, ...options }), options?.dryRun === true),
    apply: async (kind, object, options) =>
      take(kind, await client.apply(kind, object, options), options.dryRun === true),
    delete: async (kind, key, options) => {
      await client.delete(kind, key, options);
      const informer = options?.dryRun ? undefined : find(kind);
      const present = informer?.store.get(key);
      const wanted = options?.preconditions?.uid;
      if (wanted && present?.metadata.uid !== wanted) return;
      informer?.tell(informer.store.markDeleted(key, timestamp(clock.now())));
    },
  };
}
