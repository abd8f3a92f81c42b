import { type Kind, type KubeObject, keyOf, type Stored } from '@slipway/api';
import type { Client } from './client.ts';
import { mutate } from './mutate.ts';

/**
 * Puts a finalizer onto an object before anything is made elsewhere for it, so that it is told of its end. Nothing is
 * written when it is there already, or when the object is on its way out.
 * @throws StatusError as `mutate`
 */
export async function holdOn<T extends KubeObject>(
  client: Client,
  kind: Kind<T>,
  object: Stored<T>,
  finalizer: string,
): Promise<void> {
  if (object.metadata.finalizers?.includes(finalizer)) return;
  await mutate(client, kind, keyOf(object), ({ metadata }) => {
    const present = metadata.finalizers ?? [];
    if (metadata.deletionTimestamp || present.includes(finalizer)) return;
    metadata.finalizers = [...present, finalizer];
  });
}

/** Takes a finalizer off: what was made elsewhere is gone. @throws StatusError as `mutate` */
export async function letGo<T extends KubeObject>(
  client: Client,
  kind: Kind<T>,
  object: Stored<T>,
  finalizer: string,
): Promise<void> {
  if (!object.metadata.finalizers?.includes(finalizer)) return;
  await mutate(client, kind, keyOf(object), ({ metadata }) => {
    metadata.finalizers = (metadata.finalizers ?? []).filter(each => each !== finalizer);
  });
}
