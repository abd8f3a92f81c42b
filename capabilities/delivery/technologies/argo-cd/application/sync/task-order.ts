import { type AnyObject, parseApiVersion } from '@slipway/api';
import { hasOption, SYNC_OPTIONS } from './annotations.ts';
import { SYNC_PHASES } from './hook-types.ts';
import { isPrune, objectOf, type SyncTask, waveOfTask } from './sync-task.ts';

/** Sync order of kinds within a wave: what others need comes first (gitops-engine, sync_tasks.go). */
const KIND_ORDER = [
  'Namespace',
  'NetworkPolicy',
  'ResourceQuota',
  'LimitRange',
  'PodSecurityPolicy',
  'PodDisruptionBudget',
  'ServiceAccount',
  'Secret',
  'SecretList',
  'ConfigMap',
  'StorageClass',
  'PersistentVolume',
  'PersistentVolumeClaim',
  'CustomResourceDefinition',
  'ClusterRole',
  'ClusterRoleList',
  'ClusterRoleBinding',
  'ClusterRoleBindingList',
  'Role',
  'RoleList',
  'RoleBinding',
  'RoleBindingList',
  'Service',
  'DaemonSet',
  'Pod',
  'ReplicationController',
  'ReplicaSet',
  'Deployment',
  'HorizontalPodAutoscaler',
  'StatefulSet',
  'Job',
  'CronJob',
  'IngressClass',
  'Ingress',
  'APIService',
];

/**
 * In the order in which they run: phase, wave, kind, name. Waves of what goes are mirrored, `PruneLast` comes behind
 * everything; a namespace or a CRD moves before the first object that needs it.
 */
export function inSyncOrder(tasks: SyncTask[], { pruneLast }: { pruneLast: boolean }): SyncTask[] {
  mirrorPruneWaves(tasks);
  moveLast(tasks, pruneLast);
  const sorted = [...tasks].sort(compareTasks);
  const withNamespaces = moveDependencies(sorted, namespaceName, namespaceUsed);
  return moveDependencies(withNamespaces, definedKind, usedKind);
}

function mirrorPruneWaves(tasks: SyncTask[]): void {
  const pruned = tasks.filter(isPrune);
  const waves = [...new Set(pruned.map(waveOfTask))].sort((a, b) => a - b);
  for (const [task, wave] of pruned.map(each => [each, waveOfTask(each)] as const))
    task.waveOverride = waves[waves.length - 1 - waves.indexOf(wave)] ?? wave;
}

function moveLast(tasks: SyncTask[], pruneLast: boolean): void {
  const last = Math.max(0, ...tasks.filter(({ phase }) => phase === 'Sync').map(waveOfTask)) + 1;
  for (const task of tasks.filter(isPrune))
    if (pruneLast || hasOption(task.live, SYNC_OPTIONS, 'PruneLast=true')) task.waveOverride = last;
}

function compareTasks(a: SyncTask, b: SyncTask): number {
  const [left, right] = [objectOf(a), objectOf(b)];
  return (
    SYNC_PHASES.indexOf(a.phase) - SYNC_PHASES.indexOf(b.phase) ||
    waveOfTask(a) - waveOfTask(b) ||
    rank(left.kind) - rank(right.kind) ||
    byText(left.metadata.name ?? '', right.metadata.name ?? '') ||
    byText(left.kind, right.kind) ||
    byText(left.metadata.namespace ?? '', right.metadata.namespace ?? '')
  );
}

/** Kinds that are not listed come last. */
function rank(kind: string): number {
  const index = KIND_ORDER.indexOf(kind);
  return index < 0 ? KIND_ORDER.length : index;
}

function byText(a: string, b: string): number {
  if (a === b) return 0;
  return a < b ? -1 : 1;
}

type NameOf = (object: AnyObject, task: SyncTask) => string | undefined;

/** What others need takes phase and wave of the first that needs it, and its place. */
function moveDependencies(tasks: SyncTask[], definedBy: NameOf, usedBy: NameOf): SyncTask[] {
  const result: SyncTask[] = [];
  const firstUse = new Map<string, SyncTask>();
  for (const task of tasks) {
    const name = task.target && definedBy(task.target, task);
    const user = name === undefined ? undefined : firstUse.get(name);
    if (user) {
      task.waveOverride = waveOfTask(user);
      task.phase = user.phase;
      result.splice(result.indexOf(user), 0, task);
      continue;
    }
    result.push(task);
    const used = task.target && name === undefined ? usedBy(task.target, task) : undefined;
    if (used !== undefined && !firstUse.has(used)) firstUse.set(used, task);
  }
  return result;
}

const namespaceName: NameOf = object =>
  object.kind === 'Namespace' && object.apiVersion === 'v1' ? object.metadata.name : undefined;

const namespaceUsed: NameOf = (_object, { namespace }) => namespace || undefined;

export function isCrd({ apiVersion, kind }: AnyObject): boolean {
  return kind === 'CustomResourceDefinition' && parseApiVersion(apiVersion).group === 'apiextensions.k8s.io';
}

/** `group/Kind` that a CRD brings. */
export const definedKind = (object: AnyObject): string | undefined => {
  if (!isCrd(object)) return undefined;
  const spec = object.spec as { group?: string; names?: { kind?: string } } | undefined;
  return spec?.group && spec.names?.kind ? `${spec.group}/${spec.names.kind}` : undefined;
};

const usedKind: NameOf = object => `${parseApiVersion(object.apiVersion).group}/${object.kind}`;
