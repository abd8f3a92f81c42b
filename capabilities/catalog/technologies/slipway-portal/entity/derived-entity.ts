import { hasReason, type Key } from '@slipway/api';
import { type BackstageEntity, Entity } from '@slipway/kinds';
import { type Context, done, type Outcome, retryAfter } from '@slipway/runtime';
import { refOf, refText } from './envelope.ts';
import { objectNameOf, REFERENCE } from './names.ts';

const RETRY_MS = 1_000;

/** An entity that no file says: it is made of another object, and goes with it. */
export interface DerivedEntity {
  entity: BackstageEntity;
  /** Namespace of its object. */
  namespace: string;
  /** Label on what is made so, and its value: nobody else's entity is changed. */
  label: string;
  value: string;
  /** What its location begins with: `people`. */
  from: string;
}

export function derivedKey({
  entity,
  namespace,
}: Pick<DerivedEntity, 'entity' | 'namespace'>): Required<Key> {
  return { namespace, name: objectNameOf(entity) };
}

/** Writes it where it is not as it should be. */
export async function keepDerived({ client, cache }: Context, derived: DerivedEntity): Promise<Outcome> {
  const { entity, label, value, from } = derived;
  const key = derivedKey(derived);
  const present = cache(Entity).get(key);
  if (present && !isMarked(present, label)) return done;
  const spec = { entity, location: `${from}:${key.name}` };
  if (present && JSON.stringify(present.spec) === JSON.stringify(spec)) return done;
  const object: Entity = {
    apiVersion: 'catalog.slipway.dev/v1alpha1',
    kind: 'Entity',
    metadata: {
      ...key,
      labels: { [label]: value },
      annotations: { [REFERENCE]: refText(refOf(entity)) },
    },
    spec,
  };
  try {
    await client.apply(Entity, object, { fieldManager: 'slipway-portal', force: true });
    return done;
  } catch (error) {
    // A team's namespace comes a moment after the team.
    if (!hasReason(error, 'NotFound')) throw error;
    return retryAfter(RETRY_MS, 'NamespaceMissing', `${key.namespace} is not there yet`);
  }
}

/** Removes what was made so. */
export async function removeDerived(
  { client, cache }: Context,
  key: Required<Key>,
  label: string,
): Promise<void> {
  const present = cache(Entity).get(key);
  if (!present || !isMarked(present, label)) return;
  await client.delete(Entity, key).catch(error => {
    // The namespace went with the team, and this with the namespace.
    if (!hasReason(error, 'NotFound')) throw error;
  });
}

function isMarked({ metadata }: Entity, label: string): boolean {
  return metadata.labels?.[label] !== undefined;
}
