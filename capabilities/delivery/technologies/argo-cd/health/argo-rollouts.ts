import type { AnyObject } from '@slipway/api';
import type { Health, RuleCondition } from './types.ts';

interface RolloutStatus {
  observedGeneration?: string;
  workloadObservedGeneration?: string;
  phase?: string;
  message?: string;
  conditions?: RuleCondition[];
  pauseConditions?: unknown[];
  currentPodHash?: string;
  replicas?: number;
  updatedReplicas?: number;
  availableReplicas?: number;
  stableRS?: string;
  canary?: { stableRS?: string };
  blueGreen?: { activeSelector?: string };
}

interface RolloutSpec {
  replicas?: number;
  paused?: boolean;
  workloadRef?: unknown;
  strategy?: { blueGreen?: unknown; canary?: unknown };
}

const progressing = (message: string): Health => ({ status: 'Progressing', message });

/** A Rollout says its phase itself since 1.0; before, it has to be concluded. */
export function rollout(object: AnyObject): Health {
  const spec = (object.spec ?? {}) as RolloutSpec;
  const status = object.status as RolloutStatus | undefined;
  if (!status || !hasSeen(object, spec, status))
    return progressing('Waiting for rollout spec update to be observed');
  if (status.phase !== undefined) {
    const phase = status.phase === 'Paused' ? 'Suspended' : status.phase;
    return {
      status: phase as Health['status'],
      ...(status.message === undefined ? {} : { message: status.message }),
    };
  }
  const bad = status.conditions?.find(
    ({ type, reason }) =>
      type === 'InvalidSpec' ||
      (type === 'Progressing' && (reason === 'RolloutAborted' || reason === 'ProgressDeadlineExceeded')),
  );
  if (bad) return { status: 'Degraded', message: bad.message ?? '' };
  if ((status.pauseConditions?.length ?? 0) > 0 || spec.paused)
    return { status: 'Suspended', message: 'Rollout is paused' };
  if (status.currentPodHash === undefined)
    return progressing('Waiting for rollout to finish: status has not been reconciled.');
  const waiting = waitingFor(spec, status);
  return waiting ? progressing(waiting) : { status: 'Healthy', message: '' };
}

function hasSeen({ metadata }: AnyObject, spec: RolloutSpec, status: RolloutStatus): boolean {
  const generation = metadata.generation ?? 0;
  const seen = Number(status.observedGeneration);
  // Before 0.10 the observed generation was a hash.
  const hasSeenSpec = !Number.isInteger(seen) || seen > generation || seen === generation;
  if (spec.workloadRef === undefined || metadata.annotations === undefined) return hasSeenSpec;
  const workload = metadata.annotations['rollout.argoproj.io/workload-generation'];
  return hasSeenSpec && Number(workload ?? 0) === Number(status.workloadObservedGeneration ?? 0);
}

function waitingFor({ replicas = 1, strategy }: RolloutSpec, status: RolloutStatus): string | undefined {
  const { updatedReplicas: updated = 0, availableReplicas: available = 0, currentPodHash: hash } = status;
  const stable = status.stableRS ?? status.canary?.stableRS ?? '';
  if (updated < replicas) return 'Waiting for roll out to finish: More replicas need to be updated';
  if (available < updated)
    return 'Waiting for roll out to finish: updated replicas are still becoming available';
  if (strategy?.blueGreen !== undefined) {
    if (status.blueGreen?.activeSelector !== hash) return 'active service cutover pending';
    return stable !== '' && stable !== hash ? 'waiting for analysis to complete' : undefined;
  }
  if (strategy?.canary === undefined) return undefined;
  if ((status.replicas ?? 0) > updated)
    return 'Waiting for roll out to finish: old replicas are pending termination';
  return stable === hash ? undefined : 'Waiting for rollout to finish steps';
}

const ANALYSIS: Record<string, [Health['status'], string]> = {
  Pending: ['Progressing', 'Analysis run is running'],
  Running: ['Progressing', 'Analysis run is running'],
  Successful: ['Healthy', 'Analysis run completed successfully'],
  Failed: ['Degraded', 'Analysis run failed'],
  Error: ['Degraded', 'Analysis run had an error'],
  Inconclusive: ['Unknown', 'Analysis run was inconclusive'],
};

export function analysisRun({ status: told }: AnyObject): Health {
  const { phase = '', message } = (told ?? {}) as { phase?: string; message?: string };
  const [status, text] = ANALYSIS[phase] ?? [];
  if (!status || !text)
    return progressing('Waiting for analysis run to finish: status has not been reconciled.');
  return { status, message: status === 'Progressing' ? text : (message ?? text) };
}
