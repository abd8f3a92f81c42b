import type { Technology } from '@slipway/definition';
import { gatewayApiDefinitions } from '@slipway/kinds';
import { startEngine } from './engine.ts';
import { guidance } from './guidance.ts';
import { upstream } from './upstream.ts';

const READ = ['get', 'list', 'watch'];

/** Gateway API (and Ingress): routes from outside to services. */
export const gatewayApi: Technology = {
  id: 'gateway-api',
  title: 'Gateway API',
  capabilities: ['ingress'],
  guidance,
  provides: ['routes'],
  requires: [],
  parameters: { type: 'object', additionalProperties: false, properties: {} },
  kinds: gatewayApiDefinitions,
  rules: [
    {
      apiGroups: ['gateway.networking.k8s.io'],
      resources: ['gatewayclasses', 'gateways'],
      verbs: [...READ, 'create', 'update', 'patch'],
    },
    {
      apiGroups: ['gateway.networking.k8s.io'],
      resources: ['httproutes', 'referencegrants'],
      verbs: READ,
    },
    {
      apiGroups: ['gateway.networking.k8s.io'],
      resources: ['gatewayclasses/status', 'gateways/status', 'httproutes/status'],
      verbs: ['get', 'update', 'patch'],
    },
    { apiGroups: ['networking.k8s.io'], resources: ['ingresses'], verbs: READ },
    {
      apiGroups: ['networking.k8s.io'],
      resources: ['ingressclasses'],
      verbs: [...READ, 'create', 'update', 'patch'],
    },
    {
      apiGroups: ['networking.k8s.io'],
      resources: ['ingresses/status'],
      verbs: ['get', 'update', 'patch'],
    },
    { apiGroups: ['discovery.k8s.io'], resources: ['endpointslices'], verbs: READ },
    { apiGroups: [''], resources: ['services', 'namespaces', 'pods', 'secrets'], verbs: READ },
    { apiGroups: [''], resources: ['events'], verbs: ['create', 'patch', 'update'] },
  ],
  embedded: { start: startEngine },
  upstream,
};
