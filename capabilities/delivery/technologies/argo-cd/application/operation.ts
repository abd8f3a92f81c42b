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
  /** Of every task, not only of hooks, as upstream has it. */
  hookPhase?: 'Running' | 'Succeeded' | 'Failed' | 'Error';
  syncPhase?: string;
}

/** `operation` and `status.operationState.operation`, as Argo CD's clients write it. */
export interface Operation {
  sync?: {
    /** Branch, tag or commit; absent: the Application's own. */
    revision?: string;
    /** Another source than the Application's: a rollback. */
    source?: Record<string, unknown>;
    prune?: boolean;
    dryRun?: boolean;
    syncOptions?: string[];
    syncStrategy?: { apply?: { force?: boolean }; hook?: { force?: boolean } };
    resources?: { group?: string; kind: string; name: string; namespace?: string }[];
    manifests?: string[];
    sources?: unknown[];
    revisions?: string[];
  };
  initiatedBy?: { automated?: boolean; username?: string };
  retry?: { limit?: number; backoff?: { duration?: string; factor?: number; maxDuration?: string } };
  info?: { name: string; value: string }[];
}

export interface OperationState {
  operation: Operation;
  phase: 'Running' | 'Succeeded' | 'Failed' | 'Error' | 'Terminating';
  message?: string;
  startedAt: string;
  finishedAt?: string;
  retryCount?: number;
  syncResult?: { revision: string; source: Record<string, unknown>; resources: ResourceResult[] };
}

/** What happens next with a sync. */
export type Decision =
  | { next: 'none' }
  | { next: 'continue'; state: OperationState }
  | { next: 'start'; operation: Operation; retryCount: number; requested?: boolean }
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
  /** The source as it stands in the Application. */
  source: Record<string, unknown>;
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
  if (state?.phase === 'Running' || state?.phase === 'Terminating') return { next: 'continue', state };
  if (requested?.sync) return { next: 'start', operation: requested, retryCount: 0, requested: true };
  const again = retryOf(input);
  if (again) return again;
  const { automated } = spec;
  if (!automated || !input.outOfSync) return { next: 'none' };
  if (input.onlyPruning && !automated.prune) return { next: 'none' };
  if (input.empty && !automated.allowEmpty) return { next: 'none' };
  const operation: Operation = {
    sync: { revision: input.revision, prune: automated.prune },
    initiatedBy: { automated: true },
  };
  if (!state || !wasTried(input, state)) return { next: 'start', operation, retryCount: 0 };
  if (state.phase !== 'Succeeded' || !automated.selfHeal) return { next: 'none' };
  const wait = finishedAt(state) + SELF_HEAL_MS - input.now;
  return wait > 0 ? { next: 'wait', ms: wait } : { next: 'start', operation, retryCount: 0 };
}

/** The last sync was of this revision of this source. */
function wasTried({ revision, source }: DecisionInput, { syncResult }: OperationState): boolean {
  return syncResult?.revision === revision && JSON.stringify(syncResult.source) === JSON.stringify(source);
}

function finishedAt({ finishedAt: at, startedAt }: OperationState): number {
  return Date.parse(at ?? startedAt);
}

/** A sync that failed is tried again as its own policy says; an automated one only while its revision is the newest. */
function retryOf(input: DecisionInput): Decision | undefined {
  const { state, spec, now } = input;
  if (!state || (state.phase !== 'Failed' && state.phase !== 'Error')) return undefined;
  if (state.message === 'Operation terminated') return undefined;
  const { operation } = state;
  const automated = operation.initiatedBy?.automated === true;
  if (automated && (!spec.automated || !wasTried(input, state))) return undefined;
  const limit = automated ? spec.retry.limit : (operation.retry?.limit ?? 0);
  const count = state.retryCount ?? 0;
  if (limit >= 0 && count >= limit) return undefined;
  const { backoff } = spec.retry;
  const pause = Math.min(backoff.durationMs * backoff.factor ** count, backoff.maxMs);
  const wait = finishedAt(state) + pause - now;
  return wait > 0 ? { next: 'wait', ms: wait } : { next: 'start', operation, retryCount: count + 1 };
}
