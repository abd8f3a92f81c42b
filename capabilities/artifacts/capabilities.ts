import { defineCapabilities } from '@slipway/definition';

export const capabilities = defineCapabilities([
  {
    id: 'artifact-registries',
    title: 'Artifact registries',
    purpose: 'Keeps container images and other artifacts by digest, and builds them from source.',
    choice: 'one',
    kinds: ['Build.artifacts.slipway.dev/v1alpha1'],
    technologies: ['oci-registry', 'harbor', 'zot'],
  },
  {
    id: 'signing',
    title: 'Signing',
    purpose: 'Proves of every image built here who built it, from which commit, and that it is unchanged.',
    choice: 'one',
    kinds: ['SigningKey.artifacts.slipway.dev/v1alpha1'],
    technologies: ['sigstore'],
  },
]);
