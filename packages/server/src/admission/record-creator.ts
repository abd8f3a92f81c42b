import type { Kind, KubeObject } from '@slipway/api';
import type { Admission, AdmissionCall } from '../http/seams.ts';

/** Annotation that says who created an object: JSON with `username`, `groups` and `uid`. */
export const CREATED_BY = 'slipway.dev/created-by';

/**
 * Records on objects of these kinds who created them, for controllers that act with that one's rights. Whatever a
 * request says is replaced, and no update changes it.
 */
export function recordCreator(kinds: Pick<Kind, 'group' | 'plural'>[]): Admission {
  const recorded = new Set(kinds.map(({ group, plural }) => `${plural}.${group}`));
  const concerns = ({ info }: AdmissionCall) => recorded.has(`${info.kind.plural}.${info.kind.group}`);
  return {
    mutate: call => (call.object && concerns(call) ? withCreator(call, call.object) : undefined),
    validate: () => {},
  };
}

function withCreator(
  { operation, user, oldObject, subresource }: AdmissionCall,
  object: KubeObject,
): KubeObject | undefined {
  if (operation === 'CREATE' && subresource === undefined) {
    const { username, groups, uid } = user;
    return annotated(object, JSON.stringify({ username, groups, ...(uid ? { uid } : {}) }));
  }
  return operation === 'UPDATE'
    ? annotated(object, oldObject?.metadata.annotations?.[CREATED_BY])
    : undefined;
}

function annotated(object: KubeObject, value: string | undefined): KubeObject {
  const { [CREATED_BY]: _claimed, ...annotations } = object.metadata.annotations ?? {};
  const kept = value === undefined ? annotations : { ...annotations, [CREATED_BY]: value };
  return { ...object, metadata: { ...object.metadata, annotations: kept } };
}
