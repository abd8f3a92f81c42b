import { isDeepStrictEqual } from 'node:util';
import type { Kind, KubeObject } from '@slipway/api';
import type { Admission, AdmissionCall } from '../http/seams.ts';
import { annotated, whoAsks } from './record-creator.ts';

/**
 * Records in an annotation of objects of these kinds who wrote the spec as it stands (JSON with `username`, `groups`,
 * `uid`), for controllers that act with that one's rights. Whatever a request says is replaced; an update that leaves
 * the spec alone leaves it, too.
 */
export function recordSpecAuthor(annotation: string, kinds: Pick<Kind, 'group' | 'plural'>[]): Admission {
  const recorded = new Set(kinds.map(({ group, plural }) => `${plural}.${group}`));
  const concerns = ({ info }: AdmissionCall) => recorded.has(`${info.kind.plural}.${info.kind.group}`);
  return {
    mutate: call => (call.object && concerns(call) ? withAuthor(annotation, call, call.object) : undefined),
    validate: () => {},
  };
}

function withAuthor(
  annotation: string,
  { operation, user, oldObject, subresource }: AdmissionCall,
  object: KubeObject,
): KubeObject | undefined {
  if (operation !== 'CREATE' && operation !== 'UPDATE') return undefined;
  const before = oldObject?.metadata.annotations?.[annotation];
  if (subresource !== undefined || (operation === 'UPDATE' && isSameSpec(object, oldObject)))
    return annotated(annotation, object, before);
  return annotated(annotation, object, whoAsks(user));
}

function isSameSpec(a: KubeObject, b: KubeObject | undefined): boolean {
  return isDeepStrictEqual((a as { spec?: unknown }).spec, (b as { spec?: unknown } | undefined)?.spec);
}
