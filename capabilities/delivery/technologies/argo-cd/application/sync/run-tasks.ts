import { type AnyObject, hasReason, keyOf, messageOf, type Stored } from '@slipway/api';
import { ownOption } from './annotations.ts';
import { applyObject, deleteObject } from './apply-object.ts';
import { removeHookFinalizer } from './hook-finalizer.ts';
import { isMadeBy, needsConfirmation, note, type SyncRun } from './sync-run.ts';
import { hasPolicy, isHookTask, isPending, isPrune, objectOf, type SyncTask } from './sync-task.ts';
import { isCrd } from './task-order.ts';

export type RunState = 'successful' | 'pending' | 'failed';

/** How many objects of one kind are written at once. */
const PARALLEL = 16;

/** Whether a hook of an earlier sync has to go before this one's is made. */
export function mustGoFirst(run: SyncRun, task: SyncTask): boolean {
  return (
    task.live !== undefined &&
    isPending(task) &&
    hasPolicy(task, 'BeforeHookCreation') &&
    !isMadeBy(run, task.live)
  );
}

/** Runs tasks of one wave: what goes first, then kind after kind (gitops-engine, runTasks). */
export async function runTasks(run: SyncRun, tasks: SyncTask[]): Promise<RunState> {
  run.moved = true;
  const [pruned, created] = [tasks.filter(isPrune), tasks.filter(task => !isPrune(task))];
  const freed = await freeHooks(run, tasks);
  if (freed !== 'successful') return freed;
  if (!run.pruneConfirmed && pruned.some(task => needsConfirmation(run, task))) return 'pending';
  const gone = await each(pruned, task => prune(run, task));
  if (gone !== 'successful') return gone;
  const cleared = await each(
    created.filter(task => mustGoFirst(run, task)),
    task => clear(run, task),
  );
  if (cleared !== 'successful') return cleared;
  let state: RunState = 'successful';
  for (const group of byKind(created)) {
    const one = await each(group, task => create(run, task));
    if (one === 'failed') state = 'failed';
  }
  return state;
}

async function each(tasks: SyncTask[], work: (task: SyncTask) => Promise<RunState>): Promise<RunState> {
  const states: RunState[] = [];
  for (let first = 0; first < tasks.length; first += PARALLEL)
    states.push(...(await Promise.all(tasks.slice(first, first + PARALLEL).map(work))));
  if (states.includes('failed')) return 'failed';
  return states.includes('pending') ? 'pending' : 'successful';
}

/** Neighbours of one kind go together. */
function byKind(tasks: SyncTask[]): SyncTask[][] {
  const groups: SyncTask[][] = [];
  for (const task of tasks) {
    const last = groups.at(-1);
    if (last?.[0]?.kind.kind === task.kind.kind) last.push(task);
    else groups.push([task]);
  }
  return groups;
}

/** Hooks of earlier syncs let go of their finalizers. */
function freeHooks(run: SyncRun, tasks: SyncTask[]): Promise<RunState> {
  const before = tasks.filter(
    task => isHookTask(task) && isPending(task) && task.live && !isMadeBy(run, task.live),
  );
  return each(before, async task => {
    try {
      if (task.live) task.live = await removeHookFinalizer(run.client, task.kind, task.live);
      return 'successful';
    } catch (error) {
      note(run, task, {
        hookPhase: 'Error',
        message: `failed to remove hook finalizer: ${messageOf(error)}`,
      });
      return 'failed';
    }
  });
}

async function prune(run: SyncRun, task: SyncTask): Promise<RunState> {
  const skip = (message: string): RunState => {
    note(run, task, { status: 'PruneSkipped', hookPhase: 'Succeeded', message });
    return 'successful';
  };
  if (run.state.operation.sync?.prune !== true) return skip('ignored (requires pruning)');
  if (ownOption(task.live, 'Prune', run.options.given) === 'false') return skip('ignored (no prune)');
  const object = objectOf(task);
  try {
    if (!object.metadata.deletionTimestamp)
      await deleteObject(run.client, task.kind, object, run.options.prunePropagation);
  } catch (error) {
    note(run, task, { status: 'SyncFailed', hookPhase: 'Failed', message: messageOf(error) });
    return 'failed';
  }
  note(run, task, { status: 'Pruned', hookPhase: 'Succeeded', message: 'pruned' });
  task.live = (await run.client.find(task.kind, keyOf(object))) as Stored<AnyObject> | undefined;
  return 'successful';
}

