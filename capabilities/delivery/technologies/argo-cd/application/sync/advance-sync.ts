import { type AnyObject, keyOf, messageOf, type Stored } from '@slipway/api';
import type { OperationState } from '../operation.ts';
import { ownOption } from './annotations.ts';
import { deleteObject } from './apply-object.ts';
import { judgedHook, removeHookFinalizer } from './hook-finalizer.ts';
import { mustGoFirst, runTasks } from './run-tasks.ts';
import { note, type SyncInput, type SyncRun, stateOf, waitingFor, withReasons } from './sync-run.ts';
import {
  hasPolicy,
  isCompleted,
  isHookTask,
  isPending,
  isPrune,
  isRunning,
  objectOf,
  resultKey,
  type SyncTask,
  waveOfTask,
} from './sync-task.ts';
import { isNamespace, syncTasks, validate } from './sync-tasks.ts';

/** More rounds than any sync has waves: what moves for ever waits for its next look. */
const MOST_ROUNDS = 1_000;

/**
 * Goes on with a sync as far as it gets without waiting: phases and waves in order, the next when the last is healthy.
 * What was done is in the state, so that a sync that was interrupted goes on where it was (gitops-engine, sync_context).
 */
export async function advanceSync(input: SyncInput): Promise<OperationState> {
  const results = new Map((input.state.syncResult?.resources ?? []).map(each => [resultKey(each), each]));
  const run: SyncRun = { ...input, tasks: await syncTasks(input), results, moved: false };
  if (input.state.phase === 'Terminating') return terminate(run);
  const isFirst = results.size === 0;
  if (!validate(run)) return invalid(run);
  if (isFirst) {
    const refused = await createNamespace(run);
    if (refused) return refused;
  }
  if (input.state.operation.sync?.dryRun) return dryRun(run);
  for (let round = 0; round < MOST_ROUNDS; round++) {
    run.moved = false;
    const state = await step(run);
    if (state.phase !== 'Running' || !run.moved) return state;
  }
  return stateOf(run, 'Running', 'one or more tasks are running');
}

function invalid(run: SyncRun): OperationState {
  const failed = [...run.results.values()].filter(({ status }) => status === 'SyncFailed');
  const messages = [...new Set(failed.flatMap(({ message }) => message ?? []))].sort();
  const text = 'one or more synchronization tasks are not valid';
  return stateOf(run, 'Failed', messages.length > 0 ? `${text}: ${messages.join('; ')}` : text);
}

/** The destination's namespace comes before anything that lives in it. */
async function createNamespace(run: SyncRun): Promise<OperationState | undefined> {
  const task = run.tasks.find(
    ({ live, target }) => !live && target && isNamespace(target, run.destinationNamespace),
  );
  if (!task || run.state.operation.sync?.dryRun) return undefined;
  if ((await runTasks(run, [task])) !== 'failed') return undefined;
  return stateOf(run, 'Failed', withReasons('the namespace failed to apply', [task]));
}

/** What would be done, without asking the server to try. */
function dryRun(run: SyncRun): OperationState {
  for (const task of run.tasks.filter(({ phase }) => phase !== 'SyncFail')) {
    if (isSkippedAsSynced(run, task)) continue;
    note(run, task, { ...dryResult(run, task), hookPhase: 'Succeeded' });
  }
  return stateOf(run, 'Succeeded', 'successfully synced (no more tasks)');
}

function dryResult(
  run: SyncRun,
  task: SyncTask,
): { status: 'Synced' | 'Pruned' | 'PruneSkipped'; message: string } {
  if (!isPrune(task)) {
    const { kind } = task;
    const name = `${kind.kind.toLowerCase()}${kind.group ? `.${kind.group}` : ''}/${objectOf(task).metadata.name}`;
    const verb = !task.live ? 'created' : task.isSynced ? 'unchanged' : 'configured';
    return { status: 'Synced', message: `${name} ${verb} (dry run)` };
  }
  if (run.state.operation.sync?.prune !== true)
    return { status: 'PruneSkipped', message: 'ignored (requires pruning)' };
  const isKept = ownOption(task.live, 'Prune', run.options.given) === 'false';
  if (isKept) return { status: 'PruneSkipped', message: 'ignored (no prune)' };
  return { status: 'Pruned', message: 'pruned (dry run)' };
}

