import type { Condition } from '@slipway/api';

export type Verdict = Pick<Condition, 'type' | 'status' | 'reason' | 'message'>;

/** Sets one condition; its time changes only with its status. */
export function setCondition(
  conditions: Condition[] | undefined,
  verdict: Verdict,
  options: { now: string; generation?: number | undefined },
): Condition[] {
  const before = conditions?.find(condition => condition.type === verdict.type);
  const next: Condition = {
    ...verdict,
    lastTransitionTime: before?.status === verdict.status ? before.lastTransitionTime : options.now,
    ...(options.generation === undefined ? {} : { observedGeneration: options.generation }),
  };
  return [...(conditions ?? []).filter(condition => condition.type !== verdict.type), next];
}

export function conditionOf(
  object: { status?: { conditions?: Condition[] } },
  type: string,
): Condition | undefined {
  return object.status?.conditions?.find(condition => condition.type === type);
}

export function isTrue(object: { status?: { conditions?: Condition[] } }, type: string): boolean {
  return conditionOf(object, type)?.status === 'True';
}
