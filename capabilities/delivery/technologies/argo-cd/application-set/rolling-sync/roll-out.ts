import type { AnyObject } from '@slipway/api';
import type { ApplicationSet, ApplicationSetCondition, ApplicationStep, RolloutStep } from '../spec.ts';
import { isMap } from '../template/merge-template.ts';
import { INITIATOR, progressOf, withoutAutomation } from './progress.ts';
import { issueText, type Steps, stepsOf } from './steps.ts';

export interface RolloutInput {
  set: ApplicationSet;
  /** Applications there are. */
  current: AnyObject[];
  /** Applications there should be. */
  desired: AnyObject[];
  /** Names of those whose template wants another spec than they have. */
  changed: Set<string>;
  now: string;
}

export interface Rollout {
  applicationStatus: ApplicationStep[];
  conditions: Omit<ApplicationSetCondition, 'lastTransitionTime'>[];
  /** `desired` without automation; those whose turn it is carry an operation. */
  applications: AnyObject[];
}

/** One look at a rollout: who waits, who may go, and which syncs are asked for. */
export function rollOut({ set, current, desired, changed, now }: RolloutInput): Rollout {
  const steps = set.spec.strategy?.rollingSync?.steps ?? [];
  const found = stepsOf(steps, desired);
  const statuses = current.map(application => {
    const { name = '' } = application.metadata;
    return progressOf({
      application,
      isChanged: changed.has(name),
      known: set.status?.applicationStatus?.find(each => each.application === name),
      step: found.stepOf.get(name),
      now,
    });
  });
  const mayGo = whoMayGo(found, statuses);
  const moved = admit({ steps, found, statuses, mayGo, now });
  const pending = new Set(moved.filter(({ status }) => status === 'Pending').map(each => each.application));
  return {
    applicationStatus: moved.sort((a, b) => (a.application < b.application ? -1 : 1)),
    conditions: [configCondition(found), progressCondition(steps, moved)],
    applications: desired.map(each => {
      const { name = '' } = each.metadata;
      const live = current.find(({ metadata }) => metadata.name === name);
      return mayGo.has(name) && pending.has(name) ? withOperation(each, live) : withoutAutomation(each);
    }),
  };
}

/** Steps in order, up to the first of which not all are healthy. */
function whoMayGo({ members }: Steps, statuses: ApplicationStep[]): Set<string> {
  const mayGo = new Set<string>();
  const healthy = new Set(
    statuses.filter(({ status }) => status === 'Healthy').map(each => each.application),
  );
  for (const names of members) {
    for (const name of names) mayGo.add(name);
    if (!names.every(name => healthy.has(name))) break;
  }
  return mayGo;
}

interface Admission {
  steps: RolloutStep[];
  found: Steps;
  statuses: ApplicationStep[];
  mayGo: Set<string>;
  now: string;
}

/** Those who wait go on while their step lets more of them move at once. */
function admit({ steps, found, statuses, mayGo, now }: Admission): ApplicationStep[] {
  const placeOf = ({ application }: ApplicationStep) => found.stepOf.get(application) ?? 0;
  const moving = steps.map(
    (_, index) => statuses.filter(each => placeOf(each) === index && isMoving(each)).length,
  );
  return statuses.map(each => {
    const place = placeOf(each);
    const total = statuses.filter(other => placeOf(other) === place).length;
    const most = mostOf(steps[place], place, total, found);
    if (each.status !== 'Waiting' || !mayGo.has(each.application) || (moving[place] ?? 0) >= most)
      return each;
    moving[place] = (moving[place] ?? 0) + 1;
    return {
      ...each,
      status: 'Pending',
      message:
        'Application moved to Pending status, watching for the Application resource to start Progressing',
      lastTransitionTime: now,
    };
  });
}

function isMoving({ status }: ApplicationStep): boolean {
  return status === 'Pending' || status === 'Progressing';
}

/** `maxUpdate` of a step: a number, a share rounded down (but at least one), or as many as there are. */
function mostOf(step: RolloutStep | undefined, place: number, total: number, { issues }: Steps): number {
  const maxUpdate = step?.maxUpdate;
  if (maxUpdate === undefined || maxUpdate === null) return Number.POSITIVE_INFINITY;
  if (typeof maxUpdate === 'number') return maxUpdate;
  const share = /^(-?\d+)%$/.exec(maxUpdate)?.[1];
  if (share === undefined && !issues.maxUpdates.some(each => each.step === place))
    issues.maxUpdates.push({ step: place, maxUpdate });
  const count = share === undefined ? 0 : Math.floor((Number(share) * total) / 100);
  return maxUpdate !== '0%' && count < 1 ? 1 : count;
}

function configCondition({ issues }: Steps): Rollout['conditions'][number] {
  const type = 'InvalidRolloutConfig';
  const message = issueText(issues);
  if (message) return { type, status: 'True', reason: 'ApplicationSetInvalidRolloutConfig', message };
  const reason = 'ApplicationSetValidRolloutConfig';
  return { type, status: 'False', reason, message: 'Rolling Sync Configured correctly' };
}

function progressCondition(steps: RolloutStep[], statuses: ApplicationStep[]): Rollout['conditions'][number] {
  const type = 'RolloutProgressing';
  const open = steps.findIndex((_, index) =>
    statuses.some(({ step, status }) => step === String(index + 1) && status !== 'Healthy'),
  );
  if (open >= 0) {
    const message = `ApplicationSet is performing rollout of step ${open + 1}`;
    return { type, status: 'True', reason: 'ApplicationSetModified', message };
  }
  const message = 'ApplicationSet Rollout has completed';
  return { type, status: 'False', reason: 'ApplicationSetRolloutComplete', message };
}

/** Asks the application controller for a sync, unless one is asked for or goes on. */
function withOperation(desired: AnyObject, live: AnyObject | undefined): AnyObject {
  const manual = withoutAutomation(desired);
  const state = live?.status?.operationState as { phase?: string } | undefined;
  if (live?.operation || state?.phase === 'Running') return manual;
  const policy = (desired.spec?.syncPolicy ?? {}) as Record<string, unknown>;
  const automated = isMap(policy.automated) ? policy.automated : undefined;
  const prune = automated !== undefined && automated.enabled !== false && automated.prune === true;
  const operation = {
    initiatedBy: { username: INITIATOR, automated: true },
    info: [
      { name: 'Reason', value: 'ApplicationSet RollingSync triggered a sync of this Application resource' },
    ],
    sync: { ...(policy.syncOptions ? { syncOptions: policy.syncOptions } : {}), ...(prune ? { prune } : {}) },
    retry: policy.retry ?? { limit: 5 },
  };
  return { ...manual, operation };
}
