import type { AnyObject } from '@slipway/api';
import { conditionsOf } from './by-conditions.ts';
import type { Health } from './types.ts';

const HEALTH: Record<string, Health['status']> = {
  Ready: 'Healthy',
  PartiallyReady: 'Degraded',
  NotReady: 'Degraded',
};

/** The newest condition stands last, and it alone counts. */
export function clusterExternalSecret(object: AnyObject): Health {
  const last = conditionsOf(object)?.at(-1);
  const status = last?.status === 'True' ? HEALTH[last.type] : undefined;
  return status
    ? { status, message: last?.message ?? '' }
    : { status: 'Progressing', message: 'Waiting for ClusterExternalSecret' };
}
