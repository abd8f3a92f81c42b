import type { AnyObject } from '@slipway/api';
import type { ApplicationStatus } from '../application/status.ts';

/** How a commit fares in its environment. */
export type Landing = { state: 'live' } | { state: 'under way' | 'failed'; message: string };

/** `includes`: the Application looked at the environment since the commit. Pure. */
export function landingOf(application: AnyObject | undefined, includes: boolean): Landing {
  const {
    sync,
    health,
    operationState,
    conditions,
    resources = [],
  } = (application?.status ?? {}) as ApplicationStatus;
  if (!includes) return { state: 'under way', message: 'the environment has not read the commit yet' };
  const error = conditions?.find(({ type }) => type.endsWith('Error'));
  if (error) return { state: 'failed', message: error.message };
  // An operation of an earlier commit may have failed, which this one mends.
  const {
    phase = '',
    message,
    finishedAt,
  } = operationState?.syncResult?.revision === sync?.revision ? (operationState ?? {}) : {};
  // One that waits for another attempt has failed as well.
  if (['Failed', 'Error'].includes(phase) || (phase === 'Running' && finishedAt))
    return { state: 'failed', message: message ?? 'the sync failed' };
  if (sync?.status !== 'Synced') return { state: 'under way', message: message ?? 'it is being applied' };
  if (health?.status === 'Healthy') return { state: 'live' };
  if (health?.status === 'Degraded') {
    const bad = resources.find(each => each.health?.status === 'Degraded');
    return {
      state: 'failed',
      message: bad ? `${bad.kind} ${bad.name}: ${bad.health?.message ?? 'Degraded'}` : 'Degraded',
    };
  }
  return { state: 'under way', message: `applied; ${health?.status ?? 'Unknown'}` };
}
