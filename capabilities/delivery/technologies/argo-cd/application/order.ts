import type { AnyObject } from '@slipway/api';

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

export type SyncPhase = 'PreSync' | 'Sync' | 'PostSync' | 'SyncFail';
const PHASES: SyncPhase[] = ['PreSync', 'Sync', 'PostSync', 'SyncFail'];

const HOOK = 'argocd.argoproj.io/hook';
const WAVE = 'argocd.argoproj.io/sync-wave';
const DELETE_POLICY = 'argocd.argoproj.io/hook-delete-policy';

/** Phases an object takes part in: those of its hook annotation, else `Sync`. `Skip` takes part in none. */
export function phasesOf(object: AnyObject): SyncPhase[] {
  const hooks = list(object, HOOK);
  if (hooks.length === 0) return ['Sync'];
  return PHASES.filter(phase => hooks.includes(phase));
}

/** Whether an object is only made for a phase of a sync, and is no part of the desired state. */
export function isHook(object: AnyObject): boolean {
  return list(object, HOOK).length > 0;
}

export function waveOf(object: AnyObject): number {
  const wave = Number(object.metadata.annotations?.[WAVE] ?? 0);
  return Number.isInteger(wave) ? wave : 0;
}

export type HookDeletePolicy = 'HookSucceeded' | 'HookFailed' | 'BeforeHookCreation';

/** Without a policy a hook of the same name is removed before the next one is made. */
export function deletePoliciesOf(object: AnyObject): HookDeletePolicy[] {
  const policies = list(object, DELETE_POLICY) as HookDeletePolicy[];
  return policies.length > 0 ? policies : ['BeforeHookCreation'];
}

function list(object: AnyObject, annotation: string): string[] {
  const text = object.metadata.annotations?.[annotation] ?? '';
  return text
    .split(',')
    .map(each => each.trim())
    .filter(each => each !== '');
}

/** Compares two objects of one phase: by wave, then kind, then name. */
export function bySyncOrder(a: AnyObject, b: AnyObject): number {
  return (
    waveOf(a) - waveOf(b) ||
    rank(a.kind) - rank(b.kind) ||
    a.kind.localeCompare(b.kind) ||
    (a.metadata.name ?? '').localeCompare(b.metadata.name ?? '')
  );
}

/** Kinds that are not listed come last. */
function rank(kind: string): number {
  const index = KIND_ORDER.indexOf(kind);
  return index < 0 ? KIND_ORDER.length : index;
}
