import type { Condition, Kind, KubeObject } from '@slipway/api';
import { anything, definitionOf, object, text } from '../custom-resource.ts';

/** Any Backstage entity; named `<kind>.<name>` in lower case (kinds.md), looked up by reference. */
export interface Entity extends KubeObject {
  spec: {
    entity: BackstageEntity;
    /** Where it was read from: a Git URL with path and revision. */
    location?: string;
  };
  status?: { relations?: { type: string; targetRef: string }[]; errors?: string[]; conditions?: Condition[] };
}

export interface BackstageEntity {
  apiVersion: string;
  kind: string;
  metadata: {
    name: string;
    namespace?: string;
    title?: string;
    description?: string;
    labels?: Record<string, string>;
    annotations?: Record<string, string>;
    tags?: string[];
    links?: { url: string; title?: string; icon?: string; type?: string }[];
    [field: string]: unknown;
  };
  spec?: Record<string, unknown>;
}

export const Entity: Kind<Entity> = {
  group: 'catalog.slipway.dev',
  version: 'v1alpha1',
  kind: 'Entity',
  plural: 'entities',
  namespaced: true,
};
export const entityDefinition = definitionOf(Entity, {
  spec: object({ entity: { type: 'object', 'x-kubernetes-preserve-unknown-fields': true }, location: text }, [
    'entity',
  ]),
});

/** Backstage's Template, as it is; its parameters and steps are checked by the catalog. */
export interface Template extends KubeObject {
  spec: Record<string, unknown> & {
    type: string;
    owner?: string;
    parameters?: unknown;
    steps: TemplateStep[];
    output?: Record<string, unknown>;
  };
  /** Condition Ready: whether it can run here, and what cannot. */
  status?: { conditions?: Condition[] };
}
export interface TemplateStep {
  id?: string;
  name?: string;
  action: string;
  input?: Record<string, unknown>;
  if?: string | boolean;
  each?: unknown;
}
export const Template: Kind<Template> = {
  group: 'scaffolder.backstage.io',
  version: 'v1beta3',
  kind: 'Template',
  plural: 'templates',
  namespaced: true,
};
export const templateDefinition = definitionOf(Template, {
  spec: { type: 'object', 'x-kubernetes-preserve-unknown-fields': true },
  columns: [
    { name: 'Ready', type: 'string', jsonPath: ".status.conditions[?(@.type=='Ready')].status" },
    { name: 'Reason', type: 'string', jsonPath: ".status.conditions[?(@.type=='Ready')].reason" },
  ],
});

/** Annotation on runs that the API server writes at creation: who it was, as JSON. Nobody can set or change it. */
export const CREATED_BY = 'slipway.dev/created-by';

/** One run of a template; lives in the team's namespace and acts with the rights of who created it. */
export interface TemplateRun extends KubeObject {
  spec: {
    /** Template's name (namespace `default` unless `namespace/name`). */
    template: string;
    values: Record<string, unknown>;
    /** Name of a Secret beside the run: what expressions see as `secrets`. It goes when the run has succeeded. */
    secrets?: string;
    /** What becomes of what it made when a step fails; `keep` lets it be retried from that step. Default `remove`. */
    onFailure?: 'remove' | 'keep';
  };
  status?: {
    /** `Undone`: what it had made was removed again on demand. */
    phase?: 'Pending' | 'Running' | 'Succeeded' | 'Failed' | 'Cancelled' | 'Undone';
    message?: string;
    startedAt?: string;
    finishedAt?: string;
    steps?: {
      id: string;
      name: string;
      action: string;
      phase: 'Pending' | 'Running' | 'Succeeded' | 'Failed' | 'Skipped';
      message?: string;
      startedAt?: string;
      finishedAt?: string;
      log?: string[];
      /** What later steps may refer to; also what a run goes on from after a restart. */
      output?: Record<string, unknown>;
    }[];
    output?: {
      links?: { title?: string; url?: string; entityRef?: string }[];
      text?: { title?: string; content?: string }[];
    };
    /** Everything it made, in order; what *retire* removes. */
    inventory?: { apiVersion: string; kind: string; namespace?: string; name: string; uid?: string }[];
    conditions?: Condition[];
  };
}
export const TemplateRun: Kind<TemplateRun> = {
  group: 'slipway.dev',
  version: 'v1alpha1',
  kind: 'TemplateRun',
  plural: 'templateruns',
  namespaced: true,
};
export const templateRunDefinition = definitionOf(TemplateRun, {
  spec: object(
    {
      template: text,
      values: { type: 'object', 'x-kubernetes-preserve-unknown-fields': true },
      secrets: text,
      onFailure: { type: 'string', enum: ['remove', 'keep'] },
    },
    ['template'],
  ),
  status: {
    type: 'object',
    properties: { phase: text, message: text, steps: anything },
    'x-kubernetes-preserve-unknown-fields': true,
  },
  columns: [
    { name: 'Template', type: 'string', jsonPath: '.spec.template' },
    { name: 'Phase', type: 'string', jsonPath: '.status.phase' },
  ],
});
