import type { ApplicationSpec } from './spec.ts';

/** One line of `status.operationState.syncResult.resources`. */
export interface ResourceResult {
  group: string;
  version: string;
  kind: string;
  namespace: string;
  name: string;
  status?: 'Synced' | 'SyncFailed' | 'Pruned' | 'PruneSkipped';
  message?: string;
  hookType?: string;
  hookPhase?: 'Running' | 'Succeeded' | 'Failed' | 'Error';
  syncPhase?: string;
}

/** `operation` and `status.operationState.operation`, as Argo CD's clients write it. */
export interface Operation {
  sync?: {
    revision?: string;
    prune?: boolean;
    dryRun?: boolean;
    syncOptions?: string[];
    resources?: { group?: string; kind: string; name: string; namespace?: string }[];
  };
  initiatedBy?: { automated?: boolean; username?: string };
  retry?: { limit?: number };
}

export interface OperationState {
  operation: Operation;
  phase: 'Running' | 'Succeeded' | 'Failed' | 'Error' | 'Terminating';
  message?: string;
  startedAt: string;
  finishedAt?: string;
  retryCount?: number;
  syncResult?: { revision: string; source: unknown; resources: ResourceResult[] };
}

/** What happens next with a sync. */
export type Decision =
  | { next: 'none' }
  | { next: 'continue'; state: OperationState }
  | { next: 'start'; operation: Operation; retryCount: number }
  | { next: 'wait'; ms: number };

export interface DecisionInput {
  spec: ApplicationSpec;
  /** `operation` at the top of the Application: somebody asked for a sync. */
  requested: Operation | undefined;
  state: OperationState | undefined;
  outOfSync: boolean;
  /** Only objects to prune are out of sync. */
  onlyPruning: boolean;
  /** The source has no objects at all. */
  empty: boolean;
  revision: string;
  now: number;
}

/** Least time between two automatic syncs of one revision, so that two writers do not fight at full speed. */
const SELF_HEAL_MS = 5_000;

/**
 * Whether a sync goes on, starts or waits. An automated sync tries a revision once (and again as its retry policy says);
 * with self-heal also when what lives was changed afterwards.
 */
export function decide(input: DecisionInput): Decision {
  const { requested, state, spec } = input;
  if (state?.phase === 'Running') return { next: 'continue', state };
  if (requested?.sync) return { next: 'start', operation: requested, retryCount: 0 };
  const { automated } = spec;
  if (!automated || !input.outOfSync) return { next: 'none' };
  if (input.onlyPruning && !automated.prune) return { next: 'none' };
  if (input.empty && !automated.allowEmpty) return { next: 'none' };
  const operation: Operation = {
    sync: { revision: input.revision, prune: automated.prune },
    initiatedBy: { automated: true },
  };
  const tried = state?.syncResult?.revision === input.revision;
  if (!state || !tried) return { next: 'start', operation, retryCount: 0 };
  const finished = Date.parse(state.finishedAt ?? state.startedAt);
  if (state.phase === 'Failed' || state.phase === 'Error') return retry(input, state, operation, finished);
  if (!automated.selfHeal) return { next: 'none' };
  const wait = finished + SELF_HEAL_MS - input.now;
  return wait > 0 ? { next: 'wait', ms: wait } : { next: 'start', operation, retryCount: 0 };
}

function retry(
  { spec, now }: DecisionInput,
  state: OperationState,
  operation: Operation,
  finished: number,
): Decision {
  const count = state.retryCount ?? 0;
  const { limit, backoff } = spec.retry;
  if (limit >= 0 && count >= limit) return { next: 'none' };
  const pause = Math.min(backoff.durationMs * backoff.factor ** count, backoff.maxMs);
  const wait = finished + pause - now;
  return wait > 0 ? { next: 'wait', ms: wait } : { next: 'start', operation, retryCount: count + 1 };
}
