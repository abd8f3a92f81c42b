import type { Condition, Kind, KubeObject } from '@slipway/api';
import { definitionOf, listOf, object, text } from '../custom-resource.ts';
import type { PolicyVerdict } from './pipeline-policy.ts';

/**
 * What people call a service. Lives in `team-<team>`; its name is unique in the platform.
 * delivery turns each new revision of the repository into a Workflow, each built image into a commit in the first
 * environment's repository, and that into an Application.
 */
export interface Workload extends KubeObject {
  spec: {
    /** Name of the Repository object in the same namespace. */
    repository: string;
    /** Branch that is delivered; default `main`. */
    branch?: string;
    /** Port the application listens on when the repository has no manifests of its own; default 8080. */
    port?: number;
    /** Environment names in order; default: all of the platform. */
    environments?: string[];
    description?: string;
  };
  status?: {
    observedGeneration?: number;
    conditions?: Condition[];
    /** The newest revision seen, and what became of it. */
    revision?: string;
    pipeline?: {
      workflow: string;
      revision: string;
      phase: string;
      message?: string;
      startedAt?: string;
      finishedAt?: string;
    };
    image?: string;
    /** How its pipeline stands to each policy that governs it. */
    policies?: PolicyVerdict[];
    environments?: WorkloadEnvironment[];
  };
}

export interface WorkloadEnvironment {
  name: string;
  namespace: string;
  application: string;
  url: string;
  /** With `@sha256:`. */
  image?: string;
  revision?: string;
  healthy: boolean;
  health?: string;
  message?: string;
}

export const Workload: Kind<Workload> = {
  group: 'slipway.dev',
  version: 'v1alpha1',
  kind: 'Workload',
  plural: 'workloads',
  namespaced: true,
};
export const workloadDefinition = definitionOf(Workload, {
  spec: object(
    {
      repository: text,
      branch: { type: 'string', default: 'main' },
      port: { type: 'integer', minimum: 1, maximum: 65535, default: 8080 },
      environments: listOf(text),
      description: text,
    },
    ['repository'],
  ),
  columns: [
    { name: 'Pipeline', type: 'string', jsonPath: '.status.pipeline.phase' },
    { name: 'URL', type: 'string', jsonPath: '.status.environments[0].url' },
    { name: 'Healthy', type: 'boolean', jsonPath: '.status.environments[0].healthy' },
  ],
  shortNames: ['wl'],
});
