import type { AnyObject } from '@slipway/api';
import type { Health, RuleCondition } from './types.ts';

/** Its condition Accepted, unless that is of an earlier generation. */
export function gatewayClass(object: AnyObject): Health {
  const conditions = ((object.status ?? {}) as { conditions?: RuleCondition[] }).conditions ?? [];
  const { generation } = object.metadata;
  const accepted = conditions.find(
    ({ type, observedGeneration: seen }) =>
      type === 'Accepted' && (generation === undefined || seen === undefined || seen === generation),
  );
  if (accepted?.status === 'True')
    return { status: 'Healthy', message: accepted.message ?? 'GatewayClass is accepted' };
  if (accepted?.status === 'False')
    return { status: 'Degraded', message: accepted.message ?? 'GatewayClass is not accepted' };
  return { status: 'Progressing', message: accepted?.message ?? 'Waiting for GatewayClass status' };
}
