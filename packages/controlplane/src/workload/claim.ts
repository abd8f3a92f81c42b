import {
  hasReason,
  type Kind,
  type KubeObject,
  keyOf,
  type LabelSelector,
  matchesLabels,
  requirementsOf,
  type Stored,
} from '@slipway/api';
import type { Context } from '@slipway/runtime';
import { controllerOf, controllerReference } from './owner.ts';

export interface ClaimOptions<T extends KubeObject> {
  ownerKind: Kind;
  owner: Stored<KubeObject>;
  selector: LabelSelector;
  kind: Kind<T>;
  context: Context;
}

/**
 * What an owner controls: its own that match its selector, and matching ones without a controller, which it adopts;
 * its own that no longer match are released (upstream's ControllerRefManager).
 */
export async function claim<T extends KubeObject>(options: ClaimOptions<T>): Promise<Stored<T>[]> {
  const { owner, selector, kind, context } = options;
  const requirements = requirementsOf(selector);
  const claimed: Stored<T>[] = [];
  for (const object of candidates(options)) {
    const controller = controllerOf(object);
    const matches = matchesLabels(requirements, object.metadata.labels);
    if (controller && controller.uid !== owner.metadata.uid) continue;
    if (controller && matches) claimed.push(object);
    if (controller && !matches) await release(context, kind, object, owner);
    if (controller || !matches || owner.metadata.deletionTimestamp || object.metadata.deletionTimestamp)
      continue;
    const adopted = await adopt(options, object);
    if (adopted) claimed.push(adopted);
  }
  return claimed;
}

/** Its own by index, and by label what may be adopted: never all objects of a large namespace for a plain selector. */
function candidates<T extends KubeObject>({ owner, selector, kind, context }: ClaimOptions<T>): Stored<T>[] {
  const cache = context.cache(kind);
  const { namespace } = owner.metadata;
  const own = cache.ownedBy(owner.metadata.uid).filter(object => object.metadata.namespace === namespace);
  const labels = selector.matchLabels ?? {};
  const near = cache.list({ ...(namespace ? { namespace } : {}), labels });
  return [...own, ...near.filter(object => !controllerOf(object))];
}

async function adopt<T extends KubeObject>(
  { ownerKind, owner, kind, context }: ClaimOptions<T>,
  object: Stored<T>,
): Promise<Stored<T> | undefined> {
  const references = [...(object.metadata.ownerReferences ?? []), controllerReference(ownerKind, owner)];
  const body = { metadata: { uid: object.metadata.uid, ownerReferences: references } };
  try {
    return await context.client.patch(kind, keyOf(object), { type: 'merge', body });
  } catch (error) {
    if (hasReason(error, 'NotFound', 'Conflict', 'Invalid')) return undefined;
    throw error;
  }
}

async function release<T extends KubeObject>(
  context: Context,
  kind: Kind<T>,
  object: Stored<T>,
  owner: Stored<KubeObject>,
): Promise<void> {
  if (object.metadata.deletionTimestamp) return;
  const references = (object.metadata.ownerReferences ?? []).filter(({ uid }) => uid !== owner.metadata.uid);
  const body = { metadata: { uid: object.metadata.uid, ownerReferences: references } };
  await context.client.patch(kind, keyOf(object), { type: 'merge', body }).catch(error => {
    if (!hasReason(error, 'NotFound', 'Conflict', 'Invalid')) throw error;
  });
}
