import { type AnyObject, hasReason, type Key, messageOf, parseApiVersion } from '@slipway/api';
import type { Client } from '@slipway/client';
import { Namespace } from '@slipway/kinds';
import { healthOf } from '../health/health.ts';
import { FIELD_MANAGER, type Item } from './compare.ts';
import type { Operation, OperationState, ResourceResult } from './operation.ts';
import { bySyncOrder, deletePoliciesOf, phasesOf, type SyncPhase, waveOf } from './order.ts';
import type { ApplicationSpec } from './spec.ts';

export interface SyncInput {
  spec: ApplicationSpec;
  items: Item[];
  state: OperationState;
  client: Client;
  now: string;
}

/** One object in one phase. `prune` is an object that goes. */
interface Task {
  phase: SyncPhase;
  wave: number;
  item: Item;
  object: AnyObject;
  prune: boolean;
}

const FORWARD: SyncPhase[] = ['PreSync', 'Sync', 'PostSync'];

/**
 * One step of a sync: the first group (phase and wave) that is not done is applied; the next one follows when all of it
 * is healthy. What was done is in the state, so that a sync that was interrupted goes on where it was.
 */
export async function advanceSync(input: SyncInput): Promise<OperationState> {
  const { state, spec, items, client } = input;
  const operation = state.operation;
  const tasks = tasksOf(items, spec, operation);
  await ensureNamespace(client, spec);
  const results = new Map((state.syncResult?.resources ?? []).map(result => [keyOf(result), result]));
  for (const group of groupsOf(tasks.filter(task => task.phase !== 'SyncFail'))) {
    for (const task of group) await runTask(task, results, input);
    const failed = group.filter(task => isFailed(results.get(taskKey(task))));
    if (failed.length > 0) return failSync(input, tasks, results);
    const waiting = group.filter(task => !isDone(task, results.get(taskKey(task))));
    if (waiting.length > 0) return running(state, results, waitingText(waiting));
  }
  await removeHooks(tasks, results, client, 'HookSucceeded');
  return finished(input, results, 'Succeeded', 'successfully synced (all tasks run)');
}

function tasksOf(items: Item[], spec: ApplicationSpec, { sync }: Operation): Task[] {
  const chosen = items.filter(item => isChosen(item, sync?.resources));
  const wanted = chosen.flatMap(item => {
    const { target } = item;
    if (!target) return [];
    if (!item.hook && spec.syncOptions.applyOutOfSyncOnly && item.synced) return [];
    return phasesOf(target).map(phase => ({
      phase,
      wave: waveOf(target),
      item,
      object: target,
      prune: false,
    }));
  });
  const extra = chosen.filter(item => !item.target && !item.hook && item.live);
  const last = Math.max(0, ...wanted.map(task => task.wave));
  const pruned = extra.flatMap((item): Task[] => {
    const { live } = item;
    if (!live || sync?.prune !== true || optionsOf(live).includes('Prune=false')) return [];
    const late = spec.syncOptions.pruneLast || optionsOf(live).includes('PruneLast=true');
    return [{ phase: 'Sync', wave: late ? last + 1 : waveOf(live), item, object: live, prune: true }];
  });
  return [...wanted, ...pruned];
}

function isChosen(item: Item, resources: NonNullable<Operation['sync']>['resources']): boolean {
  if (!resources || resources.length === 0) return true;
  return resources.some(
    each =>
      each.kind === item.kind.kind &&
      each.name === item.name &&
      (each.group ?? '') === item.kind.group &&
      (!each.namespace || each.namespace === item.namespace),
  );
}

/** Options of one resource: the annotation `argocd.argoproj.io/sync-options`. */
function optionsOf(object: AnyObject): string[] {
  return (object.metadata.annotations?.['argocd.argoproj.io/sync-options'] ?? '')
    .split(',')
    .map(each => each.trim());
}

