import { type Kind, type KubeObject, type Stored, timestamp } from '@slipway/api';
import type { WorkloadCondition } from '@slipway/kinds';
import type { Context } from '@slipway/runtime';
import { canonical } from './hash.ts';

type WithStatus = KubeObject & { status?: unknown };

/** Writes a status when it differs from the one that stands there. */
export async function writeStatus<T extends WithStatus>(
  context: Context,
  kind: Kind<T>,
  object: Stored<T>,
  status: T['status'],
): Promise<Stored<T>> {
  if (canonical(object.status ?? {}) === canonical(status ?? {})) return object;
  return await context.client.update<T>(kind, { ...object, status }, { subresource: 'status' });
}

/** The field when it is above zero: upstream leaves out counts of zero. */
export function counted<K extends string>(name: K, count: number): { [key in K]?: number } {
  return (count > 0 ? { [name]: count } : {}) as { [key in K]?: number };
}

export function conditionOf(
  conditions: WorkloadCondition[] | undefined,
  type: string,
): WorkloadCondition | undefined {
  return conditions?.find(condition => condition.type === type);
}

/** Conditions with this one set; its transition time stays while its status does. */
export function setCondition(
  conditions: WorkloadCondition[],
  wanted: { type: string; status: 'True' | 'False'; reason: string; message: string },
  now: number,
  options: { updateTime?: boolean } = {},
): WorkloadCondition[] {
  const present = conditionOf(conditions, wanted.type);
  if (present?.status === wanted.status && present.reason === wanted.reason) return conditions;
  const time = timestamp(now);
  const made: WorkloadCondition = {
    ...wanted,
    ...(options.updateTime ? { lastUpdateTime: time } : {}),
    lastTransitionTime: present?.status === wanted.status ? present.lastTransitionTime : time,
  };
  return [...conditions.filter(condition => condition.type !== wanted.type), made];
}

export function withoutCondition(conditions: WorkloadCondition[], type: string): WorkloadCondition[] {
  return conditions.filter(condition => condition.type !== type);
}
