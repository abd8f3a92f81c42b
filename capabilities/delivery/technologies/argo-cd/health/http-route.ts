import type { AnyObject } from '@slipway/api';
import type { Health, RuleCondition } from './types.ts';

interface Parent {
  parentRef?: { name?: string };
  conditions?: RuleCondition[];
}

export function httpRoute(object: AnyObject): Health {
  const { parents } = (object.status ?? {}) as { parents?: Parent[] };
  const generation = object.metadata.generation ?? 0;
  for (const parent of parents ?? []) {
    const conditions = parent.conditions ?? [];
    const stale = conditions.some(
      each => each.observedGeneration !== undefined && each.observedGeneration !== generation,
    );
    if (stale) return { status: 'Progressing', message: 'Waiting for httproute status to be updated' };
    const resolved = conditions.find(each => each.type === 'ResolvedRefs' && each.status === 'False');
    const accepted = conditions.find(each => each.type === 'Accepted' && each.status === 'False');
    const failed = resolved ?? accepted;
    if (failed)
      return {
        status: 'Degraded',
        message: `Parent ${parent.parentRef?.name ?? ''}: ${failed.message ?? ''}`,
      };
    const progressing = conditions.find(each => each.type === 'Progressing' && each.status === 'True');
    if (progressing)
      return {
        status: 'Progressing',
        message: `Parent ${parent.parentRef?.name ?? ''}: ${progressing.message ?? ''}`,
      };
  }
  if (!parents || parents.length === 0)
    return { status: 'Progressing', message: 'Waiting for httproute status' };
  return { status: 'Healthy', message: 'HTTPRoute is healthy' };
}
