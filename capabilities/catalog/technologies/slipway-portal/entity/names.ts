import { createHash } from 'node:crypto';
import type { BackstageEntity } from '@slipway/kinds';
import { refOf, refText } from './envelope.ts';

const LEGAL = /^[a-z0-9](?:[a-z0-9-]*[a-z0-9])?(?:\.[a-z0-9](?:[a-z0-9-]*[a-z0-9])?)*$/;

/** Annotation that holds an entity's true reference, on its Entity object. */
export const REFERENCE = 'catalog.slipway.dev/reference';

/** Name of an entity's object: `<kind>.<name>` where that is legal and says everything, else `<kind>.<hash>`. */
export function objectNameOf(entity: BackstageEntity): string {
  const { kind, namespace, name } = refOf(entity);
  const plain = `${kind}.${name}`;
  if (namespace === 'default' && LEGAL.test(plain)) return plain;
  const hash = createHash('sha256').update(refText({ kind, namespace, name })).digest('hex').slice(0, 16);
  return `${kind}.${hash}`;
}
