import type { Condition, Kind, KubeObject } from '@slipway/api';
import { type CustomResourceDefinition, definitionOf, object, type Schema } from '../custom-resource.ts';

/** One image brought to one environment of a service. Lives in `team-<team>`; delivery alone writes status. */
export interface Promotion extends KubeObject {
  spec: {
    /** Name of the Workload in the same namespace. */
    workload: string;
    to: string;
    /** Default, and the only one allowed: the environment that `to` promotes from. */
    from?: string;
    /** With its digest. Default: what runs healthy in `from`; for a rollback: what ran in `to` before. */
    image?: string;
    /** The image that runs in `to` and is to go; makes this a rollback to one that ran there before. */
    rollbackOf?: string;
    reason?: string;
  };
  status?: PromotionStatus;
}

/** `Waiting` is open; everything but `Waiting` and `Promoting` is an end. */
export type PromotionPhase =
  | 'Waiting'
  | 'Promoting'
  | 'Promoted'
  | 'Failed'
  | 'Rejected'
  | 'Refused'
  | 'Superseded';

export interface PromotionStatus {
  observedGeneration?: number;
  phase?: PromotionPhase;
  /** Why it stands where it stands, and what to do. */
  message?: string;
  promotedBy?: string;
  from?: string;
  image?: string;
  revision?: string;
  rollback?: boolean;
  /** Tip of the service's branch when it was decided: what a later push moves on from. */
  head?: string;
  difference?: PromotionDifference;
  checks?: { name: string; passed: boolean; message: string }[];
  approvals?: { wanted: WantedApproval[]; given: GivenApproval[] };
  /** The commit in the environment's repository. */
  commit?: string;
  /** From then on neither spec nor decision changes. */
  decidedAt?: string;
  finishedAt?: string;
  conditions?: Condition[];
}

export interface PromotionDifference {
  before: { image?: string; revision?: string };
  after: { image?: string; revision: string };
  /** Newest first; `backwards`: these are left behind, as in a rollback. Not all of them when `more`. */
  commits: { id: string; title: string; author: string; at: string }[];
  backwards?: boolean;
  more?: boolean;
  /** Files of the service's repository that configure it, as unified diffs. */
  files: DifferentText[];
  /** Objects as they are applied, as unified diffs of their YAML; named `Kind/name`. */
  objects: DifferentText[];
}

export interface DifferentText {
  name: string;
  change: 'added' | 'removed' | 'changed';
  /** Unified; what Secrets hold is not in it. */
  diff: string;
}

export interface WantedApproval {
  group: string;
  count: number;
  /** Whether the person who promotes counts, too. */
  selfApproval: boolean;
  given: number;
}

export interface GivenApproval {
  /** Name of the Approval. */
  approval: string;
  by: string;
  decision: 'Approve' | 'Reject';
  reason?: string;
  at: string;
}

export const Promotion: Kind<Promotion> = {
  group: 'slipway.dev',
  version: 'v1alpha1',
  kind: 'Promotion',
  plural: 'promotions',
  namespaced: true,
};

const name: Schema = { type: 'string', minLength: 1, maxLength: 63 };
const imageText: Schema = { type: 'string', minLength: 1, maxLength: 512 };
const fixed = (what: string) => [
  { rule: 'self == oldSelf', message: `${what} does not change; make another promotion` },
];
const undecided = '!has(oldSelf.status) || !has(oldSelf.status.decidedAt)';

export const promotionDefinition: CustomResourceDefinition = definitionOf(Promotion, {
  spec: object(
    {
      workload: { ...name, 'x-kubernetes-validations': fixed('the service') },
      to: { ...name, 'x-kubernetes-validations': fixed('the environment') },
      from: name,
      image: imageText,
      rollbackOf: imageText,
      reason: { type: 'string', maxLength: 1024 },
    },
    ['workload', 'to'],
  ),
  status: {
    type: 'object',
    properties: { phase: { type: 'string' }, decidedAt: { type: 'string', maxLength: 64 } },
    'x-kubernetes-preserve-unknown-fields': true,
  },
  rules: [
    {
      rule: `${undecided} || self.spec == oldSelf.spec`,
      message: 'this promotion is decided and does not change any more; make another promotion',
    },
    {
      rule: `${undecided} || (has(self.status) && has(self.status.decidedAt) && self.status.decidedAt == oldSelf.status.decidedAt)`,
      message: 'this promotion is decided, which cannot be taken back; make another promotion',
    },
  ],
  columns: [
    { name: 'Service', type: 'string', jsonPath: '.spec.workload' },
    { name: 'To', type: 'string', jsonPath: '.spec.to' },
    { name: 'Phase', type: 'string', jsonPath: '.status.phase' },
    { name: 'By', type: 'string', jsonPath: '.status.promotedBy' },
  ],
});

/** A promotion whose name tells its time (milliseconds since 1970), so that those of one second keep their order. */
export function promotionAt(time: number, namespace: string, spec: Promotion['spec']): Promotion {
  const name = `${spec.workload}-${spec.to}-${time.toString(36)}`;
  return { apiVersion: 'slipway.dev/v1alpha1', kind: 'Promotion', metadata: { namespace, name }, spec };
}
