import type { AnyObject } from '@slipway/api';
import { conditionsOf } from './by-conditions.ts';
import type { HealthRule } from './types.ts';
import { progressing } from './waiting.ts';

interface Flow {
  phase?: string;
  message?: string;
  observedGeneration?: number;
  upgradeInProgress?: string;
}

const RESULT = 'numaplane.numaproj.io/progressive-result-state';

interface FlowWords {
  /** What of it is wrong is said by the condition itself, and not by one sentence for all. */
  ownMessage?: boolean;
  pausedPhases?: string[];
  /** It is upgraded step by step, and a label says when that failed. */
  upgraded?: boolean;
}

/** Numaflow's kinds: one condition that is False makes them degraded. */
function numaflow(kind: string, { ownMessage, pausedPhases = [], upgraded = true }: FlowWords): HealthRule {
  return object => {
    const { phase, message, observedGeneration } = (object.status ?? {}) as Flow;
    if (!object.status || object.metadata.generation !== observedGeneration)
      return progressing(`Waiting for ${kind} status`);
    const bad = conditionsOf(object)?.findLast(each => each.status === 'False');
    if (phase === 'Failed') return { status: 'Degraded', message: message ?? '' };
    if (upgraded && object.metadata.labels?.[RESULT] === 'failed')
      return { status: 'Degraded', message: 'Failed progressive upgrade' };
    if (bad)
      return { status: 'Degraded', message: ownMessage ? (bad.message ?? '') : 'Subresources are unhealthy' };
    if (phase && pausedPhases.includes(phase)) return { status: 'Healthy', message: `${kind} is paused` };
    if (phase === 'Running') return { status: 'Healthy', message: `${kind} is healthy` };
    return progressing(`Waiting for ${kind} status`);
  };
}

interface RolloutWords {
  /** Reason of a child that failed. */
  failed: string;
  /** Condition of one that is paused. */
  paused?: string;
  unknown: string;
}

/** Numaplane's rollouts: what still moves first, then what failed, is paused or well. */
function numaplane(words: RolloutWords): HealthRule {
  return object => {
    const moving = movingMessage(object);
    if (moving) return progressing(moving);
    const { phase, message = '' } = object.status as Flow;
    if (phase === 'Failed') return { status: 'Degraded', message };
    const conditions = conditionsOf(object) ?? [];
    for (const each of conditions) {
      if (each.status !== 'False') continue;
      if (each.type === 'ChildResourcesHealthy' && each.reason === words.failed)
        return { status: 'Degraded', message: each.message ?? '' };
      if (each.type === 'ProgressiveUpgradeSucceeded')
        return { status: 'Degraded', message: 'Progressive upgrade failed' };
    }
    const paused = conditions.find(each => each.type === words.paused && each.status === 'True');
    if (paused) return { status: 'Healthy', message: paused.message ?? '' };
    const isWell = conditions.some(each => each.type === 'ChildResourcesHealthy' && each.status === 'True');
    return isWell ? { status: 'Healthy', message: 'Healthy' } : { status: 'Unknown', message: words.unknown };
  };
}

function movingMessage(object: AnyObject): string | undefined {
  const status = object.status as Flow | undefined;
  if (!status || object.metadata.generation !== status.observedGeneration) return 'Not yet reconciled';
  const conditions = conditionsOf(object) ?? [];
  const isFalse = (type: string) => conditions.filter(each => each.type === type && each.status === 'False');
  const isMoving = Boolean(status.upgradeInProgress) || status.phase === 'Pending';
  if (isMoving && isFalse('ProgressiveUpgradeSucceeded').length === 0) return 'Update in progress';
  const isChild = isFalse('ChildResourcesHealthy').some(each => each.reason === 'Progressing');
  return isChild ? 'Child Progressing' : undefined;
}

export const NUMAPROJ: Record<string, HealthRule> = {
  'numaflow.numaproj.io/InterStepBufferService': numaflow('InterStepBufferService', { ownMessage: true }),
  'numaflow.numaproj.io/MonoVertex': numaflow('MonoVertex', { pausedPhases: ['Paused'] }),
  'numaflow.numaproj.io/Pipeline': numaflow('Pipeline', { pausedPhases: ['Paused', 'Pausing'] }),
  'numaflow.numaproj.io/Vertex': numaflow('Vertex', {
    ownMessage: true,
    pausedPhases: ['Paused'],
    upgraded: false,
  }),
  'numaplane.numaproj.io/ISBServiceRollout': numaplane({ failed: 'ISBSvcFailed', unknown: 'Unknown status' }),
  'numaplane.numaproj.io/MonoVertexRollout': numaplane({
    failed: 'MonoVertexFailed',
    paused: 'MonoVertexPausingOrPaused',
    unknown: 'Unknown MonoVertex status',
  }),
  'numaplane.numaproj.io/PipelineRollout': numaplane({
    failed: 'PipelineFailed',
    paused: 'PipelinePausingOrPaused',
    unknown: 'Unknown Pipeline status',
  }),
};
