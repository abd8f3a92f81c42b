import { type AnyObject, hasReason, messageOf, type Stored } from '@slipway/api';
import type { Client } from '@slipway/client';
import { Namespace } from '@slipway/kinds';
import { healthOf } from '../health/health.ts';
import { applyObject, deleteObject, findObject, optionProblem } from './apply-object.ts';
import type { Item } from './compare.ts';
import { deleteHooks, hookPhaseOf, startHook } from './hook.ts';
import type { OperationState, ResourceResult } from './operation.ts';
import type { ApplicationSpec } from './spec.ts';
import { groupsOf, optionsOf, resultKey, resultOf, type Task, tasksOf, taskText } from './tasks.ts';

export interface SyncInput {
  spec: ApplicationSpec;
  items: Item[];
  state: OperationState;
  client: Client;
  now: string;
  /** Why the project does not allow an object. */
  refusal(item: Item): string | undefined;
}

/** A sync while it is looked at: its tasks, and what became of each. */
interface Run extends SyncInput {
  tasks: Task[];
  results: Map<string, ResourceResult>;
  /** Live objects of tasks that ran, as the server answered. */
  live: Map<Task, Stored<AnyObject>>;
}

type Step = 'again' | OperationState;

/**
 * Goes on with a sync as far as it gets without waiting: phases and waves in order, the next when the last is healthy.
 * What was done is in the state, so that a sync that was interrupted goes on where it was (gitops-engine, sync_context).
 */
export async function advanceSync(input: SyncInput): Promise<OperationState> {
  const { state, items, spec } = input;
  const { operation, startedAt } = state;
  const revision = state.syncResult?.revision ?? '';
  const tasks = tasksOf({ items, spec, operation, revision, startedAt });
  const results = new Map((state.syncResult?.resources ?? []).map(result => [resultKey(result), result]));
  const run: Run = { ...input, tasks, results, live: new Map() };
  if (state.phase === 'Terminating') return terminate(run);
  const invalid = validate(run);
  if (invalid) return invalid;
  if (results.size === 0) {
    await ensureNamespace(run);
    const failed = await dryRun(run);
    if (failed) return failed;
  }
  if (operation.sync?.dryRun) return finished(run, 'Succeeded', 'successfully synced (dry run)');
  for (;;) {
    const step = await oneStep(run);
    if (step !== 'again') return step;
  }
}

/** Kinds that are not there, and what the project or this engine does not allow, end a sync before it begins. */
function validate(run: Run): OperationState | undefined {
  const problems: string[] = [];
  for (const task of run.tasks) {
    const problem = run.refusal(task.item) ?? optionProblem(task.object) ?? missingKind(run, task);
    if (!problem) continue;
    problems.push(problem);
    note(run, task, { status: 'SyncFailed', message: problem });
  }
  if (problems.length === 0) return undefined;
  return finished(run, 'Failed', reasons('one or more synchronization tasks are not valid', problems));
}

/** A kind whose CRD comes with this sync is there when its turn comes. */
function missingKind(run: Run, task: Task): string | undefined {
  if (!task.item.kindMissing || arrives(run, task)) return undefined;
  const { group, kind } = task.kind;
  return `The Kubernetes API could not find ${group}/${kind} for requested resource ${task.item.namespace ?? ''}/${task.object.metadata.name}. Make sure the "${kind}" CRD is installed on the destination cluster.`;
}

function arrives({ tasks }: Run, { kind, object }: Task): boolean {
  if (optionsOf(object).includes('SkipDryRunOnMissingResource=true')) return true;
  return tasks.some(other => {
    const spec = other.object.spec as { group?: string; names?: { kind?: string } } | undefined;
    return (
      other.kind.kind === 'CustomResourceDefinition' &&
      spec?.group === kind.group &&
      spec?.names?.kind === kind.kind
    );
  });
}

