// Traefik as the implementation: it is maintained, its chart needs no Job and no other chart, its pods run restricted,
// and it serves Gateways and Ingresses alike. (Envoy Gateway's chart makes its certificates in a Job.)
import type { AnyObject } from '@slipway/api';
import type { Upstream, UpstreamSettings } from '@slipway/definition';
import { CLASS, GATEWAY } from '../../contract.ts';
import { releases } from './releases.ts';
import { gatewayObject, grantRoute, httpsListener, PORTS } from './route-grant.ts';

interface Parameters {
  replicas: number;
  service: 'LoadBalancer' | 'NodePort' | 'ClusterIP';
  serviceAnnotations?: Record<string, string>;
  wildcardCertificate?: boolean;
}

const NAMESPACE = 'gateway';
const APPS_SECRET = 'apps-tls';
const LABELS = {
  'app.kubernetes.io/name': 'traefik',
  'app.kubernetes.io/instance': `gateway-api-${NAMESPACE}`,
};

export const upstream: Upstream = {
  releases,
  namespace: NAMESPACE,
  needs: { cpu: '100m', memory: '128Mi', loadBalancer: true },
  parameters: {
    type: 'object',
    additionalProperties: false,
    properties: {
      replicas: { type: 'integer', minimum: 1, maximum: 20, default: 2 },
      service: {
        type: 'string',
        enum: ['LoadBalancer', 'NodePort', 'ClusterIP'],
        default: 'LoadBalancer',
        description: 'How requests reach it from outside.',
      },
      serviceAnnotations: {
        type: 'object',
        additionalProperties: { type: 'string' },
        description:
          'What a cloud wants to read on the Service (kind of load balancer, a name for external-dns).',
      },
      wildcardCertificate: {
        type: 'boolean',
        description:
          'One certificate for all applications. Default: where the platform is its own authority; ACME needs DNS proofs for it.',
      },
    },
  },
  wishes: settings => [
    {
      name: 'metrics',
      contract: 'metrics',
      optional: true,
      selector: LABELS,
      port: 'metrics',
    },
    ...(hasWildcard(settings)
      ? [
          {
            name: 'apps',
            contract: 'certificate' as const,
            dnsNames: appNames(settings),
            secret: APPS_SECRET,
          },
        ]
      : []),
  ],
  values: ({ parameters }) => {
    const { replicas, service, serviceAnnotations } = parameters as unknown as Parameters;
    return {
      deployment: { replicas },
      resources: { requests: { cpu: '50m', memory: '64Mi' } },
      podDisruptionBudget: { enabled: replicas > 1, ...(replicas > 1 ? { maxUnavailable: 1 } : {}) },
      service: {
        spec: { type: service },
        ...(serviceAnnotations ? { annotations: serviceAnnotations } : {}),
      },
      ingressClass: { enabled: true, isDefaultClass: true, name: CLASS },
      gatewayClass: { enabled: true, name: CLASS },
      // Gateways are ours: one for each address, and one for all applications.
      gateway: { enabled: false },
      providers: {
        kubernetesCRD: { enabled: false },
        kubernetesIngress: { enabled: true, ingressClass: CLASS },
        kubernetesGateway: { enabled: true },
      },
      ports: { web: { port: PORTS.http }, websecure: { port: PORTS.https } },
      api: { dashboard: false },
      global: { checkNewVersion: false, sendAnonymousUsage: false },
    };
  },
  objects: settings => [...plainHttp(), ...applications(settings)],
  grants: { route: grantRoute },
};

/** Everybody who asks without TLS is sent to it; proofs for ACME are longer paths and come before. */
function plainHttp(): AnyObject[] {
  const metadata = { name: 'http', namespace: NAMESPACE };
  const filter = { type: 'RequestRedirect', requestRedirect: { scheme: 'https', statusCode: 301 } };
  const route = {
    apiVersion: 'gateway.networking.k8s.io/v1',
    kind: 'HTTPRoute',
    metadata: { name: 'to-https', namespace: NAMESPACE },
    spec: { parentRefs: [{ name: metadata.name }], rules: [{ filters: [filter] }] },
  };
  const listener = {
    name: 'http',
    protocol: 'HTTP',
    port: PORTS.http,
    allowedRoutes: { namespaces: { from: 'Same' } },
  };
  return [gatewayObject(metadata, listener), route];
}

/** The Gateway that applications' routes name. Without a certificate for all of them it speaks HTTP. */
function applications(settings: UpstreamSettings): AnyObject[] {
  const { appsDomain, tls } = settings;
  const hostname = `*.${appsDomain}`;
  if (tls.issuer === 'files' && tls.files)
    return [
      gatewayObject(
        { ...GATEWAY },
        httpsListener(hostname, { kind: 'Secret', name: tls.files.secret }, 'All'),
      ),
    ];
  if (hasWildcard(settings)) {
    const certificate = { kind: 'Secret', name: APPS_SECRET, namespace: NAMESPACE };
    return [
      gatewayObject({ ...GATEWAY }, httpsListener(hostname, certificate, 'All')),
      appsCertificateGrant(),
    ];
  }
  const listener = {
    name: 'http',
    protocol: 'HTTP',
    port: PORTS.http,
    hostname,
    allowedRoutes: { namespaces: { from: 'All' } },
  };
  return [gatewayObject({ ...GATEWAY }, listener)];
}

/** `<service>.<environment>.<appsDomain>`: a wildcard stands for one label only. */
function appNames({ appsDomain, environments }: UpstreamSettings): string[] {
  return [`*.${appsDomain}`, ...environments.map(environment => `*.${environment}.${appsDomain}`)];
}

function appsCertificateGrant(): AnyObject {
  return {
    apiVersion: 'gateway.networking.k8s.io/v1beta1',
    kind: 'ReferenceGrant',
    metadata: { name: 'apps', namespace: NAMESPACE },
    spec: {
      from: [{ group: 'gateway.networking.k8s.io', kind: 'Gateway', namespace: GATEWAY.namespace }],
      to: [{ group: '', kind: 'Secret', name: APPS_SECRET }],
    },
  };
}

function hasWildcard({ tls, parameters }: UpstreamSettings): boolean {
  if (tls.issuer === 'files') return false;
  return (parameters as unknown as Parameters).wildcardCertificate ?? tls.issuer === 'local';
}
