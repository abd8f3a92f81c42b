import type { AnyObject } from '@slipway/api';
import { conditionsOf } from './by-conditions.ts';
import { fieldOf } from './by-field.ts';
import type { Health, HealthRule, RuleCondition } from './types.ts';
import { progressing } from './waiting.ts';

/** KServe: every condition that is not True is told, with its number. */
function inferenceService(object: AnyObject): Health {
  if (!object.status) return progressing('Waiting for InferenceService to report status...');
  const conditions = conditionsOf(object) ?? [];
  if (conditions.some(each => each.type === 'Stopped' && each.status === 'True'))
    return { status: 'Suspended', message: 'InferenceService is Stopped' };
  const transition = fieldOf(object, 'status.modelStatus.transitionStatus') as string | undefined;
  const isMoving = transition !== undefined && transition !== 'UpToDate';
  const bad = conditions.flatMap((each, at) =>
    each.status !== 'True' && each.type !== 'Stopped' ? [{ each, at: at + 1 }] : [],
  );
  if (!isMoving && bad.length === 0) return { status: 'Healthy', message: 'InferenceService is healthy.' };
  const told = bad.map(({ each, at }) => ` | ${at}: ${conditionLine(each)}`).join('');
  const message = `${isMoving ? `0: transitionStatus | ${transition}` : ''}${told}`;
  const isBroken = isMoving && transition !== 'InProgress';
  return { status: isBroken ? 'Degraded' : 'Progressing', message };
}

function conditionLine({ type, status, reason, message }: RuleCondition): string {
  return [type, status, reason, message].filter(Boolean).join(' | ');
}

/** SpinKube: available, with all its replicas. */
function spinApp(object: AnyObject): Health {
  if (!object.status) return progressing('Waiting for status to be available');
  const conditions = conditionsOf(object) ?? [];
  const moving = conditions.findLast(each => each.type === 'Progressing');
  const available = conditions.findLast(each => each.type === 'Available');
  if (moving && hasFailed(moving))
    return { status: 'Degraded', message: moving.message ?? 'Application deployment has failed' };
  if (available?.status !== 'True') {
    const why = available ? (available.message ?? 'Application is not available') : '';
    return { status: 'Degraded', message: why };
  }
  const { readyReplicas: ready = 0 } = object.status as { readyReplicas?: number };
  const { replicas: wanted = 1 } = (object.spec ?? {}) as { replicas?: number };
  if (ready < wanted) return progressing(`Waiting for replicas to be ready (${ready}/${wanted})`);
  if (moving?.status === 'True') return progressing(moving.message ?? 'Application progress status');
  return { status: 'Healthy', message: `Application is healthy with ${ready}/${wanted} replicas ready` };
}

function hasFailed({ status, reason, message = '' }: RuleCondition): boolean {
  if (status !== 'False') return false;
  return reason === 'ProgressDeadlineExceeded' || /timeout|failed/i.test(message);
}

export const SERVING: Record<string, HealthRule> = {
  'serving.kserve.io/InferenceService': inferenceService,
  'core.spinkube.dev/SpinApp': spinApp,
};
