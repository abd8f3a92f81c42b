import type { AnyObject } from '@slipway/api';
import type { Health, RuleCondition } from './types.ts';

export function certificate(object: AnyObject): Health {
  const conditions = ((object.status ?? {}) as { conditions?: RuleCondition[] }).conditions ?? [];
  const issuing = conditions.find(each => each.type === 'Issuing' && each.status === 'True');
  if (issuing) return { status: 'Progressing', message: issuing.message ?? '' };
  const ready = conditions.find(each => each.type === 'Ready');
  if (ready?.status === 'False') return { status: 'Degraded', message: ready.message ?? '' };
  if (ready?.status === 'True') return { status: 'Healthy', message: ready.message ?? '' };
  return { status: 'Progressing', message: 'Waiting for certificate' };
}
