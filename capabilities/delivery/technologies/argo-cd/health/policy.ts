import type { AnyObject } from '@slipway/api';
import { conditionsOf } from './by-conditions.ts';
import type { Health } from './types.ts';

/** Too few pods may be what somebody wants; any other refusal is not. The last condition speaks otherwise. */
export function podDisruptionBudget(object: AnyObject): Health {
  const conditions = conditionsOf(object) ?? [];
  const bad = conditions.find(({ status, reason }) => status === 'False' && reason !== 'InsufficientPods');
  const told = bad ?? conditions.at(-1);
  if (!told) return { status: 'Progressing', message: 'Waiting for status' };
  return { status: bad ? 'Degraded' : 'Healthy', message: `PodDisruptionBudget has ${told.reason ?? ''}` };
}
