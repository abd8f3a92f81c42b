import type { Technology } from '@slipway/definition';
import { startEngine } from './engine.ts';
import { guidance } from './guidance.ts';

/** Kubernetes: pods. The API itself is the platform's own; this engine is its kubelet. */
export const kubernetes: Technology = {
  id: 'kubernetes',
  title: 'Kubernetes',
  capabilities: ['compute-platform', 'deployment-targets'],
  guidance,
  version: '1.36.3',
  provides: ['pods'],
  requires: [],
  parameters: { type: 'object', additionalProperties: false, properties: {} },
  rules: [
    { apiGroups: [''], resources: ['nodes'], verbs: ['get', 'list', 'watch', 'create', 'update', 'patch'] },
    { apiGroups: [''], resources: ['nodes/status'], verbs: ['get', 'update', 'patch'] },
    { apiGroups: [''], resources: ['pods'], verbs: ['get', 'list', 'watch', 'delete'] },
    { apiGroups: [''], resources: ['pods/status'], verbs: ['get', 'update', 'patch'] },
    { apiGroups: [''], resources: ['services', 'configmaps', 'secrets'], verbs: ['get', 'list', 'watch'] },
    { apiGroups: [''], resources: ['namespaces'], verbs: ['get', 'list', 'watch', 'create'] },
    { apiGroups: [''], resources: ['serviceaccounts/token'], verbs: ['create'] },
    { apiGroups: [''], resources: ['events'], verbs: ['create', 'patch', 'update'] },
    { apiGroups: ['apps'], resources: ['replicasets'], verbs: ['get'] },
    { apiGroups: ['discovery.k8s.io'], resources: ['endpointslices'], verbs: ['get', 'list', 'watch'] },
    {
      apiGroups: ['coordination.k8s.io'],
      resources: ['leases'],
      verbs: ['get', 'list', 'watch', 'create', 'update', 'patch'],
    },
  ],
  embedded: { start: startEngine },
  builtIn: true,
};