/** One look, and one wave at most. */
async function step(run: SyncRun): Promise<OperationState> {
  await lookAtRunning(run);
  const waiting = await stillMoving(run);
  if (waiting) return waiting;
  await freeCompleted(run);
  const syncFail = run.tasks.filter(({ phase }) => phase === 'SyncFail');
  const forward = run.tasks.filter(({ phase }) => phase !== 'SyncFail');
  if (forward.some(task => isCompleted(task) && task.operationPhase !== 'Succeeded')) {
    await deleteHooks(run, 'HookFailed');
    const failed = forward.filter(({ status }) => status === 'SyncFailed');
    return failSync(run, syncFail, failed, 'one or more synchronization tasks completed unsuccessfully');
  }
  const pending = forward.filter(task => isPending(task) && !isSkippedAsSynced(run, task));
  const [first] = pending;
  if (!first) {
    await deleteHooks(run, 'HookSucceeded');
    return stateOf(run, 'Succeeded', 'successfully synced (no more tasks)');
  }
  const isNow = (task: SyncTask) => task.phase === first.phase && waveOfTask(task) === waveOfTask(first);
  const wave = pending.filter(isNow);
  const outcome = await runTasks(run, wave);
  if (outcome === 'failed') return waveFailed(run, wave, syncFail);
  if (outcome === 'pending') {
    run.moved = false;
    const late = wave.filter(task => mustGoFirst(run, task) || (isPrune(task) && isPending(task)));
    return waitingFor(run, late, true);
  }
  if (wave.length < pending.length || wave.some(isHookTask)) return waitingFor(run, wave);
  await deleteHooks(run, 'HookSucceeded');
  return stateOf(run, 'Succeeded', 'successfully synced (all tasks run)');
}

function isSkippedAsSynced({ options }: SyncRun, task: SyncTask): boolean {
  if (!options.applyOutOfSyncOnly || isHookTask(task)) return false;
  return task.isSynced && task.target !== undefined && task.live !== undefined;
}

/** Updates what is under way from what lives. */
async function lookAtRunning(run: SyncRun): Promise<void> {
  const tasks = run.tasks.filter(task => isRunning(task) || task.status === 'Pruned');
  await Promise.all(
    tasks.map(async task => {
      task.live = (await run.client.find(task.kind, keyOf(objectOf(task)))) as Stored<AnyObject> | undefined;
    }),
  );
  const alive = tasks.filter(task => isRunning(task) && task.live);
  const judged = await run.health.judge(alive.flatMap(({ live }) => (live ? [judgedHook(live)] : [])));
  for (const [index, task] of alive.entries()) {
    const health = judged[index];
    const message = health?.message ?? '';
    if (isHookTask(task)) noteHook(run, task, health);
    else if (!health) note(run, task, { hookPhase: 'Succeeded' });
    else if (health.status === 'Healthy' && task.live && isObserved(task.live))
      note(run, task, { hookPhase: 'Succeeded', message });
    else if (health.status === 'Degraded') note(run, task, { hookPhase: 'Failed', message });
  }
}

/**
 * Whether an object's controller has seen what was applied last. Upstream waits two seconds between waves instead, so
 * that health is not judged by a status of the time before.
 */
function isObserved({ metadata, status }: AnyObject): boolean {
  const seen = (status as { observedGeneration?: unknown } | undefined)?.observedGeneration;
  return typeof seen !== 'number' || seen >= (metadata.generation ?? 0);
}

function noteHook(
  run: SyncRun,
  task: SyncTask,
  health: { status: string; message?: string } | undefined,
): void {
  if (!health) {
    note(run, task, { hookPhase: 'Succeeded', message: `${objectOf(task).metadata.name} created` });
    return;
  }
  const message = health.message ?? '';
  const failed = health.status === 'Unknown' || health.status === 'Degraded';
  const phase = health.status === 'Healthy' ? 'Succeeded' : failed ? 'Failed' : 'Running';
  note(run, task, { hookPhase: phase, message });
}

/** Waves wait for the health of the last; a single one is done once it is applied, but for its hooks. */
async function stillMoving(run: SyncRun): Promise<OperationState | undefined> {
  const [first, last] = [run.tasks[0], run.tasks.at(-1)];
  const isMultiStep =
    first !== undefined &&
    last !== undefined &&
    (waveOfTask(first) !== waveOfTask(last) || first.phase !== last.phase);
  const running = run.tasks.filter(task => isRunning(task) && (isMultiStep || isHookTask(task)));
  for (const task of running.filter(({ live }) => !live)) {
    const { group, kind } = task.kind;
    const message = `Resource ${group}/${kind}/${objectOf(task).metadata.name} is missing, it might have been deleted`;
    note(run, task, { status: 'SyncFailed', hookPhase: 'Error', message });
    // The next look finds that it failed.
    run.moved = true;
  }
  if (running.length > 0) return waitingFor(run, running);
  const going = run.tasks.filter(task => task.status === 'Pruned' && task.live?.metadata.deletionTimestamp);
  return going.length > 0 ? waitingFor(run, going, true) : undefined;
}