async function ensureNamespace({ client, spec }: Run): Promise<void> {
  const { syncOptions, destination } = spec;
  if (!syncOptions.createNamespace || !destination.namespace) return;
  if (await client.find(Namespace, { name: destination.namespace })) return;
  const namespace = { apiVersion: 'v1', kind: 'Namespace', metadata: { name: destination.namespace } };
  await client.create(Namespace, namespace).catch(error => {
    if (!hasReason(error, 'AlreadyExists')) throw error;
  });
}

/** Nothing is applied when the server would refuse a part of it. */
async function dryRun(run: Run): Promise<OperationState | undefined> {
  const created = new Set(
    run.tasks.filter(task => task.kind.kind === 'Namespace').map(task => task.object.metadata.name),
  );
  const tried = run.tasks.filter(
    task =>
      !task.prune &&
      !task.hook &&
      !task.item.accepted &&
      !task.item.kindMissing &&
      !created.has(task.item.namespace),
  );
  const problems: string[] = [];
  for (const task of tried) {
    try {
      await applyObject(run.client, task, run.spec.syncOptions, { dryRun: true });
    } catch (error) {
      problems.push(messageOf(error));
      note(run, task, { status: 'SyncFailed', hookPhase: 'Failed', message: messageOf(error) });
    }
  }
  if (problems.length === 0) return undefined;
  return finished(run, 'Failed', reasons('one or more objects failed to apply (dry run)', problems));
}

async function oneStep(run: Run): Promise<Step> {
  await look(run);
  const forward = run.tasks.filter(task => task.phase !== 'SyncFail');
  const [first, last] = [forward[0], forward.at(-1)];
  const isMultiStep = first?.wave !== last?.wave || first?.phase !== last?.phase;
  const moving = run.tasks.filter(task => phaseOf(run, task) === 'Running' && (isMultiStep || task.hook));
  if (moving.length > 0) return waiting(run, moving);
  const failed = forward.filter(task => ['Failed', 'Error'].includes(phaseOf(run, task) ?? ''));
  if (failed.length > 0)
    return fail(run, failed, 'one or more synchronization tasks completed unsuccessfully');
  const pending = groupsOf(forward.filter(task => !phaseOf(run, task)));
  const [group] = pending;
  if (!group) {
    await deleteHooks(run.client, forward, 'HookSucceeded');
    return finished(run, 'Succeeded', 'successfully synced (no more tasks)');
  }
  for (const task of group) await runTask(run, task);
  const refused = group.filter(task => phaseOf(run, task) === 'Failed' || phaseOf(run, task) === 'Error');
  if (refused.length > 0) return fail(run, refused, 'one or more objects failed to apply');
  const late = group.filter(task => !phaseOf(run, task));
  if (late.length > 0) return waiting(run, late, 'deletion of');
  if (pending.length > 1 || group.some(task => task.hook)) return 'again';
  await deleteHooks(run.client, forward, 'HookSucceeded');
  return finished(run, 'Succeeded', 'successfully synced (all tasks run)');
}

/** Updates what is under way from what lives. */
async function look(run: Run): Promise<void> {
  for (const task of run.tasks) {
    if (phaseOf(run, task) !== 'Running') continue;
    const live = run.live.get(task) ?? (await findObject(run.client, task));
    run.live.delete(task);
    if (task.hook) {
      note(run, task, hookPhaseOf(live));
      continue;
    }
    const text = `Resource ${taskText(task)} is missing, it might have been deleted`;
    if (!live) {
      note(run, task, { status: 'SyncFailed', hookPhase: 'Error', message: text });
      continue;
    }
    const health = healthOf(live);
    if (!health) note(run, task, { hookPhase: 'Succeeded' });
    if (health?.status === 'Healthy')
      note(run, task, { hookPhase: 'Succeeded', ...messageFor(health.message) });
    if (health?.status === 'Degraded')
      note(run, task, { hookPhase: 'Failed', ...messageFor(health.message) });
  }
}

function messageFor(message: string | undefined): { message?: string } {
  return message ? { message } : {};
}

