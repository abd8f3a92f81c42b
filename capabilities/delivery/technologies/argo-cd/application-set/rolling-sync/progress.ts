import type { AnyObject } from '@slipway/api';
import { isSame } from '../merge-patch.ts';
import type { ApplicationStep } from '../spec.ts';
import { isMap } from '../template/merge-template.ts';

/** Who asks for the syncs of a rollout. */
export const INITIATOR = 'applicationset-controller';

/** What an Application says of itself, as far as a rollout asks. */
interface Seen {
  sync?: { status?: string; revision?: string; revisions?: string[] };
  health?: { status?: string };
  conditions?: { type: string }[];
  operationState?: {
    phase?: string;
    startedAt?: string;
    operation?: { initiatedBy?: { username?: string } };
  };
  reconciledAt?: string;
}

export interface ProgressInput {
  application: AnyObject;
  /** Its template wants another spec than it has. */
  isChanged: boolean;
  known: ApplicationStep | undefined;
  /** From 0; absent: no step selects it. */
  step: number | undefined;
  now: string;
}

/** Where one Application stands in its rollout, from what it says of itself. */
export function progressOf({ application, isChanged, known, step, now }: ProgressInput): ApplicationStep {
  const status = (application.status ?? {}) as Seen;
  const targetRevisions = revisionsOf(status);
  const before: ApplicationStep = known ?? {
    application: application.metadata.name ?? '',
    status: 'Waiting',
    message: 'No Application status found, defaulting status to Waiting',
    step: '',
    targetRevisions,
    lastTransitionTime: now,
  };
  const placed: ApplicationStep = { ...before, step: String(step === undefined ? -1 : step + 1) };
  const change = pendingChange(placed, targetRevisions, isChanged);
  const changed: ApplicationStep = change
    ? { ...placed, targetRevisions, status: 'Waiting', message: change, lastTransitionTime: now }
    : placed;
  const next = changed.status === 'Waiting' ? fromWaiting(status) : fromRunning(status, changed);
  return next ? { ...changed, ...next, lastTransitionTime: now } : changed;
}

function revisionsOf({ sync }: Seen): string[] {
  if (sync?.revisions && sync.revisions.length > 0) return sync.revisions;
  return sync?.revision ? [sync.revision] : [];
}

function pendingChange(
  { targetRevisions }: ApplicationStep,
  revisions: string[],
  isChanged: boolean,
): string | undefined {
  const byRevision = !isSame(targetRevisions, revisions);
  if (byRevision && isChanged)
    return 'Application has pending changes (revision and spec differ), setting status to Waiting';
  if (byRevision) return 'Application has pending changes, setting status to Waiting';
  return isChanged ? 'Application has pending changes (spec differs), setting status to Waiting' : undefined;
}

/** The rollout syncs by itself: Applications of it do not. */
export function withoutAutomation(application: AnyObject): AnyObject {
  const policy = application.spec?.syncPolicy;
  if (!isMap(policy) || !isMap(policy.automated)) return application;
  const syncPolicy = { ...policy, automated: { ...policy.automated, enabled: false } };
  return { ...application, spec: { ...application.spec, syncPolicy } };
}

type Move = Pick<ApplicationStep, 'status' | 'message'>;

function fromWaiting({ sync, health }: Seen): Move | undefined {
  if (sync?.status !== 'Synced') return undefined;
  if (health?.status === 'Healthy')
    return { status: 'Healthy', message: 'Application resource has synced, updating status to Healthy' };
  return {
    status: 'Progressing',
    message: 'Application resource has synced, updating status to Progressing',
  };
}

function fromRunning(status: Seen, step: ApplicationStep): Move | undefined {
  if (step.status === 'Pending') return fromPending(status, step.lastTransitionTime ?? '');
  if (step.status !== 'Progressing') return undefined;
  if (status.health?.status !== 'Healthy' || status.sync?.status !== 'Synced') return undefined;
  return {
    status: 'Healthy',
    message: 'Application resource became Healthy, updating status from Progressing to Healthy',
  };
}

/** Times are whole seconds, and a sync may begin in the second in which it was asked for. */
function fromPending(status: Seen, since: string): Move | undefined {
  const {
    operationState,
    reconciledAt,
    conditions = [],
  } = status as Seen & {
    reconciledAt?: string;
  };
  if (reconciledAt !== undefined && reconciledAt < since) return undefined;
  const started = operationState?.startedAt ?? '';
  const isOurs = operationState?.operation?.initiatedBy?.username === INITIATOR;
  if (started > since || (started === since && isOurs))
    return { status: 'Progressing', message: startedText(operationState?.phase) };
  if (conditions.some(({ type }) => type === 'InvalidSpecError' || type === 'UnknownError'))
    return {
      status: 'Progressing',
      message: 'Application resource has error and cannot sync, updating status to Progressing',
    };
  return undefined;
}

function startedText(phase: string | undefined): string {
  if (phase === 'Succeeded')
    return 'Application resource completed a sync successfully, updating status from Pending to Progressing';
  if (phase === 'Failed' || phase === 'Error')
    return 'Application resource completed a sync, updating status from Pending to Progressing';
  return 'Application resource became Progressing, updating status from Pending to Progressing';
}
