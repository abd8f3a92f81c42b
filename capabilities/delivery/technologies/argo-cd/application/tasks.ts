import { type AnyObject, type Kind, parseApiVersion } from '@slipway/api';
import type { Item } from './compare.ts';
import type { Operation, ResourceResult } from './operation.ts';
import { bySyncOrder, phasesOf, type SyncPhase, waveOf } from './order.ts';
import type { ApplicationSpec } from './spec.ts';

/** One object in one phase of a sync. */
export interface Task {
  phase: SyncPhase;
  wave: number;
  kind: Kind;
  /** As it is applied; the live object when it goes. */
  object: AnyObject;
  item: Item;
  prune: boolean;
  hook: boolean;
}

export interface TaskInput {
  items: Item[];
  spec: ApplicationSpec;
  operation: Operation;
  revision: string;
  startedAt: string;
}

const PHASE_ORDER: SyncPhase[] = ['PreSync', 'Sync', 'PostSync', 'SyncFail'];

/** Everything a sync does, in order: phase, wave, kind, name; in each wave what goes comes last. */
export function tasksOf(input: TaskInput): Task[] {
  const { items, spec, operation } = input;
  const chosen = items.filter(item => isChosen(item, operation.sync?.resources));
  const wanted = chosen.flatMap(item => wantedTasks(item, input));
  const extra = chosen.filter(item => !item.target && !item.hook).flatMap(item => pruneTask(item));
  return [...wanted, ...reversed(extra, wanted, spec)].sort(
    (a, b) =>
      PHASE_ORDER.indexOf(a.phase) - PHASE_ORDER.indexOf(b.phase) ||
      a.wave - b.wave ||
      Number(a.prune) - Number(b.prune) ||
      (a.prune ? bySyncOrder(b.object, a.object) : bySyncOrder(a.object, b.object)),
  );
}

/** A sync of chosen resources runs no hooks, as upstream has it. */
function isChosen(item: Item, resources: NonNullable<Operation['sync']>['resources']): boolean {
  if (!resources || resources.length === 0) return true;
  if (item.hook) return false;
  return resources.some(
    each =>
      each.kind === item.kind.kind &&
      each.name === item.name &&
      (each.group ?? '') === item.kind.group &&
      (!each.namespace || each.namespace === item.namespace),
  );
}

function wantedTasks(item: Item, { spec, revision, startedAt }: TaskInput): Task[] {
  const { target, kind, hook } = item;
  if (!target) return [];
  if (!hook && spec.syncOptions.applyOutOfSyncOnly && item.synced && item.live) return [];
  return phasesOf(target).map(phase => {
    const object = hook ? namedHook(target, phase, revision, startedAt) : target;
    return { phase, wave: waveOf(target), kind, object, item, prune: false, hook };
  });
}

/** A hook with generateName has a name that is the same whenever its sync is looked at again. */
function namedHook(target: AnyObject, phase: SyncPhase, revision: string, startedAt: string): AnyObject {
  if (target.metadata.name) return target;
  const seconds = Math.floor(Date.parse(startedAt) / 1000);
  const name =
    `${target.metadata.generateName ?? ''}${revision.slice(0, 7)}-${phase}-${seconds}`.toLowerCase();
  const { generateName: _generated, ...metadata } = target.metadata;
  return { ...target, metadata: { ...metadata, name } };
}

function pruneTask(item: Item): Task[] {
  const { live, kind } = item;
  if (!live) return [];
  return [{ phase: 'Sync', wave: waveOf(live), kind, object: live, item, prune: true, hook: false }];
}

/** What was made first goes last: waves of pruning are mirrored; PruneLast comes behind everything. */
function reversed(extra: Task[], wanted: Task[], spec: ApplicationSpec): Task[] {
  const waves = [...new Set(extra.map(task => task.wave))].sort((a, b) => a - b);
  const mirrored = extra.map(task => ({
    ...task,
    wave: waves[waves.length - 1 - waves.indexOf(task.wave)] ?? task.wave,
  }));
  const last = Math.max(
    0,
    ...[...wanted.filter(task => task.phase === 'Sync'), ...mirrored].map(task => task.wave),
  );
  return mirrored.map(task =>
    spec.syncOptions.pruneLast || optionsOf(task.object).includes('PruneLast=true')
      ? { ...task, wave: last + 1 }
      : task,
  );
}

/** Options of one resource: the annotation `argocd.argoproj.io/sync-options`. */
export function optionsOf(object: AnyObject): string[] {
  return (object.metadata.annotations?.['argocd.argoproj.io/sync-options'] ?? '')
    .split(',')
    .map(each => each.trim())
    .filter(each => each !== '');
}

/** Task lists that go together, in order. */
export function groupsOf(tasks: Task[]): Task[][] {
  const groups = new Map<string, Task[]>();
  for (const task of tasks) {
    const key = `${task.phase} ${task.wave}`;
    groups.set(key, [...(groups.get(key) ?? []), task]);
  }
  return [...groups.values()];
}

/** A result before anything was done. */
export function resultOf({ kind, object, phase, hook, item }: Task): ResourceResult {
  const { group, version } = parseApiVersion(object.apiVersion);
  return {
    group,
    version,
    kind: kind.kind,
    namespace: item.namespace ?? '',
    name: object.metadata.name ?? '',
    syncPhase: phase,
    ...(hook ? { hookType: phase } : {}),
  };
}

export function resultKey({ group, kind, namespace, name, syncPhase }: ResourceResult): string {
  return `${syncPhase}/${group}/${kind}/${namespace}/${name}`;
}

/** `apps/Deployment/web`, as upstream's messages have it. */
export function taskText({ kind, object }: Task): string {
  return `${kind.group}/${kind.kind}/${object.metadata.name}`;
}
