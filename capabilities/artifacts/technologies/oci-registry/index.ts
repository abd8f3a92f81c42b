import type { Technology } from '@slipway/definition';
import { auditRules, buildDefinition, repositoryDefinition } from '@slipway/kinds';
import { AUDIT_DOOR } from './audit.ts';
import { startEngine } from './engine.ts';
import { guidance } from './guidance.ts';
import { parametersSchema } from './parameters.ts';
import { upstream } from './upstream.ts';

/** The OCI distribution API and the image builder behind it. */
export const ociRegistry: Technology = {
  id: 'oci-registry',
  title: 'OCI registry',
  capabilities: ['artifact-registries'],
  guidance,
  provides: ['oci-registry', 'image-builder'],
  requires: ['git-server'],
  parameters: parametersSchema,
  kinds: async () => [buildDefinition, repositoryDefinition],
  rules: [
    { apiGroups: ['authentication.k8s.io'], resources: ['tokenreviews'], verbs: ['create'] },
    { apiGroups: ['authorization.k8s.io'], resources: ['subjectaccessreviews'], verbs: ['create'] },
    {
      apiGroups: ['artifacts.slipway.dev'],
      resources: ['builds'],
      verbs: ['get', 'list', 'watch', 'update', 'patch'],
    },
    ...auditRules(AUDIT_DOOR),
    { apiGroups: ['artifacts.slipway.dev'], resources: ['builds/status'], verbs: ['get', 'update', 'patch'] },
    // What pods run on is not collected.
    { apiGroups: [''], resources: ['pods'], verbs: ['list'] },
    // By which key what is built is signed, where it is.
    { apiGroups: ['artifacts.slipway.dev'], resources: ['signingkeys'], verbs: ['list'] },
    { apiGroups: ['source.slipway.dev'], resources: ['repositories'], verbs: ['get', 'list', 'watch'] },
    { apiGroups: [''], resources: ['configmaps'], verbs: ['get', 'create', 'update', 'patch'] },
    { apiGroups: ['', 'events.k8s.io'], resources: ['events'], verbs: ['create', 'patch', 'update'] },
  ],
  embedded: { start: startEngine, keeps: { files: ['catalog.jsonl'] } },
  upstream,
};
