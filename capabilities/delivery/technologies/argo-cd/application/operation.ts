import { goDurationMs } from '../settings/go-duration.ts';
import type { SyncPhase } from './sync/hook-types.ts';

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
  syncPhase?: SyncPhase;
  images?: string[];
}

export interface RetryStrategy {
  /** Negative: for ever. */
  limit?: number;
  backoff?: { duration?: string; factor?: number; maxDuration?: string };
  /** Another attempt takes the newest revision, not the one that failed. */
  refresh?: boolean;
}

export interface SyncOperation {
  /** Branch, tag or commit; absent: the Application's own. */
  revision?: string;
  /** One for each source of an Application with several. */
  revisions?: string[];
  /** Another source than the Application's: a rollback. */
  source?: Record<string, unknown>;
  sources?: Record<string, unknown>[];
  prune?: boolean;
  dryRun?: boolean;
  syncOptions?: string[];
  syncStrategy?: { apply?: { force?: boolean }; hook?: { force?: boolean } };
  resources?: { group?: string; kind: string; name: string; namespace?: string }[];
  /** JSON of objects that are applied in place of the sources' (`argocd app sync --local`). */
  manifests?: string[];
  autoHealAttemptsCount?: number;
}

/** `operation` and `status.operationState.operation`, as Argo CD's clients write it. */
export interface Operation {
  sync?: SyncOperation;
  initiatedBy?: { automated?: boolean; username?: string };
  retry?: RetryStrategy;
  info?: { name: string; value: string }[];
}

export interface SyncResult {
  revision: string;
  revisions?: string[];
  source: Record<string, unknown>;
  sources?: Record<string, unknown>[];
  resources?: ResourceResult[];
  managedNamespaceMetadata?: { labels?: Record<string, string>; annotations?: Record<string, string> };
}

export interface OperationState {
  operation: Operation;
  phase: 'Running' | 'Succeeded' | 'Failed' | 'Error' | 'Terminating';
  message?: string;
  startedAt: string;
  /** With phase Running: when the last attempt failed, and another one waits. */
  finishedAt?: string;
  retryCount?: number;
  syncResult?: SyncResult;
}

export function isInProgress(state: OperationState | undefined): state is OperationState {
  return state?.phase === 'Running' || state?.phase === 'Terminating';
}

export type Decision =
  /** Nobody asked for anything, and nothing is under way. */
  | { next: 'none' }
  /** `isNew`: it has to be written down before it begins. */
  | { next: 'sync'; state: OperationState; isNew: boolean }
  | { next: 'wait'; ms: number };

export interface DecisionInput {
  /** `operation` at the top of the Application: somebody asked for a sync. */
  requested: Operation | undefined;
  state: OperationState | undefined;
  now: number;
  /** Now as the API writes it. */
  timestamp: string;
  /** `controller.sync.timeout.seconds`; 0: none. */
  syncTimeoutMs: number;
}

/** Whether a sync goes on, is tried again, ends for lack of time, or begins (appcontroller, processRequestedAppOperation). */
export function decide({ requested, state, now, timestamp, syncTimeoutMs }: DecisionInput): Decision {
  if (!isInProgress(state)) {
    if (!requested) return { next: 'none' };
    return {
      next: 'sync',
      isNew: true,
      state: { operation: requested, phase: 'Running', startedAt: timestamp },
    };
  }
  if (state.phase === 'Terminating') return { next: 'sync', isNew: false, state };
  if (syncTimeoutMs > 0 && now > Date.parse(state.startedAt) + syncTimeoutMs) {
    const message = 'operation is terminating due to timeout';
    return { next: 'sync', isNew: true, state: { ...state, phase: 'Terminating', message } };
  }
  return state.finishedAt === undefined ? { next: 'sync', isNew: false, state } : retryOf(state, now);
}

function retryOf({ finishedAt = '', syncResult: _result, ...state }: OperationState, now: number): Decision {
  const { retry = {}, sync } = state.operation;
  const at = nextRetryAt(retry, Date.parse(finishedAt), (state.retryCount ?? 1) - 1);
  if (at > now) return { next: 'wait', ms: at - now };
  const attempt = `Attempt #${state.retryCount ?? 1}`;
  if (!retry.refresh || !sync)
    return { next: 'sync', isNew: true, state: { ...state, message: `Retrying operation. ${attempt}` } };
  const { revision: _revision, revisions: _revisions, ...latest } = sync;
  const operation = { ...state.operation, sync: latest };
  const message = `Retrying operation with latest revisions. ${attempt}`;
  return { next: 'sync', isNew: true, state: { ...state, operation, message } };
}

/**
 * Milliseconds since 1970 at which a failed sync is tried again: 5 s, doubled each time, at most 3 min, if nobody says
 * otherwise (RetryStrategy.NextRetryAt).
 * @throws Error with Go's words for a duration that is none
 */
export function nextRetryAt({ backoff = {} }: RetryStrategy, lastMs: number, count: number): number {
  const duration = backoff.duration ? durationMs(backoff.duration) : 5_000;
  const most = backoff.maxDuration ? durationMs(backoff.maxDuration) : 180_000;
  const wait = duration * (backoff.factor ?? 2) ** count;
  return lastMs + (most > 0 ? Math.min(most, wait) : wait);
}

/** What becomes of a sync that failed: another attempt while its strategy allows one, else the end. */
export function afterFailure(state: OperationState, now: number, timestamp: string): OperationState {
  const { retry = {} } = state.operation;
  const [limit, count] = [retry.limit ?? 0, state.retryCount ?? 0];
  if (count >= limit && limit >= 0) {
    if (count === 0) return state;
    return { ...state, message: `${state.message ?? ''} (retried ${count} times).` };
  }
  try {
    const at = new Date(nextRetryAt(retry, now, count));
    const message = `${state.message ?? ''}. Retrying attempt #${count + 1} at ${kitchen(at)}.`;
    return { ...state, phase: 'Running', finishedAt: timestamp, retryCount: count + 1, message };
  } catch (error) {
    const why = error instanceof Error ? error.message : String(error);
    return { ...state, phase: 'Error', message: `${state.message ?? ''} (failed to retry: ${why})` };
  }
}

/** Go's `time.Kitchen`, in UTC. */
function kitchen(at: Date): string {
  const [hours, minutes] = [at.getUTCHours(), String(at.getUTCMinutes()).padStart(2, '0')];
  return `${hours % 12 || 12}:${minutes}${hours < 12 ? 'AM' : 'PM'}`;
}

/** Go's duration text (`1h30m`, `5s`); a bare number is seconds, as Argo CD reads it. */
export function durationMs(text: string): number {
  return /^\d+$/.test(text) ? Number(text) * 1_000 : goDurationMs(text);
}
