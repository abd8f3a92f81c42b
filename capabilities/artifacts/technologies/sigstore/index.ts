import type { Technology } from '@slipway/definition';
import { signingKeyDefinition } from '@slipway/kinds';
import { startEngine } from './engine.ts';
import { guidance } from './guidance.ts';
import { parametersSchema } from './parameters.ts';
import { upstream } from './upstream.ts';

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
    // What hangs on the images that run, or are to.
    { apiGroups: ['artifacts.slipway.dev'], resources: ['images'], verbs: ['get'] },
    // The links from a pod back to a commit; each is shown only to who may read it.
    { apiGroups: ['authentication.k8s.io'], resources: ['tokenreviews'], verbs: ['create'] },
    { apiGroups: ['authorization.k8s.io'], resources: ['subjectaccessreviews'], verbs: ['create'] },
    { apiGroups: [''], resources: ['pods'], verbs: ['get', 'list'] },
    {
      apiGroups: ['apps'],
      resources: ['replicasets', 'deployments', 'statefulsets'],
      verbs: ['get'],
    },
    { apiGroups: ['batch'], resources: ['jobs'], verbs: ['get'] },
    { apiGroups: ['argoproj.io'], resources: ['applications', 'workflows'], verbs: ['get'] },
    { apiGroups: ['artifacts.slipway.dev'], resources: ['builds'], verbs: ['get'] },
    { apiGroups: ['source.slipway.dev'], resources: ['repositories'], verbs: ['get'] },
    {
      apiGroups: ['slipway.dev'],
      resources: ['workloads', 'environments', 'promotions'],
      verbs: ['get', 'list'],
    },
    { apiGroups: ['audit.slipway.dev'], resources: ['auditrecords'], verbs: ['list'] },
    { apiGroups: ['', 'events.k8s.io'], resources: ['events'], verbs: ['create', 'patch', 'update'] },
  ],
  embedded: { start: startEngine },
  upstream,
};
