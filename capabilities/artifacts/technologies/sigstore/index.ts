import type { Technology } from '@slipway/definition';
import { signingKeyDefinition } from '@slipway/kinds';
import { startEngine } from './engine.ts';
import { guidance } from './guidance.ts';
import { parametersSchema } from './parameters.ts';

/** Signatures and provenance of images in Sigstore's formats, and the check that only signed ones run. */
export const sigstore: Technology = {
  id: 'sigstore',
  title: 'Sigstore',
  capabilities: ['signing'],
  guidance,
  provides: ['image-signatures'],
  requires: ['image-builder'],
  parameters: parametersSchema,
  kinds: async () => [signingKeyDefinition],
  rules: [
    {
      apiGroups: ['artifacts.slipway.dev'],
      resources: ['signingkeys', 'signingkeys/status'],
      verbs: ['get', 'list', 'watch', 'create', 'update', 'patch'],
    },
    // What hangs on the images that are to run.
    { apiGroups: ['artifacts.slipway.dev'], resources: ['images'], verbs: ['get'] },
    { apiGroups: ['', 'events.k8s.io'], resources: ['events'], verbs: ['create', 'patch', 'update'] },
  ],
  embedded: { start: startEngine },
};
