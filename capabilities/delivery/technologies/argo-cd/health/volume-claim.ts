import type { AnyObject } from '@slipway/api';
import type { Health } from './types.ts';

export function volumeClaim(object: AnyObject): Health {
  const { phase } = (object.status ?? {}) as { phase?: string };
  if (phase === 'Lost') return { status: 'Degraded' };
  if (phase === 'Pending') return { status: 'Progressing' };
  return { status: phase === 'Bound' ? 'Healthy' : 'Unknown' };
}
