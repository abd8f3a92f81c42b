import type { Technology } from '@slipway/definition';
import { certManagerDefinitions } from '@slipway/kinds';
import { startEngine } from './engine.ts';
import { guidance } from './guidance.ts';
import { upstream } from './upstream.ts';

/** cert-manager: certificates as API objects. */
export const certManager: Technology = {
  id: 'cert-manager',
  title: 'cert-manager',
  capabilities: ['certificates'],
  guidance,
  provides: ['certificates'],
  requires: [],
  parameters: {
    type: 'object',
    additionalProperties: false,
    properties: {
      leafDays: {
        type: 'integer',
        minimum: 1,
        maximum: 397,
        default: 90,
        description: 'Life of the certificates of the platform’s own addresses, in days.',
      },
    },
  },
  kinds: certManagerDefinitions,
  rules: [
    { apiGroups: [''], resources: ['namespaces'], verbs: ['get', 'create', 'patch'] },
    {
      apiGroups: ['cert-manager.io'],
      resources: ['certificates', 'certificaterequests', 'issuers', 'clusterissuers'],
      verbs: ['get', 'list', 'watch', 'create', 'update', 'patch', 'delete'],
    },
    {
      apiGroups: ['cert-manager.io'],
      resources: [
        'certificates/status',
        'certificaterequests/status',
        'issuers/status',
        'clusterissuers/status',
      ],
      verbs: ['get', 'update', 'patch'],
    },
    {
      apiGroups: [''],
      resources: ['secrets'],
      verbs: ['get', 'list', 'watch', 'create', 'update', 'patch', 'delete'],
    },
    { apiGroups: [''], resources: ['events'], verbs: ['create', 'patch', 'update'] },
  ],
  embedded: { start: startEngine, keeps: { files: ['authority.json'] } },
  upstream,
};
