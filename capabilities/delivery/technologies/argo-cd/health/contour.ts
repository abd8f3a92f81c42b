import type { AnyObject } from '@slipway/api';
import { byConditions, conditionsOf } from './by-conditions.ts';
import { fieldOf } from './by-field.ts';
import type { Health, HealthRule } from './types.ts';
import { progressing } from './waiting.ts';

/** One that includes others cannot be judged by its own condition. */
function httpProxy(object: AnyObject): Health {
  const { description = '' } = (object.status ?? {}) as { description?: string };
  const current = (conditionsOf(object) ?? []).filter(
    each => each.observedGeneration === object.metadata.generation,
  );
  const valid = current.find(each => each.type === 'Valid' && each.status === 'True');
  if (valid) return { status: 'Healthy', message: description };
  const hasIncludes = fieldOf(object, 'spec.includes') !== undefined;
  if (hasIncludes && current.some(each => each.status === 'False'))
    return { status: 'Healthy', message: 'HTTPProxy inclusions cannot be health checked' };
  const invalid = current.find(each => each.type === 'Valid' && each.status === 'False');
  if (invalid) return { status: 'Degraded', message: description };
  const isTold = !conditionsOf(object) && fieldOf(object, 'status.currentStatus') !== undefined;
  return progressing(isTold ? description : 'Waiting for status');
}

export const CONTOUR: Record<string, HealthRule> = {
  'projectcontour.io/HTTPProxy': httpProxy,
  'projectcontour.io/ExtensionService': byConditions(
    [
      { type: 'Valid', status: 'True', observed: true, health: 'Healthy' },
      { type: 'Valid', status: 'False', observed: true, health: 'Degraded' },
    ],
    progressing('Waiting for status'),
  ),
};
