import type { AnyObject } from '@slipway/api';
import type { Health, RuleCondition } from './types.ts';
import { progressing } from './waiting.ts';

interface Ancestor {
  ancestorRef?: { name?: string };
  conditions?: RuleCondition[];
}

/** Gateway API: every ancestor has to have seen it, accepted it, and found what it names. */
export function backendTlsPolicy(object: AnyObject): Health {
  const { ancestors = [] } = (object.status ?? {}) as { ancestors?: Ancestor[] };
  const told = ancestors.flatMap(({ ancestorRef, conditions = [] }) =>
    conditions.map(condition => ({ name: ancestorRef?.name ?? '', condition })),
  );
  const { generation } = object.metadata;
  const late = told.find(
    ({ condition: { observedGeneration } }) =>
      generation !== undefined && observedGeneration !== undefined && observedGeneration !== generation,
  );
  if (late) return progressing(`Waiting for Ancestor ${late.name} to update BackendTLSPolicy status`);
  const bad = told.find(
    ({ condition: { type, status } }) => ['Accepted', 'ResolvedRefs'].includes(type) && status !== 'True',
  );
  if (bad) return { status: 'Degraded', message: `Ancestor ${bad.name}: ${bad.condition.message ?? ''}` };
  const isAccepted = told.some(({ condition }) => condition.type === 'Accepted');
  return isAccepted
    ? { status: 'Healthy', message: 'BackendTLSPolicy is healthy' }
    : progressing('Waiting for BackendTLSPolicy status');
}
