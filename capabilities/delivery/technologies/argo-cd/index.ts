import type { Technology } from '@slipway/definition';
import {
  approvalDefinition,
  changeRequestDefinition,
  commitStatusDefinition,
  environmentDefinition,
  pipelinePolicyDefinition,
  policyExceptionDefinition,
  promotionDefinition,
  repositoryDefinition,
  retirementDefinition,
  workloadDefinition,
} from '@slipway/kinds';
import { argoCdDefinitions } from '@slipway/kinds/upstream/definitions.ts';
import { beside } from './beside.ts';
import { startEngine } from './engine.ts';
import { existing } from './existing.ts';
import { guidance } from './guidance.ts';
import { upstream } from './upstream.ts';

/** Argo CD: Applications over directories of manifests, and the Workloads that lead to them. */
export const argoCd: Technology = {
  id: 'argo-cd',
  title: 'Argo CD',
  capabilities: ['continuous-delivery', 'packaging'],
  guidance,
  provides: ['gitops'],
  requires: ['git-server', 'pipelines'],
  parameters: { type: 'object', additionalProperties: false, properties: {} },
  kinds: async () => [
    ...(await argoCdDefinitions()),
    workloadDefinition,
    environmentDefinition,
    repositoryDefinition,
    retirementDefinition,
    commitStatusDefinition,
    changeRequestDefinition,
    pipelinePolicyDefinition,
    policyExceptionDefinition,
    promotionDefinition,
    approvalDefinition,
  ],
  // As upstream's application controller: what it may apply is for the projects to say.
  rules: [
    { apiGroups: ['*'], resources: ['*'], verbs: ['*'] },
    { nonResourceURLs: ['*'], verbs: ['*'] },
  ],
  embedded: { start: startEngine },
  beside,
  upstream,
  existing,
};
