import type { Stored } from '@slipway/api';
import { Approval, Promotion } from '@slipway/kinds';
import { client } from '../../api/client.ts';

/** Makes a promotion; its name tells its time, so that those of one second keep their order. */
export function startPromotion(namespace: string, spec: Promotion['spec']): Promise<Stored<Promotion>> {
  const name = `${spec.workload}-${spec.to}-${Date.now().toString(36)}`;
  const apiVersion = 'slipway.dev/v1alpha1';
  return client.create(Promotion, { apiVersion, kind: 'Promotion', metadata: { namespace, name }, spec });
}

/** Gives a decision on the promotion exactly as it is shown. */
export function giveDecision(
  { metadata }: Stored<Promotion>,
  decision: 'Approve' | 'Reject',
  reason: string,
): Promise<Stored<Approval>> {
  const apiVersion = 'slipway.dev/v1alpha1';
  const { namespace = '', name, uid, generation = 1 } = metadata;
  return client.create(Approval, {
    apiVersion,
    kind: 'Approval',
    metadata: { namespace, generateName: `${name}-` },
    spec: {
      object: { apiVersion, kind: 'Promotion', name, uid, generation },
      decision,
      ...(reason.trim() === '' ? {} : { reason: reason.trim() }),
    },
  });
}