async function runTask(run: Run, task: Task): Promise<void> {
  try {
    if (task.prune) return await prune(run, task);
    if (task.hook) {
      const started = await startHook(run.client, task, run.state.startedAt);
      if (started) note(run, task, started);
      return;
    }
    const known = task.item.kindMissing ? await arrivedTask(run, task) : task;
    const { message, live } = await applyObject(run.client, known, run.spec.syncOptions, { dryRun: false });
    run.live.set(task, live);
    note(run, task, { status: 'Synced', hookPhase: 'Running', message });
  } catch (error) {
    note(run, task, { status: 'SyncFailed', hookPhase: 'Failed', message: messageOf(error) });
  }
}

/** The kind of a CRD that this sync brought. */
async function arrivedTask(run: Run, task: Task): Promise<Task> {
  const kind = await run.client.discover(task.object.apiVersion, task.kind.kind);
  if (!kind) throw new Error(`${task.kind.kind} (${task.object.apiVersion}) is not served yet`);
  if (kind.namespaced) return { ...task, kind };
  const { namespace: _none, ...metadata } = task.object.metadata;
  return { ...task, kind, object: { ...task.object, metadata } };
}

async function prune(run: Run, task: Task): Promise<void> {
  const skip = (message: string) =>
    note(run, task, { status: 'PruneSkipped', hookPhase: 'Succeeded', message });
  if (run.state.operation.sync?.prune !== true) return skip('ignored (requires pruning)');
  if (optionsOf(task.object).includes('Prune=false')) return skip('ignored (no prune)');
  await deleteObject(run.client, task, run.spec.syncOptions.prunePropagation);
  note(run, task, { status: 'Pruned', hookPhase: 'Succeeded', message: 'pruned' });
}

/** SyncFail hooks run before a sync has failed. */
async function fail(run: Run, failed: Task[], text: string): Promise<Step> {
  const hooks = run.tasks.filter(task => task.phase === 'SyncFail');
  for (const task of hooks.filter(each => !phaseOf(run, each))) await runTask(run, task);
  await look(run);
  const moving = hooks.filter(task => phaseOf(run, task) === 'Running');
  if (moving.length > 0) return waiting(run, moving);
  await deleteHooks(run.client, run.tasks, 'HookFailed');
  const messages = failed.map(task => run.results.get(resultKey(resultOf(task)))?.message ?? '');
  return finished(run, 'Failed', reasons(text, messages));
}

async function terminate(run: Run): Promise<OperationState> {
  for (const task of run.tasks.filter(each => each.hook && phaseOf(run, each) === 'Running')) {
    await deleteObject(run.client, task, 'Background');
    note(run, task, { hookPhase: 'Failed', message: 'Terminated' });
  }
  return finished(run, 'Failed', 'Operation terminated');
}

function note(run: Run, task: Task, what: Partial<ResourceResult>): void {
  const result = resultOf(task);
  const key = resultKey(result);
  run.results.set(key, { ...result, ...run.results.get(key), ...what });
}

function phaseOf(run: Run, task: Task): ResourceResult['hookPhase'] {
  return run.results.get(resultKey(resultOf(task)))?.hookPhase;
}

function reasons(text: string, messages: string[]): string {
  const known = [...new Set(messages.filter(message => message !== ''))];
  return known.length > 0 ? `${text}, reason: ${known.join(',')}` : text;
}

function waiting(run: Run, tasks: Task[], why?: string): OperationState {
  const hook = tasks.find(task => task.hook);
  const first = hook ?? tasks[0];
  const reason = why ?? (hook ? 'completion of hook' : 'healthy state of');
  const more = tasks.length > 1 ? ` and ${tasks.length - 1} more ${hook ? 'hooks' : 'resources'}` : '';
  return withResults(run, `waiting for ${reason} ${first ? taskText(first) : ''}${more}`);
}

function finished(run: Run, phase: 'Succeeded' | 'Failed', message: string): OperationState {
  return { ...withResults(run, message), phase, finishedAt: run.now };
}

function withResults({ state, results }: Run, message: string): OperationState {
  const result = state.syncResult ?? { revision: '', source: {}, resources: [] };
  return { ...state, message, syncResult: { ...result, resources: [...results.values()] } };
}
