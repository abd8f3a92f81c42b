import { type AnyObject, keyOf, type Stored } from '@slipway/api';
import { Namespace } from '@slipway/kinds';
import type { Item } from '../compare.ts';
import { hasOption, SYNC_OPTIONS } from './annotations.ts';
import { HOOK_FINALIZER } from './hook-finalizer.ts';
import { isHook, isIgnored, isOnlyDeleteHook, phasesOf, type SyncPhase } from './hook-types.ts';
import { attemptOf, note, OPERATION_MARK, type SyncInput, type SyncRun } from './sync-run.ts';
import { objectOf, resultKey, resultOf, type SyncTask } from './sync-task.ts';
import { definedKind, inSyncOrder } from './task-order.ts';

/** Everything a sync does, in order, each with what became of it so far. */
export async function syncTasks(input: SyncInput): Promise<SyncTask[]> {
  const { items, state, options } = input;
  const sync = state.operation.sync ?? {};
  const chosen = items.filter(item => isChosen(item, sync.resources));
  const tasks = chosen.flatMap(item => resourceTasks(item, input));
  const skipsHooks = sync.syncStrategy?.apply !== undefined || (sync.resources?.length ?? 0) > 0;
  if (!skipsHooks) tasks.push(...(await hookTasks(input)));
  const namespace = await namespaceTask(input);
  if (namespace) tasks.push(namespace);
  const ordered = inSyncOrder(tasks, options);
  const results = new Map((state.syncResult?.resources ?? []).map(each => [resultKey(each), each]));
  for (const task of ordered) {
    const { status, hookPhase, message } = results.get(resultKey(resultOf(task))) ?? {};
    if (status) task.status = status;
    if (hookPhase) task.operationPhase = hookPhase;
    if (message) task.message = message;
  }
  return ordered;
}

type Chosen = NonNullable<NonNullable<SyncInput['state']['operation']['sync']>['resources']>;

/** A sync of chosen resources leaves the others alone; what only carries a copied id is nobody's to sync. */
function isChosen(item: Item, resources: Chosen | undefined): boolean {
  if (item.foreign) return false;
  if (!resources || resources.length === 0) return true;
  return resources.some(
    each =>
      each.kind === item.kind.kind &&
      each.name === item.name &&
      (each.group ?? '') === item.kind.group &&
      (!each.namespace || each.namespace === item.namespace),
  );
}

function resourceTasks(item: Item, { destinationNamespace }: SyncInput): SyncTask[] {
  const object = item.target ?? item.live;
  if (!object || isHook(object) || isIgnored(object) || isOnlyDeleteHook(object)) return [];
  return phasesOf(object).map(phase => taskOf(item, phase, item.target, destinationNamespace));
}

function taskOf(item: Item, phase: SyncPhase, target: AnyObject | undefined, destination: string): SyncTask {
  const { kind, live, synced, kindMissing = false } = item;
  const namespace = target ? (target.metadata.namespace ?? destination) : (live?.metadata.namespace ?? '');
  return { phase, kind, namespace, target, live, isSynced: synced, kindMissing };
}

/** A hook with generateName has a name that is the same whenever its sync is looked at again. */
async function hookTasks(input: SyncInput): Promise<SyncTask[]> {
  const hooks = input.items.filter(({ target }) => target && isHook(target) && !isOnlyDeleteHook(target));
  const tasks = hooks.flatMap(item =>
    item.target
      ? phasesOf(item.target).map(phase => hookTask(item, phase, item.target as AnyObject, input))
      : [],
  );
  for (const task of tasks) {
    if (!task.kindMissing && task.target)
      task.live = (await input.client.find(task.kind, keyOf(task.target))) as Stored<AnyObject> | undefined;
  }
  return tasks;
}

function hookTask(item: Item, phase: SyncPhase, target: AnyObject, input: SyncInput): SyncTask {
  const { state, destinationNamespace } = input;
  const { generateName, ...metadata } = target.metadata;
  const revision = state.syncResult?.revision ?? '';
  const short = revision.length >= 8 ? revision.slice(0, 7) : revision;
  const seconds = Math.floor(Date.parse(state.startedAt) / 1_000);
  const name = metadata.name || `${generateName ?? ''}${`${short}-${phase}-${seconds}`.toLowerCase()}`;
  const finalizers = [...new Set([...(metadata.finalizers ?? []), HOOK_FINALIZER])];
  const annotations = { ...metadata.annotations, [OPERATION_MARK]: attemptOf(input) };
  const named = { ...target, metadata: { ...metadata, name, annotations, finalizers } };
  return { ...taskOf(item, phase, named, destinationNamespace), live: undefined };
}

/** The destination's namespace, when it is missing or its labels and annotations are managed. */
async function namespaceTask(input: SyncInput): Promise<SyncTask | undefined> {
  const { options, destinationNamespace: name, items, client, managedNamespace } = input;
  if (!options.createNamespace || name === '') return undefined;
  const isThere = items.some(({ target }) => target && isNamespace(target, name));
  if (isThere) return undefined;
  const live = (await client.find(Namespace, { name })) as unknown as Stored<AnyObject> | undefined;
  if (live && !managedNamespace) return undefined;
  const target = namespaceObject(name, managedNamespace);
  const kind = Namespace as SyncTask['kind'];
  return { phase: 'PreSync', kind, namespace: name, target, live, isSynced: false, kindMissing: false };
}

export function isNamespace({ apiVersion, kind, metadata }: AnyObject, name: string): boolean {
  return apiVersion === 'v1' && kind === 'Namespace' && metadata.name === name;
}

/** Applied on the server, so that labels and annotations of others stay. */
export function namespaceObject(name: string, managed: SyncInput['managedNamespace']): AnyObject {
  const labels = managed?.labels ? { labels: managed.labels } : {};
  const annotations = managed
    ? { annotations: { ...managed.annotations, [SYNC_OPTIONS]: 'ServerSideApply=true' } }
    : {};
  return { apiVersion: 'v1', kind: 'Namespace', metadata: { name, ...labels, ...annotations } };
}

/**
 * Notes what cannot be synced at all: kinds that are not there and do not come with this sync, and what the project does
 * not allow. False when there is any.
 */
export function validate(run: SyncRun): boolean {
  let valid = true;
  for (const task of run.tasks) {
    const item = {
      kind: task.kind,
      namespace: objectOf(task).metadata.namespace,
      name: objectOf(task).metadata.name ?? '',
    };
    const problem = missingKind(run, task) ?? (task.kindMissing ? undefined : run.refusal(item));
    if (!problem) continue;
    valid = false;
    note(run, task, { status: 'SyncFailed', message: problem });
  }
  return valid;
}

function missingKind(run: SyncRun, task: SyncTask): string | undefined {
  if (!task.kindMissing || arrives(run, task)) return undefined;
  const { group, kind } = task.kind;
  return `The Kubernetes API could not find ${group}/${kind} for requested resource ${task.namespace}/${objectOf(task).metadata.name}. Make sure the "${kind}" CRD is installed on the destination cluster.`;
}

/** A kind whose CRD comes with this sync is there when its turn comes. */
function arrives({ tasks, options }: SyncRun, { kind, target }: SyncTask): boolean {
  if (options.skipDryRunOnMissingResource) return true;
  if (hasOption(target, SYNC_OPTIONS, 'SkipDryRunOnMissingResource=true')) return true;
  return tasks.some(other => other.target && definedKind(other.target) === `${kind.group}/${kind.kind}`);
}
