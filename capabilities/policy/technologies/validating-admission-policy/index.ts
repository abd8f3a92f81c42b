import type { Technology } from '@slipway/definition';
import { approvalDefinition, environmentDefinition, promotionDefinition } from '@slipway/kinds';
import { APPROVER_RULES } from './approver/plan.ts';
import { startEngine } from './engine.ts';
import { guidance } from './guidance.ts';

/** Kubernetes' own admission policies, and the judge of Approvals. */
export const validatingAdmissionPolicy: Technology = {
  id: 'validating-admission-policy',
  title: 'Validating admission policies',
  capabilities: ['validation'],
  guidance,
  provides: ['approvals'],
  requires: [],
  parameters: { type: 'object', additionalProperties: false, properties: {} },
  kinds: async () => [approvalDefinition, promotionDefinition, environmentDefinition],
  rules: [
    {
      apiGroups: ['admissionregistration.k8s.io'],
      resources: ['validatingadmissionpolicies', 'validatingadmissionpolicybindings'],
      verbs: ['get', 'list', 'watch', 'create', 'update', 'patch'],
    },
    // Nobody can give a right that is not their own.
    ...APPROVER_RULES,
    { apiGroups: ['slipway.dev'], resources: ['environments'], verbs: ['get', 'list', 'watch'] },
    {
      apiGroups: ['slipway.dev'],
      resources: ['approvals', 'approvals/status'],
      verbs: ['update', 'patch'],
    },
    { apiGroups: [''], resources: ['events'], verbs: ['create', 'patch'] },
    { apiGroups: ['events.k8s.io'], resources: ['events'], verbs: ['create', 'patch'] },
    {
      apiGroups: ['rbac.authorization.k8s.io'],
      resources: ['clusterroles', 'clusterrolebindings'],
      verbs: ['get', 'create', 'update', 'patch'],
    },
  ],
  embedded: { start: startEngine },
};