async function freeCompleted(run: SyncRun): Promise<void> {
  for (const task of run.tasks.filter(each => isHookTask(each) && isCompleted(each))) {
    if (!task.live) continue;
    try {
      task.live = await removeHookFinalizer(run.client, task.kind, task.live);
    } catch (error) {
      const message = `Failed to remove hook finalizer: ${messageOf(error)}`;
      note(run, task, { hookPhase: 'Error', message });
    }
  }
}

/** Hooks that ended go by their policy; how they ended is written down before. */
async function deleteHooks(run: SyncRun, policy: 'HookSucceeded' | 'HookFailed'): Promise<void> {
  const ended = run.tasks.filter(
    task => isHookTask(task) && isCompleted(task) && task.live && hasPolicy(task, policy),
  );
  if (ended.length === 0) return;
  await run.checkpoint(stateOf(run, 'Running', 'one or more tasks are running'));
  for (const task of ended) {
    try {
      await deleteObject(run.client, task.kind, objectOf(task), run.options.prunePropagation);
    } catch (error) {
      note(run, task, { hookPhase: 'Error', message: `failed to delete resource: ${messageOf(error)}` });
    }
  }
}

async function waveFailed(run: SyncRun, wave: SyncTask[], syncFail: SyncTask[]): Promise<OperationState> {
  const text = 'one or more objects failed to apply';
  const failed = wave.filter(({ status }) => status === 'SyncFailed');
  const hooks = wave.filter(task => isHookTask(task) && isRunning(task));
  if (hooks.length > 0) {
    run.moved = false;
    return waitingFor(run, hooks);
  }
  const state = await failSync(run, syncFail, failed, text);
  if (state.phase === 'Failed') await deleteHooks(run, 'HookFailed');
  return state;
}

/** SyncFail hooks run before a sync has failed. */
async function failSync(
  run: SyncRun,
  syncFail: SyncTask[],
  failed: SyncTask[],
  text: string,
): Promise<OperationState> {
  const message = withReasons(text, failed);
  if (syncFail.length === 0) return stateOf(run, 'Failed', message);
  if (syncFail.every(isCompleted)) {
    const bad = syncFail.filter(({ status }) => status === 'SyncFailed');
    const tail = bad.length > 0 ? `\n${withReasons('one or more SyncFail hooks failed', bad)}` : '';
    return stateOf(run, 'Failed', `${message}${tail}`);
  }
  const pending = syncFail.filter(isPending);
  await runTasks(run, pending);
  return waitingFor(run, pending);
}

/** Ends hooks that run; everything else stays as it is. */
async function terminate(run: SyncRun): Promise<OperationState> {
  await freeCompleted(run);
  let successful = true;
  for (const task of run.tasks.filter(each => isHookTask(each) && isRunning(each)))
    successful = (await terminateHook(run, task)) && successful;
  if (successful) return stateOf(run, 'Failed', 'Operation terminated');
  return stateOf(run, 'Error', 'Operation termination had errors');
}

async function terminateHook(run: SyncRun, task: SyncTask): Promise<boolean> {
  try {
    const live = (await run.client.find(task.kind, keyOf(objectOf(task)))) as Stored<AnyObject> | undefined;
    if (!live) {
      note(run, task, { hookPhase: 'Succeeded', message: 'Terminated' });
      return true;
    }
    task.live = live;
    const [health] = await run.health.judge([judgedHook(live)]);
    noteHook(run, task, health);
    task.live = await removeHookFinalizer(run.client, task.kind, live);
    if (isRunning(task) || hasPolicy(task, 'HookFailed'))
      await deleteObject(run.client, task.kind, live, run.options.prunePropagation);
    if (isRunning(task)) note(run, task, { hookPhase: 'Failed', message: 'Terminated' });
    return true;
  } catch (error) {
    note(run, task, { hookPhase: 'Failed', message: `Failed to delete: ${messageOf(error)}` });
    return false;
  }
}
