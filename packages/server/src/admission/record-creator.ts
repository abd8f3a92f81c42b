import type { Kind, KubeObject, UserInfo } from '@slipway/api';
import type { Admission, AdmissionCall } from '../http/seams.ts';

/**
 * Records in an annotation of objects of these kinds who created them (JSON with `username`, `groups`, `uid`), for controllers that act with that one's rights. Whatever a
 * request says is replaced, and no update changes it.
 */
export function recordCreator(annotation: string, kinds: Pick<Kind, 'group' | 'plural'>[]): Admission {
  const recorded = new Set(kinds.map(({ group, plural }) => `${plural}.${group}`));
  const concerns = ({ info }: AdmissionCall) => recorded.has(`${info.kind.plural}.${info.kind.group}`);
  return {
    mutate: call => (call.object && concerns(call) ? withCreator(annotation, call, call.object) : undefined),
    validate: () => {},
  };
}

function withCreator(
  annotation: string,
  { operation, user, oldObject, subresource }: AdmissionCall,
  object: KubeObject,
): KubeObject | undefined {
  if (operation === 'CREATE' && subresource === undefined) {
    return annotated(annotation, object, whoAsks(user));
  }
  return operation === 'UPDATE'
    ? annotated(annotation, object, oldObject?.metadata.annotations?.[annotation])
    : undefined;
}

/** A user as such annotations hold one. */
export function whoAsks({ username, groups, uid }: UserInfo): string {
  return JSON.stringify({ username, groups, ...(uid ? { uid } : {}) });
}

/** The object with that value of the annotation and no other; undefined: without it. */
export function annotated(annotation: string, object: KubeObject, value: string | undefined): KubeObject {
  const { [annotation]: _claimed, ...annotations } = object.metadata.annotations ?? {};
  const kept = value === undefined ? annotations : { ...annotations, [annotation]: value };
  return { ...object, metadata: { ...object.metadata, annotations: kept } };
}
