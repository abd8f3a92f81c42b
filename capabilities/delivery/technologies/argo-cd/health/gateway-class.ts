import type { AnyObject } from '@slipway/api';
import type { Health, RuleCondition } from './types.ts';

export function gatewayClass(object: AnyObject): Health {
  const conditions = ((object.status ?? {}) as { conditions?: RuleCondition[] }).conditions ?? [];
  const accepted = conditions.find(each => each.type === 'Accepted');
  const stale =
    accepted?.observedGeneration !== undefined && accepted.observedGeneration !== object.metadata.generation;
  if (!accepted || stale) return { status: 'Progressing', message: 'Waiting for GatewayClass status' };
  if (accepted.status === 'False') return { status: 'Degraded', message: accepted.message ?? '' };
  if (accepted.status === 'True') return { status: 'Healthy', message: 'GatewayClass has been accepted' };
  return { status: 'Progressing', message: accepted.message ?? '' };
}
