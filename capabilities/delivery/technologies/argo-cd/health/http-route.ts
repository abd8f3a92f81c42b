import type { AnyObject } from '@slipway/api';
import type { Health, RuleCondition } from './types.ts';

interface Parent {
  parentRef?: { name?: string };
  conditions?: RuleCondition[];
}

/** What its parents say of the present generation; those that have not seen it do not count. */
export function httpRoute(object: AnyObject): Health {
  const { parents = [] } = (object.status ?? {}) as { parents?: Parent[] };
  const current = parents.filter(parent => hasSeen(parent, object.metadata.generation));
  for (const parent of current) {
    const failed = refused(parent, 'ResolvedRefs') ?? refused(parent, 'Accepted');
    if (failed) return { status: 'Degraded', message: textOf(parent, failed) };
    const programmed = parent.conditions?.find(each => each.type === 'Programmed' && each.status !== 'True');
    if (programmed) return { status: 'Progressing', message: textOf(parent, programmed) };
  }
  if (current.length > 0) return { status: 'Healthy', message: 'HTTPRoute is healthy' };
  return { status: 'Progressing', message: 'Waiting for HTTPRoute status' };
}

function hasSeen({ conditions = [] }: Parent, generation: number | undefined): boolean {
  if (conditions.length === 0) return false;
  return generation === undefined || conditions.some(each => each.observedGeneration === generation);
}

function refused({ conditions }: Parent, type: string): RuleCondition | undefined {
  return conditions?.find(each => each.type === type && each.status === 'False');
}

function textOf({ parentRef }: Parent, { message }: RuleCondition): string {
  return `Parent ${parentRef?.name ?? ''}: ${message ?? 'Route is still being programmed'}`;
}