/** Tasks that go together, in order. */
function groupsOf(tasks: Task[]): Task[][] {
  const groups = new Map<string, Task[]>();
  const ordered = [...tasks].sort(
    (a, b) =>
      FORWARD.indexOf(a.phase) - FORWARD.indexOf(b.phase) ||
      a.wave - b.wave ||
      Number(a.prune) - Number(b.prune) ||
      bySyncOrder(a.object, b.object),
  );
  for (const task of ordered) {
    const key = `${task.phase} ${task.wave}`;
    groups.set(key, [...(groups.get(key) ?? []), task]);
  }
  return [...groups.values()];
}

async function ensureNamespace(client: Client, { syncOptions, destination }: ApplicationSpec): Promise<void> {
  if (!syncOptions.createNamespace || !destination.namespace) return;
  if (await client.find(Namespace, { name: destination.namespace })) return;
  const namespace = { apiVersion: 'v1', kind: 'Namespace', metadata: { name: destination.namespace } };
  await client.create(Namespace, namespace).catch(error => {
    if (!hasReason(error, 'AlreadyExists')) throw error;
  });
}

async function runTask(task: Task, results: Map<string, ResourceResult>, input: SyncInput): Promise<void> {
  const key = taskKey(task);
  const before = results.get(key);
  const hook = task.item.hook;
  if (before?.status && !hook) return;
  if (hook && before?.hookPhase && before.hookPhase !== 'Running') return;
  const result = resultOf(task);
  try {
    if (task.prune) results.set(key, { ...result, status: 'Pruned', message: await prune(task, input) });
    if (!task.prune && !hook)
      results.set(key, { ...result, status: 'Synced', message: await apply(task, input) });
    if (hook) results.set(key, { ...result, ...(await runHook(task, before !== undefined, input)) });
  } catch (error) {
    results.set(key, {
      ...result,
      ...(hook ? { hookPhase: 'Error' as const } : { status: 'SyncFailed' as const }),
      message: messageOf(error),
    });
  }
}

async function apply({ item, object }: Task, { client, spec }: SyncInput): Promise<string> {
  const replace = spec.syncOptions.replace || optionsOf(object).includes('Replace=true');
  if (replace && item.live) {
    const { resourceVersion } = item.live.metadata;
    await client.update(item.kind, { ...object, metadata: { ...object.metadata, resourceVersion } });
    return `${text(item)} replaced`;
  }
  await client.apply(item.kind, object, {
    fieldManager: FIELD_MANAGER,
    force: true,
    fieldValidation: 'Strict',
  });
  if (!item.live) return `${text(item)} created`;
  return `${text(item)} ${item.synced ? 'unchanged' : 'configured'}`;
}

async function prune({ item }: Task, { client, spec }: SyncInput): Promise<string> {
  await client
    .delete(item.kind, keyOfItem(item), { propagationPolicy: spec.syncOptions.prunePropagation })
    .catch(error => {
      if (!hasReason(error, 'NotFound')) throw error;
    });
  return 'pruned';
}

/** A hook is made once for each sync and watched until its health says that it is over. */
async function runHook(
  { item, object, phase }: Task,
  made: boolean,
  { client }: SyncInput,
): Promise<Partial<ResourceResult>> {
  const about = { hookType: phase, syncPhase: phase };
  const key = keyOfItem(item);
  if (!made) {
    const before = await client.find(item.kind, key);
    if (before && deletePoliciesOf(object).includes('BeforeHookCreation')) {
      await client.delete(item.kind, key, { propagationPolicy: 'Background', gracePeriodSeconds: 0 });
      if (await client.find(item.kind, key))
        throw new Error(`hook ${text(item)}: the one of the last sync is still being deleted`);
    }
    await client.create(item.kind, object);
    return { ...about, hookPhase: 'Running', message: `${text(item)} created` };
  }
  const live = (await client.find(item.kind, key)) as AnyObject | undefined;
  if (!live) return { ...about, hookPhase: 'Succeeded', message: 'it is gone' };
  const health = healthOf(live);
  if (health?.status === 'Degraded') return { ...about, hookPhase: 'Failed', message: health.message ?? '' };
  if (health && health.status !== 'Healthy')
    return { ...about, hookPhase: 'Running', message: health.message ?? '' };
  return { ...about, hookPhase: 'Succeeded', message: health?.message ?? '' };
}

