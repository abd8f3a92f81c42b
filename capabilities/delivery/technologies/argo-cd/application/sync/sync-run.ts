import type { AnyObject, Clock } from '@slipway/api';
import type { Client } from '@slipway/client';
import type { HealthJudge } from '../../health/lua/custom-health.ts';
import type { Item } from '../compare.ts';
import type { OperationState, ResourceResult } from '../operation.ts';
import { ownOption } from './annotations.ts';
import type { SyncOptions } from './sync-options.ts';
import { isHookTask, isPrune, resultKey, resultOf, type SyncTask, taskText } from './sync-task.ts';

export interface SyncInput {
  items: Item[];
  state: OperationState;
  options: SyncOptions;
  client: Client;
  clock: Clock;
  health: HealthJudge;
  now: string;
  destinationNamespace: string;
  /** `spec.syncPolicy.managedNamespaceMetadata`, when `CreateNamespace=true`. */
  managedNamespace: { labels?: Record<string, string>; annotations?: Record<string, string> } | undefined;
  /** Somebody approved what `Prune=confirm` asks about, after this sync began. */
  pruneConfirmed: boolean;
  migratedManager: string;
  /** Why the project does not allow an object. */
  refusal(item: Pick<Item, 'kind' | 'namespace' | 'name'>): string | undefined;
  /** Writes what was done so far, before something is done whose traces would be gone. */
  checkpoint(state: OperationState): Promise<void>;
}

/** A sync while it is looked at: its tasks, and what became of each (gitops-engine, sync_context.go). */
export interface SyncRun extends SyncInput {
  tasks: SyncTask[];
  results: Map<string, ResourceResult>;
  /** Something was begun since the last look: another one is worth while at once. */
  moved: boolean;
}

export function note(
  run: SyncRun,
  task: SyncTask,
  what: Pick<ResourceResult, 'status' | 'hookPhase' | 'message'>,
): void {
  if (what.status) task.status = what.status;
  if (what.hookPhase) task.operationPhase = what.hookPhase;
  if (what.message) task.message = what.message;
  const result = resultOf(task);
  const key = resultKey(result);
  run.results.set(key, {
    ...result,
    ...run.results.get(key),
    ...(task.status ? { status: task.status } : {}),
    ...(task.operationPhase ? { hookPhase: task.operationPhase } : {}),
    ...(task.message ? { message: task.message } : {}),
  });
}

/** The state as it is now, with this phase and message. */
export function stateOf(run: SyncRun, phase: OperationState['phase'], message: string): OperationState {
  const { state, results, now } = run;
  const { finishedAt: _finished, ...open } = state;
  const result = state.syncResult ?? { revision: '', source: {} };
  const managed = run.managedNamespace ? { managedNamespaceMetadata: run.managedNamespace } : {};
  return {
    ...open,
    phase,
    message,
    syncResult: { ...result, resources: [...results.values()], ...managed },
    ...(phase === 'Running' || phase === 'Terminating' ? {} : { finishedAt: now }),
  };
}

export function needsConfirmation({ options }: SyncInput, task: SyncTask): boolean {
  return isPrune(task) && ownOption(task.live, 'Prune', options.given) === 'confirm';
}

/** `waiting for healthy state of apps/Deployment/web and 2 more resources` */
export function waitingFor(run: SyncRun, tasks: SyncTask[], isDeletion = false): OperationState {
  const hooks = tasks.filter(isHookTask);
  const others = tasks.filter(task => !isHookTask(task));
  const unconfirmed = run.pruneConfirmed ? [] : tasks.filter(task => needsConfirmation(run, task));
  const [first] = unconfirmed.length > 0 ? unconfirmed : [...hooks, ...others];
  if (!first) return stateOf(run, 'Running', '');
  const reason = waitingReason(unconfirmed.length > 0, isDeletion, hooks.length > 0);
  const more = (unconfirmed.length > 0 ? unconfirmed : tasks).length - 1;
  const type = others.length === 0 ? 'hooks' : 'resources';
  const tail = more > 0 ? ` and ${more} more ${type}` : '';
  return stateOf(run, 'Running', `waiting for ${reason} ${taskText(first)}${tail}`);
}

function waitingReason(isUnconfirmed: boolean, isDeletion: boolean, hasHooks: boolean): string {
  if (isUnconfirmed) return 'pruning confirmation of';
  if (isDeletion) return hasHooks ? 'deletion of hook' : 'deletion of';
  return hasHooks ? 'completion of hook' : 'healthy state of';
}

/** Messages of several tasks behind a text, each once. */
export function withReasons(text: string, tasks: SyncTask[]): string {
  const known = [...new Set(tasks.map(({ message }) => message ?? ''))];
  return known.length > 0 ? `${text}, reason: ${known.join(',')}` : text;
}

/** What marks a hook as made by one attempt of one sync, so that no attempt makes it twice. */
export function attemptOf({ state }: SyncInput): string {
  return state.retryCount ? `${state.startedAt}/${state.retryCount}` : state.startedAt;
}

export const OPERATION_MARK = 'slipway.dev/operation-started';

export function isMadeBy(input: SyncInput, object: AnyObject | undefined): boolean {
  return object?.metadata.annotations?.[OPERATION_MARK] === attemptOf(input);
}
