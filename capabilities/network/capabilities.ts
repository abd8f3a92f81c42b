// Requests from outside reach services inside, by host, path and certificate; services find and trust each other.
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
    technologies: ['gateway-api', 'ingress-nginx'],
  },
  {
    id: 'service-discovery',
    title: 'Service discovery',
    purpose: 'Services find each other by name, wherever they run.',
    choice: 'many',
    kinds: ['DNSEndpoint.externaldns.k8s.io/v1alpha1'],
    technologies: ['external-dns', 'consul'],
  },
  {
    id: 'mesh',
    title: 'Service mesh',
    purpose: 'Traffic between services is encrypted, authorized and measured without their doing.',
    choice: 'many',
    kinds: ['PeerAuthentication.security.istio.io/v1', 'AuthorizationPolicy.security.istio.io/v1'],
    technologies: ['istio', 'consul'],
  },
]);
