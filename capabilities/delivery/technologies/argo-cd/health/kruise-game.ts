import type { AnyObject } from '@slipway/api';
import { fieldOf } from './by-field.ts';
import type { Health, HealthRule, RuleCondition } from './types.ts';
import { progressing } from './waiting.ts';

function gameServer(object: AnyObject): Health {
  const waiting: Health = { status: 'Unknown', message: 'Waiting for GameServer to be ready' };
  if (!object.status) return waiting;
  const { currentState, desiredState } = object.status as { currentState?: string; desiredState?: string };
  if (currentState !== desiredState)
    return progressing(`State change: ${currentState ?? 'Unknown'} → ${desiredState ?? 'Unknown'}`);
  const conditions = (fieldOf(object, 'status.podStatus.conditions') ?? []) as RuleCondition[];
  const bad = conditions.find(each => each.type === 'KruisePodReady' && each.status !== 'True');
  if (bad) return { status: 'Degraded', message: `Pod is not ready: ${bad.type}` };
  return currentState === 'Ready' ? { status: 'Healthy', message: 'GameServer is Ready' } : waiting;
}

interface SetStatus {
  observedGeneration?: number;
  replicas?: number;
  readyReplicas?: number;
  updatedReplicas?: number;
  updatedReadyReplicas?: number;
}

function gameServerSet(object: AnyObject): Health {
  const waiting = progressing('Waiting for GameServerSet initialization');
  const status = (object.status ?? {}) as SetStatus;
  if (!object.status || object.metadata.generation !== status.observedGeneration) return waiting;
  const { replicas = 0, readyReplicas = 0, updatedReplicas = 0, updatedReadyReplicas = 0 } = status;
  const update = fieldOf(object, 'spec.updateStrategy.rollingUpdate') ?? {};
  const { paused, partition = 0 } = update as { paused?: boolean; partition?: number };
  if (paused) return { status: 'Suspended', message: 'GameServerSet is paused' };
  if (partition !== 0 && updatedReplicas >= replicas - partition)
    return { status: 'Suspended', message: `Partition=${partition}, waiting for manual intervention` };
  if (updatedReadyReplicas === replicas)
    return { status: 'Healthy', message: 'All GameServerSet replicas are updated and ready' };
  if (readyReplicas >= replicas) return waiting;
  return progressing(`ReadyReplicas ${readyReplicas}/${replicas}, still progressing`);
}

export const KRUISE_GAME: Record<string, HealthRule> = {
  'game.kruise.io/GameServer': gameServer,
  'game.kruise.io/GameServerSet': gameServerSet,
};
