// One capability: requests from outside reach services inside, by host, path and certificate.
import { defineCapabilities } from '@slipway/definition';

export const capabilities = defineCapabilities([
  {
    id: 'ingress',
    title: 'Ingress',
    purpose:
      'Every service has an address, with TLS, and a page that names the cause when it does not answer.',
    choice: 'many',
    kinds: [
      'GatewayClass.gateway.networking.k8s.io/v1',
      'Gateway.gateway.networking.k8s.io/v1',
      'HTTPRoute.gateway.networking.k8s.io/v1',
      'Ingress.networking.k8s.io/v1',
      'IngressClass.networking.k8s.io/v1',
    ],
    technologies: ['gateway-api'],
  },
]);
