import type { AnyObject } from '@slipway/api';
import type { Health, RuleCondition } from './types.ts';

/** Issuer and ClusterIssuer. */
export function issuer(object: AnyObject): Health {
  const conditions = ((object.status ?? {}) as { conditions?: RuleCondition[] }).conditions ?? [];
  const ready = conditions.find(each => each.type === 'Ready');
  if (ready?.status === 'False') return { status: 'Degraded', message: ready.message ?? '' };
  if (ready?.status === 'True') return { status: 'Healthy', message: ready.message ?? '' };
  return { status: 'Progressing', message: `Initializing ${object.kind}` };
}
