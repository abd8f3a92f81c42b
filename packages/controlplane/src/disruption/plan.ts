import { timestamp } from '@slipway/api';
import type { Pod } from '@slipway/kinds';
import { isReady } from '../workload/pod-state.ts';
import type { PodDisruptionBudget } from './budget-kind.ts';

type Status = NonNullable<PodDisruptionBudget['status']>;

/** A granted eviction that has not begun after this is taken to have failed (upstream's DeletionTimeout). */
export const GRANTED_MS = 2 * 60_000;

export interface BudgetInput {
  budget: PodDisruptionBudget;
  /** Those the budget selects. */
  pods: Pod[];
  /** How many pods their controllers want in all. */
  wanted: number;
  now: number;
}

/** How many of the pods may go at once (upstream's disruption controller). */
export function budgetStatus({ budget, pods, wanted, now }: BudgetInput): Status {
  const { minAvailable, maxUnavailable } = budget.spec;
  const counted = maxUnavailable === undefined && typeof minAvailable === 'number';
  const expectedPods = counted ? pods.length : wanted;
  const desiredHealthy =
    maxUnavailable === undefined
      ? amount(minAvailable ?? 1, expectedPods)
      : Math.max(0, expectedPods - amount(maxUnavailable, expectedPods));
  const disruptedPods = granted(budget, pods, now);
  const healthy = pods.filter(
    pod => isReady(pod) && !pod.metadata.deletionTimestamp && !disruptedPods[pod.metadata.name ?? ''],
  );
  const spare = expectedPods > 0 ? Math.max(0, healthy.length - desiredHealthy) : 0;
  return {
    disruptionsAllowed: spare,
    currentHealthy: healthy.length,
    desiredHealthy,
    expectedPods,
    ...(budget.metadata.generation === undefined ? {} : { observedGeneration: budget.metadata.generation }),
    ...(Object.keys(disruptedPods).length > 0 ? { disruptedPods } : {}),
    conditions: [condition(budget, spare, now)],
  };
}

/** A share is rounded up, of what may go as of what must stay. */
function amount(value: number | string, whole: number): number {
  const text = String(value);
  return text.endsWith('%') ? Math.ceil((Number(text.slice(0, -1)) * whole) / 100) : Number(value);
}

/** Granted evictions of pods that are still there as they were. */
function granted({ status }: PodDisruptionBudget, pods: Pod[], now: number): Record<string, string> {
  const alive = new Set(
    pods.filter(pod => !pod.metadata.deletionTimestamp).map(pod => pod.metadata.name ?? ''),
  );
  const kept = Object.entries(status?.disruptedPods ?? {}).filter(
    ([name, time]) => alive.has(name) && Date.parse(time) + GRANTED_MS > now,
  );
  return Object.fromEntries(kept);
}

function condition({ status, metadata }: PodDisruptionBudget, spare: number, now: number) {
  const state = spare > 0 ? ('True' as const) : ('False' as const);
  const before = status?.conditions?.find(({ type }) => type === 'DisruptionAllowed');
  const since = before?.status === state ? before.lastTransitionTime : undefined;
  return {
    type: 'DisruptionAllowed',
    status: state,
    reason: spare > 0 ? 'SufficientPods' : 'InsufficientPods',
    message: '',
    lastTransitionTime: since ?? timestamp(now),
    ...(metadata.generation === undefined ? {} : { observedGeneration: metadata.generation }),
  };
}
