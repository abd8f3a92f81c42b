// What lies outside the cluster, ordered as objects.
import { defineCapabilities } from '@slipway/definition';

export const capabilities = defineCapabilities([
  {
    id: 'infrastructure-as-code',
    title: 'Infrastructure as code',
    purpose: 'Databases, buckets and networks are ordered as files and kept as they say.',
    choice: 'many',
    kinds: [
      'CompositeResourceDefinition.apiextensions.crossplane.io/v2',
      'Composition.apiextensions.crossplane.io/v1',
      'Terraform.infra.contrib.fluxcd.io/v1alpha2',
      'CloudFormationStack.cloudformation.contrib.fluxcd.io/v1alpha1',
    ],
    technologies: ['crossplane', 'terraform', 'cloudformation'],
  },
]);
