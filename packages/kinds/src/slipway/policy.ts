import type { Condition, Kind, KubeObject, Stored } from '@slipway/api';
import { definitionOf, object } from '../custom-resource.ts';
import type { Promotion } from './promotion.ts';

/**
 * A person's decision on an object: who it was, the API server records in CREATED_BY. Lives beside the object.
 * Policy alone writes status.
 */
export interface Approval extends KubeObject {
  spec: {
    /** What is decided on, exactly as the person saw it. */
    object: { apiVersion: string; kind: string; name: string; uid: string; generation: number };
    decision: 'Approve' | 'Reject';
    reason?: string;
  };
  status?: {
    /** `Refused`: it does not count, and the message says why. */
    phase?: 'Accepted' | 'Refused';
    reason?: string;
    message?: string;
    by?: string;
    /** The wanted groups that it counts for. */
    groups?: string[];
    judgedAt?: string;
    conditions?: Condition[];
  };
}

export const Approval: Kind<Approval> = {
  group: 'slipway.dev',
  version: 'v1alpha1',
  kind: 'Approval',
  plural: 'approvals',
  namespaced: true,
};

const short = { type: 'string', minLength: 1, maxLength: 253 };

export const approvalDefinition = definitionOf(Approval, {
  spec: {
    ...object(
      {
        object: object(
          {
            apiVersion: short,
            kind: short,
            name: short,
            uid: short,
            generation: { type: 'integer', minimum: 1 },
          },
          ['apiVersion', 'kind', 'name', 'uid', 'generation'],
        ),
        decision: { type: 'string', enum: ['Approve', 'Reject'] },
        reason: { type: 'string', maxLength: 1024 },
      },
      ['object', 'decision'],
    ),
    'x-kubernetes-validations': [
      { rule: 'self == oldSelf', message: 'a decision that was given does not change' },
    ],
  },
  columns: [
    { name: 'Kind', type: 'string', jsonPath: '.spec.object.kind' },
    { name: 'On', type: 'string', jsonPath: '.spec.object.name' },
    { name: 'Decision', type: 'string', jsonPath: '.spec.decision' },
    { name: 'By', type: 'string', jsonPath: '.status.by' },
    { name: 'Phase', type: 'string', jsonPath: '.status.phase' },
  ],
});

/** A decision on a promotion exactly as it was seen; whoever creates it decides. */
export function approvalOn(
  { metadata }: Stored<Promotion>,
  { decision, reason }: Pick<Approval['spec'], 'decision' | 'reason'>,
): Approval {
  const apiVersion = 'slipway.dev/v1alpha1';
  const { name, uid, generation = 1, namespace = '' } = metadata;
  return {
    apiVersion,
    kind: 'Approval',
    metadata: { namespace, generateName: `${name}-` },
    spec: {
      object: { apiVersion, kind: 'Promotion', name, uid, generation },
      decision,
      ...(reason ? { reason } : {}),
    },
  };
}
