// What is allowed, and who decided so.
import { defineCapabilities } from '@slipway/definition';

export const capabilities = defineCapabilities([
  {
    id: 'validation',
    title: 'Validation',
    purpose:
      'What breaks a rule is refused before it is there, and what needs a decision gets it from a person.',
    choice: 'many',
    kinds: [
      'Approval.slipway.dev/v1alpha1',
      'PipelinePolicy.slipway.dev/v1alpha1',
      'PolicyException.slipway.dev/v1alpha1',
      'ValidatingAdmissionPolicy.admissionregistration.k8s.io/v1',
      'ValidatingAdmissionPolicyBinding.admissionregistration.k8s.io/v1',
    ],
    technologies: ['validating-admission-policy', 'kyverno'],
  },
]);
