import type { AnyObject } from '@slipway/api';

/** What one environment's manifests are made of. */
export interface ManifestInput {
  service: string;
  environment: string;
  /** Repository of the image, without tag: `registry.slipway.internal/<team>/<service>`. */
  repository: string;
  /** The same with `@sha256:…`; absent when nothing was built. */
  image?: string;
  port: number;
  /** Objects of the service's own `deploy/` folder; empty: the defaults. */
  objects: AnyObject[];
}

const APPS_DOMAIN = 'apps.slipway.internal';

/** Objects for one environment: the image by digest, and a route at the service's internal host name. */
export function environmentObjects(input: ManifestInput): AnyObject[] {
  const own = input.objects.length > 0 ? input.objects : defaultObjects(input);
  const objects = own.map(object => withHost(withImage(object, input), input));
  const routed = objects.some(object =>
    ['HTTPRoute', 'Ingress', 'GRPCRoute', 'TLSRoute'].includes(object.kind),
  );
  const service = objects.find(object => object.kind === 'Service');
  return routed || !service ? objects : [...objects, routeTo(service, input)];
}

function hostOf({ service, environment }: ManifestInput): string {
  return `${service}.${environment}.${APPS_DOMAIN}`;
}

function withHost(object: AnyObject, input: ManifestInput): AnyObject {
  if (object.kind !== 'HTTPRoute') return object;
  const hostnames = object.spec?.hostnames;
  if (Array.isArray(hostnames) && hostnames.length > 0) return object;
  return { ...object, spec: { ...object.spec, hostnames: [hostOf(input)] } };
}

/** Replaces every container image that names the service's repository, whatever its tag, by the digest form. */
function withImage(object: AnyObject, { repository, image }: ManifestInput): AnyObject {
  if (!image) return object;
  const replace = (value: unknown): unknown => {
    if (Array.isArray(value)) return value.map(replace);
    if (typeof value !== 'object' || value === null) return value;
    const entries = Object.entries(value).map(([key, each]) => [
      key,
      key === 'image' && isOwn(each) ? image : replace(each),
    ]);
    return Object.fromEntries(entries);
  };
  const isOwn = (value: unknown) =>
    typeof value === 'string' &&
    (value === repository || value.startsWith(`${repository}:`) || value.startsWith(`${repository}@`));
  return replace(object) as AnyObject;
}

function defaultObjects({ service, repository, port }: ManifestInput): AnyObject[] {
  const labels = { 'app.kubernetes.io/name': service };
  return [
    {
      apiVersion: 'apps/v1',
      kind: 'Deployment',
      metadata: { name: service, labels },
      spec: {
        replicas: 1,
        selector: { matchLabels: labels },
        template: {
          metadata: { labels },
          spec: {
            automountServiceAccountToken: false,
            containers: [
              {
                name: 'app',
                image: repository,
                env: [
                  { name: 'PORT', value: String(port) },
                  { name: 'HOST', value: '0.0.0.0' },
                ],
                ports: [{ name: 'http', containerPort: port }],
                readinessProbe: { tcpSocket: { port: 'http' }, periodSeconds: 1, failureThreshold: 60 },
                resources: { requests: { cpu: '50m', memory: '64Mi' }, limits: { memory: '512Mi' } },
                securityContext: { allowPrivilegeEscalation: false, capabilities: { drop: ['ALL'] } },
              },
            ],
          },
        },
      },
    },
    {
      apiVersion: 'v1',
      kind: 'Service',
      metadata: { name: service, labels },
      spec: { selector: labels, ports: [{ name: 'http', port: 80, targetPort: 'http' }] },
    },
  ];
}

function routeTo(target: AnyObject, input: ManifestInput): AnyObject {
  const ports = (target.spec?.ports ?? []) as { port: number }[];
  return {
    apiVersion: 'gateway.networking.k8s.io/v1',
    kind: 'HTTPRoute',
    metadata: { name: input.service, labels: { 'app.kubernetes.io/name': input.service } },
    spec: {
      parentRefs: [{ name: 'slipway', namespace: 'slipway-system' }],
      hostnames: [hostOf(input)],
      rules: [{ backendRefs: [{ name: target.metadata.name, port: ports[0]?.port ?? 80 }] }],
    },
  };
}
