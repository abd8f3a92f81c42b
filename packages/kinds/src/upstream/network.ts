import type { AnyObject, Kind } from '@slipway/api';

const gatewayApi = { group: 'gateway.networking.k8s.io', version: 'v1' } as const;
export const GatewayClass: Kind<AnyObject> = {
  ...gatewayApi,
  kind: 'GatewayClass',
  plural: 'gatewayclasses',
  namespaced: false,
};
export const Gateway: Kind<AnyObject> = {
  ...gatewayApi,
  kind: 'Gateway',
  plural: 'gateways',
  namespaced: true,
};
export const HTTPRoute: Kind<AnyObject> = {
  ...gatewayApi,
  kind: 'HTTPRoute',
  plural: 'httproutes',
  namespaced: true,
};
export const Ingress: Kind<AnyObject> = {
  group: 'networking.k8s.io',
  version: 'v1',
  kind: 'Ingress',
  plural: 'ingresses',
  namespaced: true,
};
export const IngressClass: Kind<AnyObject> = {
  group: 'networking.k8s.io',
  version: 'v1',
  kind: 'IngressClass',
  plural: 'ingressclasses',
  namespaced: false,
};
