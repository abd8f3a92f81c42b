import type { Condition, Kind, KubeObject } from '@slipway/api';
import { anything, definitionOf, listOf, mapOf, object, type Schema, text } from '../custom-resource.ts';

/** What a required step does, where its name alone would not say. */
export const STEP_ACTIONS = ['image-build'] as const;

/** A step that has to run to its end for every revision. Of what is given, all has to fit. */
export interface RequiredStep {
  /** Name of the step, or of the template it runs. What the step does inside is its repository's affair. */
  name?: string;
  /** `image-build`: it creates a Build. */
  action?: (typeof STEP_ACTIONS)[number];
  /** A template that the platform keeps: nobody in a team can change what it does. */
  from?: { clusterWorkflowTemplate: string; template: string };
  /** Why it has to be there, for whoever lacks it. */
  because?: string;
  /** YAML that adds it; without one a plain example is told. */
  snippet?: string;
}

/** Steps and checks that the pipelines of some services must have. Where one lacks any, nothing is delivered. */
export interface PipelinePolicy extends KubeObject {
  spec: {
    description?: string;
    /** Which services; of what is given, all has to fit. Nothing given: all services. */
    selects?: {
      teams?: string[];
      /** Labels of the Workload. */
      labels?: Record<string, string>;
      /** Names of the templates that made them. */
      templates?: string[];
      /** Told by files in the repository's root. */
      languages?: string[];
    };
    steps?: RequiredStep[];
    /** Contexts of commit statuses that have to be `success` for the revision. */
    checks?: string[];
  };
  status?: {
    observedGeneration?: number;
    /** Who is governed, and how it stands; sorted by service. */
    services?: GovernedService[];
    conditions?: Condition[];
  };
}

export interface GovernedService {
  namespace: string;
  name: string;
  verdict: PolicyVerdict['verdict'];
  message?: string;
  until?: string;
}

/** How a service stands to one policy; delivery writes it into the Workload's status. */
export interface PolicyVerdict {
  policy: string;
  /** `Pending`: what has to run has not run yet. */
  verdict: 'Met' | 'Pending' | 'NotMet' | 'Excepted';
  /** What is missing and what to add; of an exception, whose it is and why. */
  message?: string;
  exception?: string;
  /** End of the exception. */
  until?: string;
}

export const PipelinePolicy: Kind<PipelinePolicy> = {
  group: 'slipway.dev',
  version: 'v1alpha1',
  kind: 'PipelinePolicy',
  plural: 'pipelinepolicies',
  namespaced: false,
};

const name: Schema = { type: 'string', minLength: 1, maxLength: 253 };
const names: Schema = { ...listOf(name), minItems: 1 };

export const pipelinePolicyDefinition = definitionOf(PipelinePolicy, {
  spec: {
    ...object({
      description: { type: 'string', maxLength: 1024 },
      selects: object({ teams: names, labels: mapOf(text), templates: names, languages: names }),
      steps: listOf({
        ...object({
          name,
          action: { type: 'string', enum: [...STEP_ACTIONS] },
          from: object({ clusterWorkflowTemplate: name, template: name }, [
            'clusterWorkflowTemplate',
            'template',
          ]),
          because: { type: 'string', maxLength: 1024 },
          snippet: { type: 'string', maxLength: 8192 },
        }),
        'x-kubernetes-validations': [
          {
            rule: 'has(self.name) || has(self.action) || has(self.from)',
            message: 'a step is told by name, action or from',
          },
        ],
      }),
      checks: listOf(name),
    }),
    'x-kubernetes-validations': [
      {
        rule: '(has(self.steps) && size(self.steps) > 0) || (has(self.checks) && size(self.checks) > 0)',
        message: 'steps or checks: a policy asks for something',
      },
    ],
  },
  status: {
    type: 'object',
    properties: { services: anything, conditions: anything },
    'x-kubernetes-preserve-unknown-fields': true,
  },
  columns: [{ name: 'Description', type: 'string', jsonPath: '.spec.description' }],
});

/** Takes services out of a policy for a time. After its end it does not count any more. */
export interface PolicyException extends KubeObject {
  spec: {
    /** Name of the PipelinePolicy. */
    policy: string;
    /** `<team>/<service>`. */
    service: string;
    /** Who answers for it. */
    owner: string;
    reason: string;
    /** RFC 3339. */
    until: string;
  };
  status?: { conditions?: Condition[] };
}

export const PolicyException: Kind<PolicyException> = {
  group: 'slipway.dev',
  version: 'v1alpha1',
  kind: 'PolicyException',
  plural: 'policyexceptions',
  namespaced: false,
};

export const policyExceptionDefinition = definitionOf(PolicyException, {
  spec: object(
    {
      policy: name,
      service: { type: 'string', pattern: '^[^/]+/[^/]+$', maxLength: 253 },
      owner: name,
      reason: { type: 'string', minLength: 1, maxLength: 1024 },
      until: { type: 'string', format: 'date-time' },
    },
    ['policy', 'service', 'owner', 'reason', 'until'],
  ),
  columns: [
    { name: 'Policy', type: 'string', jsonPath: '.spec.policy' },
    { name: 'Service', type: 'string', jsonPath: '.spec.service' },
    { name: 'Owner', type: 'string', jsonPath: '.spec.owner' },
    { name: 'Until', type: 'string', jsonPath: '.spec.until' },
  ],
});
