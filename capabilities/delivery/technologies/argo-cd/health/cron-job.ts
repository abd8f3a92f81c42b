import type { AnyObject } from '@slipway/api';
import type { Health } from './types.ts';

/** A suspended CronJob says so; what its Jobs come to is theirs. */
export function cronJob(object: AnyObject): Health {
  const { suspend } = (object.spec ?? {}) as { suspend?: boolean };
  if (suspend) return { status: 'Suspended', message: 'CronJob is Suspended' };
  return { status: 'Healthy' };
}
