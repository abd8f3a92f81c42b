import { type AnyObject, SlipwayError } from '@slipway/api';
import type { Grant, RouteWish, UpstreamSettings, Wisher } from '@slipway/definition';
import { CLASS } from '../../contract.ts';
import { routeAddress } from '../../route-address.ts';

/** Where the proxy listens; a Gateway's listener names one of these. */
export const PORTS = { http: 8000, https: 8443 };

/**
 * A Gateway and a route beside who wished them, so that nobody reads another's certificate.
 * @throws SlipwayError RouteUnsupported for a Service that speaks TLS: nobody says whom the proxy may trust
 */
export function grantRoute(
  wish: RouteWish,
  { component, namespace }: Wisher,
  settings: UpstreamSettings,
): Grant {
  if (wish.protocol === 'https')
    throw new SlipwayError(
      'RouteUnsupported',
      `${component}: its route ${wish.name} leads to a Service that speaks TLS, which this gateway does not do; let the tool speak HTTP inside the cluster`,
    );
  const name = `${component}-${wish.name}`;
  const { host, url, secret, wishes } = routeAddress(wish, settings);
  const gateway = gatewayObject(
    { name, namespace },
    httpsListener(host, { kind: 'Secret', ...secret }, 'Same'),
  );
  const route = wish.protocol === 'grpc' ? grpcRoute : httpRoute;
  const objects = [gateway, route(wish, { name, namespace, host })];
  if (secret.namespace) objects.push(referenceGrant(name, namespace, secret.name));
  return { objects, facts: { host, url }, wishes };
}

export function gatewayObject(
  metadata: { name: string; namespace: string },
  ...listeners: object[]
): AnyObject {
  return {
    apiVersion: 'gateway.networking.k8s.io/v1',
    kind: 'Gateway',
    metadata,
    spec: { gatewayClassName: CLASS, listeners },
  };
}

export function httpsListener(hostname: string, certificate: object, from: 'Same' | 'All'): object {
  return {
    name: 'https',
    protocol: 'HTTPS',
    port: PORTS.https,
    hostname,
    tls: { mode: 'Terminate', certificateRefs: [certificate] },
    allowedRoutes: { namespaces: { from } },
  };
}

interface Place {
  name: string;
  namespace: string;
  host: string;
}

function httpRoute({ paths = ['/'], service, port }: RouteWish, { name, namespace, host }: Place): AnyObject {
  const matches = paths.map(value => ({ path: { type: 'PathPrefix', value } }));
  return {
    apiVersion: 'gateway.networking.k8s.io/v1',
    kind: 'HTTPRoute',
    metadata: { name, namespace },
    spec: {
      parentRefs: [{ name }],
      hostnames: [host],
      rules: [{ matches, backendRefs: [{ name: service, port }] }],
    },
  };
}

function grpcRoute({ service, port }: RouteWish, { name, namespace, host }: Place): AnyObject {
  return {
    apiVersion: 'gateway.networking.k8s.io/v1',
    kind: 'GRPCRoute',
    metadata: { name, namespace },
    spec: {
      parentRefs: [{ name }],
      hostnames: [host],
      rules: [{ backendRefs: [{ name: service, port }] }],
    },
  };
}

/** Lets Gateways of one namespace use the platform's own certificate. */
function referenceGrant(name: string, namespace: string, secret: string): AnyObject {
  return {
    apiVersion: 'gateway.networking.k8s.io/v1beta1',
    kind: 'ReferenceGrant',
    metadata: { name, namespace: 'slipway-system' },
    spec: {
      from: [{ group: 'gateway.networking.k8s.io', kind: 'Gateway', namespace }],
      to: [{ group: '', kind: 'Secret', name: secret }],
    },
  };
}
