import { type AnyObject, type Kind, parseApiVersion, type Stored } from '@slipway/api';
import type { ResourceResult } from '../operation.ts';
import { deletePoliciesOf, type HookDeletePolicy, isHook, type SyncPhase, waveOf } from './hook-types.ts';

/** One object in one phase of a sync (gitops-engine, sync_task.go). At least one of target and live is there. */
export interface SyncTask {
  phase: SyncPhase;
  /** Another wave than the annotation says: pruning mirrors waves, namespaces and CRDs move before what needs them. */
  waveOverride?: number;
  kind: Kind;
  /** As results have it: that of the destination for objects of the whole cluster, too. */
  namespace: string;
  /** Absent: the live object is to be pruned. */
  target: AnyObject | undefined;
  live: Stored<AnyObject> | undefined;
  /** Neither changed nor missing, as the comparison says. */
  isSynced: boolean;
  /** The server has no such kind yet. */
  kindMissing: boolean;
  status?: ResourceResult['status'];
  /** Of every task, not only of hooks. */
  operationPhase?: ResourceResult['hookPhase'];
  message?: string;
}

export function objectOf({ target, live }: SyncTask): AnyObject {
  const object = target ?? live;
  if (!object) throw new Error('a task has neither a target nor a live object');
  return object;
}

export const isPrune = ({ target }: SyncTask): boolean => target === undefined;
export const isHookTask = (task: SyncTask): boolean => isHook(objectOf(task));
export const waveOfTask = (task: SyncTask): number => task.waveOverride ?? waveOf(objectOf(task));
export const isPending = ({ operationPhase }: SyncTask): boolean => operationPhase === undefined;
export const isRunning = ({ operationPhase }: SyncTask): boolean => operationPhase === 'Running';
export const isCompleted = (task: SyncTask): boolean => !isPending(task) && !isRunning(task);

export function hasPolicy(task: SyncTask, policy: HookDeletePolicy): boolean {
  return isHookTask(task) && deletePoliciesOf(objectOf(task)).includes(policy);
}

/** `apps/Deployment/web`, as upstream's messages have it; the core group is empty. */
export function taskText(task: SyncTask): string {
  return `${task.kind.group}/${task.kind.kind}/${objectOf(task).metadata.name}`;
}

/** A result before anything was done. */
export function resultOf(task: SyncTask): ResourceResult {
  const object = objectOf(task);
  const { group, version } = parseApiVersion(object.apiVersion);
  const images = imagesOf(object);
  return {
    group,
    version,
    kind: object.kind,
    namespace: task.namespace,
    name: object.metadata.name ?? '',
    syncPhase: task.phase,
    ...(isHookTask(task) ? { hookType: task.phase } : {}),
    ...(images.length > 0 ? { images } : {}),
  };
}

export function resultKey({ group, kind, namespace, name, syncPhase }: ResourceResult): string {
  return `${group}/${kind}/${namespace}/${name}:${syncPhase}`;
}

/** Images that containers of an object name, each once, in order. */
export function imagesOf(object: AnyObject): string[] {
  const images: string[] = [];
  const visit = (value: unknown): void => {
    if (Array.isArray(value)) for (const each of value) visit(each);
    if (typeof value !== 'object' || value === null || Array.isArray(value)) return;
    for (const [name, each] of Object.entries(value)) {
      const isList = (name === 'containers' || name === 'initContainers') && Array.isArray(each);
      for (const item of isList ? (each as { image?: unknown }[]) : [])
        if (typeof item?.image === 'string') images.push(item.image);
      visit(each);
    }
  };
  visit(object.spec);
  return [...new Set(images)];
}
