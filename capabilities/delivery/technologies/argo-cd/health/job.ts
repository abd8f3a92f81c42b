import type { AnyObject } from '@slipway/api';
import type { Health, RuleCondition } from './types.ts';

export function job(object: AnyObject): Health {
  const conditions = ((object.status ?? {}) as { conditions?: RuleCondition[] }).conditions ?? [];
  const held = (type: string) => conditions.find(each => each.type === type && each.status === 'True');
  const failed = held('Failed');
  if (failed) return { status: 'Degraded', message: failed.message ?? '' };
  const complete = held('Complete');
  if (complete) return { status: 'Healthy', message: complete.message ?? '' };
  const suspended = held('Suspended');
  if (suspended) return { status: 'Suspended', message: suspended.message ?? '' };
  return { status: 'Progressing' };
}
