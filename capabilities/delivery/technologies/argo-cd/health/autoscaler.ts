import type { AnyObject } from '@slipway/api';
import type { Health, RuleCondition } from './types.ts';

const FAILURES = ['FailedGetScale', 'FailedUpdateScale', 'FailedGetResourceMetric', 'InvalidSelector'];

export function autoscaler(object: AnyObject): Health {
  const conditions = ((object.status ?? {}) as { conditions?: RuleCondition[] }).conditions ?? [];
  const failed = conditions.find(each => FAILURES.includes(each.reason ?? ''));
  if (failed) return { status: 'Degraded', message: failed.message ?? '' };
  const settled = conditions.find(
    each => each.status === 'True' && (each.type === 'AbleToScale' || each.type === 'ScalingLimited'),
  );
  if (settled) return { status: 'Healthy', message: settled.message ?? '' };
  return { status: 'Progressing', message: 'Waiting to Autoscale' };
}
