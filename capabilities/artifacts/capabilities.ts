import { defineCapabilities } from '@slipway/definition';

export const capabilities = defineCapabilities([
  {
    id: 'artifact-registries',
    title: 'Artifact registries',
    purpose: 'Keeps container images and other artifacts by digest, and builds them from source.',
    choice: 'one',
    kinds: ['Build.artifacts.slipway.dev/v1alpha1'],
    technologies: ['oci-registry'],
  },
]);
