import type { AnyObject } from '@slipway/api';
import { byConditions, conditionsOf } from './by-conditions.ts';
import type { Health, HealthRule } from './types.ts';
import { progressing } from './waiting.ts';

const PHASES: Record<string, Health['status']> = {
  Failed: 'Degraded',
  Progressing: 'Progressing',
  Finalising: 'Progressing',
  Promoting: 'Progressing',
  Succeeded: 'Healthy',
  Initialized: 'Healthy',
};

/** Flagger: phase, weight and every condition are told. */
function canary(object: AnyObject): Health {
  if (!object.status) return { status: 'Unknown', message: 'No status' };
  const { phase = '', canaryWeight = 0 } = object.status as { phase?: string; canaryWeight?: number };
  const told = (conditionsOf(object) ?? []).map(each => each.message ?? '');
  const weight = canaryWeight > 0 ? [`Canary Weight: ${canaryWeight} %`] : [];
  const parts = [...weight, ...told].join(' --- ');
  return { status: PHASES[phase] ?? 'Unknown', message: `${phase} --- ${parts}` };
}

/** Spot's rollouts. Upstream says nothing while there is no status. */
function spotDeployment(object: AnyObject): Health {
  if (!conditionsOf(object)) return { status: 'Unknown', message: '' };
  const isMoving = object.status?.phase === 'Progressing';
  return byConditions(
    [
      { type: 'InvalidSpec', health: 'Degraded' },
      { type: 'Progressing', reason: 'RolloutAborted', health: 'Degraded' },
      { type: 'Progressing', reason: 'ProgressDeadlineExceeded', health: 'Degraded' },
      { type: 'Paused', status: 'True', health: 'Suspended', message: 'Rollout is paused' },
    ],
    isMoving ? progressing('Waiting for rollout to finish steps') : { status: 'Healthy', message: '' },
  )(object);
}

export const CANARIES: Record<string, HealthRule> = {
  'flagger.app/Canary': canary,
  'spot.io/SpotDeployment': spotDeployment,
};
