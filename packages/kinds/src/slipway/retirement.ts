import type { Condition, Kind, KubeObject } from '@slipway/api';
import { anything, definitionOf, integer, listOf, object, text } from '../custom-resource.ts';

/** Parts of a service that can be kept as a whole when it is retired. */
export const KEEPABLE_PARTS = ['repository', 'images', 'data'] as const;
export type KeepablePart = (typeof KEEPABLE_PARTS)[number];

/** Parts that the list of a retirement is told in, in the order in which they go. */
export const RETIREMENT_PARTS = [
  'promotions',
  'pipelines',
  'deliveries',
  'data',
  'folders',
  'images',
  'repository',
  'catalog',
  'records',
  'service',
] as const;
export type RetirementPart = (typeof RETIREMENT_PARTS)[number];

/** With the value `true` on an object: it stays when its service is retired. */
export const KEEP = 'slipway.dev/keep';
/** Annotation that the API server writes: who wrote the spec as it stands, as JSON. Nobody can set or change it. */
export const SPEC_BY = 'slipway.dev/spec-by';
/** Finalizer of a Workload that goes last: it holds the name until everything else is gone. */
export const RETIREMENT_FINALIZER = 'slipway.dev/retirement';

/** One thing that a service made. What is no API object has no `apiVersion`: `Folder`, `Image`. */
export interface RetirementItem {
  part: RetirementPart;
  kind: string;
  apiVersion?: string;
  namespace?: string;
  name: string;
  uid?: string;
  action: 'Remove' | 'Keep';
  /** Why it belongs to the service, or why it stays. */
  because: string;
  state: 'Planned' | 'Gone' | 'Kept';
}

/**
 * Retires a service: lists everything it made and, once confirmed, removes it. Lives in the team's namespace.
 * What is removed is removed with the rights of who wrote the spec; it needs `delete` on the Workload. When it is done
 * the object stays as the receipt, until somebody deletes it.
 */
export interface Retirement extends KubeObject {
  spec: {
    /** Name of the Workload in the same namespace; never changes. */
    workload: string;
    /** Parts that stay; objects that are annotated `slipway.dev/keep: "true"` stay as well. */
    keep?: KeepablePart[];
    /** The service's name once more: from then on it is removed. Without it there is only the list. */
    confirm?: string;
  };
  status?: {
    phase?: 'Planned' | 'Confirmed' | 'Removing' | 'Retired' | 'Failed';
    message?: string;
    observedGeneration?: number;
    /** The Workload that is meant; another of the same name is not touched. */
    uid?: string;
    /** Name of its Repository object. */
    repository?: string;
    confirmedBy?: string;
    startedAt?: string;
    finishedAt?: string;
    counts?: { remove: number; keep: number; gone: number };
    items?: RetirementItem[];
    /** How many things the list leaves out, because there are too many to be told one by one; they go as well. */
    unlisted?: number;
    /** What it cannot see or remove where it runs, each with what to do about it. */
    limits?: string[];
    conditions?: Condition[];
  };
}

export const Retirement: Kind<Retirement> = {
  group: 'slipway.dev',
  version: 'v1alpha1',
  kind: 'Retirement',
  plural: 'retirements',
  namespaced: true,
};

export const retirementDefinition = definitionOf(Retirement, {
  spec: {
    ...object(
      {
        workload: { type: 'string', minLength: 1, maxLength: 63 },
        keep: { ...listOf({ type: 'string', enum: [...KEEPABLE_PARTS] }), 'x-kubernetes-list-type': 'set' },
        confirm: text,
      },
      ['workload'],
    ),
    'x-kubernetes-validations': [
      {
        rule: 'self.workload == oldSelf.workload',
        message: 'workload: never changes; make another Retirement',
      },
      {
        rule: "!has(self.confirm) || self.confirm == '' || self.confirm == self.workload",
        message: 'confirm: must be the name of the service',
      },
      {
        rule: "!has(oldSelf.confirm) || oldSelf.confirm == '' || self == oldSelf",
        message: 'a confirmed retirement does not change any more',
      },
    ],
  },
  status: {
    type: 'object',
    properties: {
      phase: text,
      message: text,
      confirmedBy: text,
      counts: object({ remove: integer, keep: integer, gone: integer }),
      items: anything,
    },
    'x-kubernetes-preserve-unknown-fields': true,
  },
  columns: [
    { name: 'Service', type: 'string', jsonPath: '.spec.workload' },
    { name: 'Phase', type: 'string', jsonPath: '.status.phase' },
    { name: 'Gone', type: 'integer', jsonPath: '.status.counts.gone' },
    { name: 'Of', type: 'integer', jsonPath: '.status.counts.remove' },
    { name: 'Kept', type: 'integer', jsonPath: '.status.counts.keep' },
  ],
});
