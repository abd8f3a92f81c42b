import type { AnyObject } from '@slipway/api';
import { annotationList } from './annotations.ts';

/** Phases of a sync, in order; SyncFail comes only when it has failed. */
export const SYNC_PHASES = ['PreSync', 'Sync', 'PostSync', 'SyncFail'] as const;
export type SyncPhase = (typeof SYNC_PHASES)[number];
export type DeleteHook = 'PreDelete' | 'PostDelete';
export type HookDeletePolicy = 'HookSucceeded' | 'HookFailed' | 'BeforeHookCreation';

const HOOK = 'argocd.argoproj.io/hook';
const WAVE = 'argocd.argoproj.io/sync-wave';
const DELETE_POLICY = 'argocd.argoproj.io/hook-delete-policy';
const HELM_HOOK = 'helm.sh/hook';
const HELM_WEIGHT = 'helm.sh/hook-weight';
const HELM_DELETE_POLICY = 'helm.sh/hook-delete-policy';
const TYPES: string[] = [...SYNC_PHASES, 'Skip'];

const HELM_TYPES: Record<string, SyncPhase> = {
  'pre-install': 'PreSync',
  'pre-upgrade': 'PreSync',
  'post-upgrade': 'PostSync',
  'post-install': 'PostSync',
};

const HELM_POLICIES: Record<string, HookDeletePolicy> = {
  'before-hook-creation': 'BeforeHookCreation',
  'hook-succeeded': 'HookSucceeded',
  'hook-failed': 'HookFailed',
};

/** Types an object's annotations name; those of Helm count only where there is none of Argo CD's (gitops-engine, hook). */
function hookTypes(object: AnyObject): string[] {
  const own = annotationList(object, HOOK).filter(type => TYPES.includes(type));
  if (own.length > 0) return own;
  return annotationList(object, HELM_HOOK).flatMap(type => HELM_TYPES[type] ?? []);
}

/** `Skip` alone: the object takes part in no sync, and nobody compares it. */
export function isSkipped(object: AnyObject): boolean {
  const types = hookTypes(object);
  return types.length === 1 && types[0] === 'Skip';
}

/** Made only for a phase of a sync, and no part of the desired state. A type that nobody knows makes a hook as well. */
export function isHook(object: AnyObject): boolean {
  const { annotations = {} } = object.metadata;
  if (HOOK in annotations) return !isSkipped(object);
  // Helm marks CRDs with the same annotation.
  return annotations[HELM_HOOK] !== undefined && annotations[HELM_HOOK] !== 'crd-install';
}

/** A hook of no type that a sync knows (`test`, a word mistyped): it is left out. */
export function isIgnored(object: AnyObject): boolean {
  return isHook(object) && hookTypes(object).length === 0;
}

/** Phases an object takes part in, in order: those of its annotation, else `Sync`. */
export function phasesOf(object: AnyObject): SyncPhase[] {
  if (isSkipped(object)) return [];
  if (!isHook(object)) return ['Sync'];
  const types = hookTypes(object);
  return SYNC_PHASES.filter(phase => types.includes(phase));
}

/** Whether it is made when its Application is deleted: before anything goes, or after everything has gone. */
export function isDeleteHook(object: AnyObject, type: DeleteHook): boolean {
  const helm = type === 'PreDelete' ? 'pre-delete' : 'post-delete';
  return annotationList(object, HOOK).includes(type) || annotationList(object, HELM_HOOK).includes(helm);
}

/** Whether syncs have nothing to do with it: it waits for the end of its Application only. */
export function isOnlyDeleteHook(object: AnyObject): boolean {
  const waits = isDeleteHook(object, 'PreDelete') || isDeleteHook(object, 'PostDelete');
  return waits && !hookTypes(object).some(type => type !== 'Skip');
}

export function waveOf(object: AnyObject): number {
  const { annotations = {} } = object.metadata;
  return wholeNumber(annotations[WAVE]) ?? wholeNumber(annotations[HELM_WEIGHT]) ?? 0;
}

function wholeNumber(text: string | undefined): number | undefined {
  return text !== undefined && /^[+-]?\d{1,15}$/.test(text) ? Number(text) : undefined;
}

/** Without a policy a hook of the same name is removed before the next one is made. */
export function deletePoliciesOf(object: AnyObject): HookDeletePolicy[] {
  const own = annotationList(object, DELETE_POLICY).filter(policy =>
    Object.values(HELM_POLICIES).includes(policy as HookDeletePolicy),
  ) as HookDeletePolicy[];
  const helm = annotationList(object, HELM_DELETE_POLICY).flatMap(policy => HELM_POLICIES[policy] ?? []);
  const policies = [...own, ...helm];
  return policies.length > 0 ? policies : ['BeforeHookCreation'];
}

/** Whether a delete policy was written down at all. */
export function hasDeletePolicy({ metadata: { annotations = {} } }: AnyObject): boolean {
  return annotations[DELETE_POLICY] !== undefined || annotations[HELM_DELETE_POLICY] !== undefined;
}
