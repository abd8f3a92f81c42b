// Secrets: where they are kept, and how they come to those who need them.
import { defineCapabilities } from '@slipway/definition';

export const capabilities = defineCapabilities([
  {
    id: 'secret-repositories',
    title: 'Secret repositories',
    purpose: 'Secrets are kept encrypted, read by policy, and every access is on record.',
    choice: 'one',
    kinds: [],
    technologies: ['vault'],
  },
  {
    id: 'secret-management',
    title: 'Secret management',
    purpose: 'Services get the secrets they need when they need them, and new ones without a release.',
    choice: 'many',
    kinds: [
      'ExternalSecret.external-secrets.io/v1',
      'SecretStore.external-secrets.io/v1',
      'ClusterSecretStore.external-secrets.io/v1',
    ],
    technologies: ['external-secrets', 'vault'],
  },
]);