function isFailed(result: ResourceResult | undefined): boolean {
  return result?.status === 'SyncFailed' || result?.hookPhase === 'Failed' || result?.hookPhase === 'Error';
}

/** Applied objects count as done when they are healthy; the comparison before this step knows it. */
function isDone({ item, prune: gone }: Task, result: ResourceResult | undefined): boolean {
  if (item.hook) return result?.hookPhase === 'Succeeded';
  if (gone) return true;
  if (!result?.status) return false;
  const { live } = item;
  if (!live) return false;
  const health = healthOf(live);
  return (
    !health ||
    health.status === 'Healthy' ||
    health.status === 'Suspended' ||
    (health.status === 'Degraded' && item.synced)
  );
}

function waitingText(tasks: Task[]): string {
  const [first] = tasks;
  const more = tasks.length > 1 ? ` and ${tasks.length - 1} more resources` : '';
  return first?.item.hook
    ? `waiting for completion of hook ${text(first.item)}${more}`
    : `waiting for healthy state of ${first ? text(first.item) : ''}${more}`;
}

async function failSync(
  input: SyncInput,
  tasks: Task[],
  results: Map<string, ResourceResult>,
): Promise<OperationState> {
  for (const task of tasks.filter(each => each.phase === 'SyncFail')) await runTask(task, results, input);
  await removeHooks(tasks, results, input.client, 'HookFailed');
  const failed = [...results.values()].filter(isFailed);
  const [first] = failed;
  const names = failed.map(result => `${result.kind}/${result.name}`).join(', ');
  return finished(
    input,
    results,
    'Failed',
    `one or more synchronization tasks failed: ${names}: ${first?.message ?? ''}`,
  );
}

async function removeHooks(
  tasks: Task[],
  results: Map<string, ResourceResult>,
  client: Client,
  policy: 'HookSucceeded' | 'HookFailed',
): Promise<void> {
  for (const task of tasks.filter(each => each.item.hook && deletePoliciesOf(each.object).includes(policy))) {
    if (!results.get(taskKey(task))) continue;
    await client
      .delete(task.item.kind, keyOfItem(task.item), { propagationPolicy: 'Background' })
      .catch(() => {});
  }
}

function running(
  state: OperationState,
  results: Map<string, ResourceResult>,
  message: string,
): OperationState {
  return { ...state, message, syncResult: { ...baseResult(state), resources: [...results.values()] } };
}

function finished(
  { state, now }: SyncInput,
  results: Map<string, ResourceResult>,
  phase: 'Succeeded' | 'Failed',
  message: string,
): OperationState {
  return { ...running(state, results, message), phase, finishedAt: now };
}

function baseResult({ syncResult }: OperationState): NonNullable<OperationState['syncResult']> {
  return syncResult ?? { revision: '', source: {}, resources: [] };
}

function resultOf({ item, phase }: Task): ResourceResult {
  const { group, version } = parseApiVersion((item.target ?? item.live)?.apiVersion ?? item.kind.version);
  return {
    group,
    version,
    kind: item.kind.kind,
    namespace: item.namespace ?? '',
    name: item.name,
    syncPhase: phase,
  };
}

function keyOf({ group, kind, namespace, name, syncPhase }: ResourceResult): string {
  return `${syncPhase}/${group}/${kind}/${namespace}/${name}`;
}

function taskKey(task: Task): string {
  return keyOf(resultOf(task));
}

function keyOfItem({ name, namespace }: Item): Key {
  return namespace ? { namespace, name } : { name };
}

/** As kubectl names it: `deployment.apps/web`. */
function text({ kind, name }: Item): string {
  return `${kind.kind.toLowerCase()}${kind.group ? `.${kind.group}` : ''}/${name}`;
}
