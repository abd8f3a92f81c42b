import { type Condition, type KubeObject, timestamp } from '@slipway/api';
import type { Outcome } from './outcome.ts';

/** An object that may carry standard conditions. */
export type WithConditions = KubeObject & { status?: { conditions?: Condition[] } };

/** What an outcome says as a condition of this type. */
export function conditionOf(
  type: string,
  outcome: Outcome,
  generation: number | undefined,
): Omit<Condition, 'lastTransitionTime'> {
  const observed = generation === undefined ? {} : { observedGeneration: generation };
  if (outcome.outcome === 'done')
    return { type, status: 'True', reason: 'Reconciled', message: '', ...observed };
  const status = outcome.outcome === 'waitingFor' ? 'Unknown' : 'False';
  return { type, status, reason: outcome.reason, message: outcome.message, ...observed };
}

/**
 * The conditions with this one in them, or undefined when it stands there already.
 * `lastTransitionTime` moves only with `status`.
 */
export function withCondition(
  conditions: Condition[] | undefined,
  wanted: Omit<Condition, 'lastTransitionTime'>,
  now: number,
): Condition[] | undefined {
  const all = conditions ?? [];
  const present = all.find(condition => condition.type === wanted.type);
  if (present && same(present, wanted)) return undefined;
  const since = present?.status === wanted.status ? present.lastTransitionTime : timestamp(now);
  const made: Condition = { ...wanted, lastTransitionTime: since };
  return present ? all.map(condition => (condition === present ? made : condition)) : [...all, made];
}

function same(a: Omit<Condition, 'lastTransitionTime'>, b: Omit<Condition, 'lastTransitionTime'>): boolean {
  return (
    a.status === b.status &&
    a.reason === b.reason &&
    a.message === b.message &&
    a.observedGeneration === b.observedGeneration
  );
}
