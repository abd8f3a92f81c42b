import type { AnyObject } from '@slipway/api';
import type { Grant, RouteWish, Upstream, UpstreamSettings, Wisher } from '@slipway/definition';
import { CLASS } from '../../contract.ts';
import { routeAddress } from '../../route-address.ts';
import { releases } from './releases.ts';

/** The class that manifests of others name. */
const OWN_CLASS = 'nginx';
const PROTOCOLS = { http: 'HTTP', https: 'HTTPS', grpc: 'GRPC' };

interface Parameters {
  replicas: number;
  service: 'LoadBalancer' | 'NodePort' | 'ClusterIP';
  serviceAnnotations?: Record<string, string>;
  isPlatformClass: boolean;
}

export const parameters = {
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
      description: 'What a cloud wants to read on the Service.',
    },
    isPlatformClass: {
      type: 'boolean',
      default: true,
      description:
        'Whether it also serves the platform’s own IngressClass; false beside another ingress technology.',
    },
  },
};

export const upstream: Upstream = {
  releases,
  namespace: 'ingress-nginx',
  needs: { cpu: '200m', memory: '180Mi', loadBalancer: true },
  wishes: () => [
    {
      name: 'metrics',
      contract: 'metrics',
      optional: true,
      selector: { 'app.kubernetes.io/name': 'ingress-nginx', 'app.kubernetes.io/component': 'controller' },
      port: 'metrics',
    },
  ],
  values: ({ parameters, tls }) => {
    const { replicas, service, serviceAnnotations } = parameters as unknown as Parameters;
    const own = tls.issuer === 'files' ? tls.files : undefined;
    return {
      controller: {
        replicaCount: replicas,
        service: { type: service, ...(serviceAnnotations ? { annotations: serviceAnnotations } : {}) },
        ingressClassResource: { name: OWN_CLASS, default: false },
        // Its certificate would be made by a Job; what it judges, the API server's schema and the platform's rules do.
        admissionWebhooks: { enabled: false },
        metrics: { enabled: true },
        resources: { requests: { cpu: '100m', memory: '90Mi' } },
        allowSnippetAnnotations: false,
        extraArgs: own ? { 'default-ssl-certificate': `slipway-system/${own.secret}` } : {},
      },
    };
  },
  objects: ({ parameters }) =>
    (parameters as unknown as Parameters).isPlatformClass ? [platformClass()] : [],
  grants: { route: grantRoute },
};

/** Who looks for the platform's class finds this controller. */
function platformClass(): AnyObject {
  return {
    apiVersion: 'networking.k8s.io/v1',
    kind: 'IngressClass',
    metadata: { name: CLASS, annotations: { 'ingressclass.kubernetes.io/is-default-class': 'true' } },
    spec: { controller: 'k8s.io/ingress-nginx' },
  };
}

/** An Ingress beside who wished it. */
function grantRoute(wish: RouteWish, { component, namespace }: Wisher, settings: UpstreamSettings): Grant {
  const { host, url, secret, wishes } = routeAddress(wish, settings);
  const { paths = ['/'], service, port, protocol = 'http' } = wish;
  const backend = { service: { name: service, port: { number: port } } };
  const ingress: AnyObject = {
    apiVersion: 'networking.k8s.io/v1',
    kind: 'Ingress',
    metadata: {
      name: `${component}-${wish.name}`,
      namespace,
      annotations: { 'nginx.ingress.kubernetes.io/backend-protocol': PROTOCOLS[protocol] },
    },
    spec: {
      ingressClassName: OWN_CLASS,
      // Without a Secret of its own it is shown the certificate that the controller has by default.
      tls: [{ hosts: [host], ...(secret.namespace ? {} : { secretName: secret.name }) }],
      rules: [{ host, http: { paths: paths.map(path => ({ path, pathType: 'Prefix', backend })) } }],
    },
  };
  return { objects: [ingress], facts: { host, url }, wishes };
}