/** An earlier hook of this name is deleted; its successor waits until it is gone. */
async function clear(run: SyncRun, task: SyncTask): Promise<RunState> {
  const object = objectOf(task);
  try {
    await run.client.delete(task.kind, keyOf(object), { propagationPolicy: run.options.prunePropagation });
  } catch (error) {
    if (!hasReason(error, 'NotFound')) {
      note(run, task, { hookPhase: 'Error', message: `failed to delete resource: ${messageOf(error)}` });
      return 'failed';
    }
  }
  task.live = (await run.client.find(task.kind, keyOf(object))) as Stored<AnyObject> | undefined;
  return task.live ? 'pending' : 'successful';
}

async function create(run: SyncRun, task: SyncTask): Promise<RunState> {
  try {
    const target = task.target;
    if (!target) return 'successful';
    if (isHookTask(task) && isMadeBy(run, task.live)) {
      note(run, task, { status: 'Synced', hookPhase: 'Running', message: `${target.metadata.name} created` });
      return 'successful';
    }
    const known = task.kindMissing ? await arrived(run, task, target) : { kind: task.kind, target };
    const { message, live } = await applyObject({
      ...known,
      client: run.client,
      clock: run.clock,
      live: task.live,
      options: run.options,
      force: forces(run),
      migratedManager: run.migratedManager,
      startedAt: run.state.startedAt,
    });
    task.kind = known.kind;
    task.kindMissing = false;
    task.live = live;
    if (isCrd(target)) await established(run, task);
    note(run, task, { status: 'Synced', hookPhase: 'Running', message });
    return 'successful';
  } catch (error) {
    note(run, task, { status: 'SyncFailed', hookPhase: 'Failed', message: explained(messageOf(error)) });
    return 'failed';
  }
}

function forces({ state }: SyncRun): boolean {
  const { apply, hook } = state.operation.sync?.syncStrategy ?? {};
  return apply?.force === true || hook?.force === true;
}

function explained(message: string): string {
  if (!message.includes('metadata.annotations: Too long')) return message;
  return `${message} \n -Additional Info: This error usually means that you are trying to add a large resource on client side. Consider using Server-side apply or syncing with replace enabled. Note: Syncing with Replace enabled is potentially destructive as it may cause resource deletion and re-creation.`;
}

/** The kind of a CRD that this sync brought. */
async function arrived(
  run: SyncRun,
  task: SyncTask,
  target: AnyObject,
): Promise<{ kind: SyncTask['kind']; target: AnyObject }> {
  const kind = await run.client.discover(target.apiVersion, task.kind.kind);
  if (!kind) throw new Error('the server could not find the requested resource');
  if (kind.namespaced) return { kind, target };
  const { namespace: _none, ...metadata } = target.metadata;
  return { kind, target: { ...target, metadata } };
}

const ESTABLISHED_ATTEMPTS = 30;

/** Its objects can be applied once a CRD is established; three seconds are enough, or nobody waits for it. */
async function established(run: SyncRun, task: SyncTask): Promise<void> {
  for (let attempt = 1; attempt <= ESTABLISHED_ATTEMPTS; attempt++) {
    const conditions = (task.live?.status?.conditions ?? []) as { type: string; status: string }[];
    if (conditions.some(({ type, status }) => type === 'Established' && status === 'True')) return;
    await run.clock.sleep(100);
    task.live = (await run.client.find(task.kind, keyOf(objectOf(task)))) as Stored<AnyObject> | undefined;
  }
}
