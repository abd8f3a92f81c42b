import type { PolicyRule, Technology } from '@slipway/definition';
import {
  approvalDefinition,
  environmentDefinition,
  pipelinePolicyDefinition,
  policyExceptionDefinition,
  promotionDefinition,
  workloadDefinition,
} from '@slipway/kinds';
import { argoWorkflowsDefinitions } from '@slipway/kinds/upstream/definitions.ts';
import { APPROVER_RULES } from './approver/plan.ts';
import { startEngine } from './engine.ts';
import { guidance } from './guidance.ts';

/** Where the platform keeps steps that a policy may ask for. */
const TEMPLATES = 'clusterworkflowtemplates.argoproj.io';

const RULES: PolicyRule[] = [
  {
    apiGroups: ['admissionregistration.k8s.io'],
    resources: ['validatingadmissionpolicies', 'validatingadmissionpolicybindings'],
    verbs: ['get', 'list', 'watch', 'create', 'update', 'patch'],
  },
  // Nobody can give a right that is not their own.
  ...APPROVER_RULES,
  {
    apiGroups: ['slipway.dev'],
    resources: ['environments', 'workloads', 'pipelinepolicies', 'policyexceptions'],
    verbs: ['get', 'list', 'watch'],
  },
  { apiGroups: ['argoproj.io'], resources: ['clusterworkflowtemplates'], verbs: ['get', 'list', 'watch'] },
  {
    apiGroups: ['slipway.dev'],
    resources: ['approvals', 'approvals/status', 'pipelinepolicies/status', 'policyexceptions/status'],
    verbs: ['update', 'patch'],
  },
  { apiGroups: [''], resources: ['events'], verbs: ['create', 'patch'] },
  { apiGroups: ['events.k8s.io'], resources: ['events'], verbs: ['create', 'patch'] },
  {
    apiGroups: ['rbac.authorization.k8s.io'],
    resources: ['clusterroles', 'clusterrolebindings'],
    verbs: ['get', 'create', 'update', 'patch'],
  },
];

/** Kubernetes' own admission policies, and the judge of Approvals. */
export const validatingAdmissionPolicy: Technology = {
  id: 'validating-admission-policy',
  title: 'Validating admission policies',
  capabilities: ['validation'],
  guidance,
  provides: ['approvals'],
  requires: [],
  parameters: { type: 'object', additionalProperties: false, properties: {} },
  kinds: async () => [
    approvalDefinition,
    promotionDefinition,
    environmentDefinition,
    workloadDefinition,
    pipelinePolicyDefinition,
    policyExceptionDefinition,
    ...(await argoWorkflowsDefinitions()).filter(({ metadata }) => metadata.name === TEMPLATES),
  ],
  rules: RULES,
  embedded: { start: startEngine },
  builtIn: true,
  // The API server evaluates the policies there, too.
  beside: { start: startEngine, rules: RULES },
};
