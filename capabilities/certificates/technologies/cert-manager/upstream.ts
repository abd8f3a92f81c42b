import type { AnyObject } from '@slipway/api';
import {
  AWS_ROLE,
  type CertificateWish,
  type Grant,
  type Upstream,
  type UpstreamSettings,
  type Wisher,
} from '@slipway/definition';
import { releases } from './releases.ts';

/** ClusterIssuers: of the platform's public names as `spec.tls` says, and of names that only the cluster knows. */
const PUBLIC_ISSUER = 'slipway';
const LOCAL_ISSUER = 'slipway-local';
const LOCAL_CA = 'slipway-local-ca';
const LETS_ENCRYPT = 'https://acme-v02.api.letsencrypt.org/directory';
/** The IngressClass of whichever ingress technology was chosen: ACME's proofs by HTTP go through it. */
const INGRESS_CLASS = 'slipway';

interface Parameters {
  leafDays: number;
  replicas: number;
  dns01?: { region: string; hostedZone?: string; role?: string };
}

export const upstream: Upstream = {
  releases,
  namespace: 'cert-manager',
  needs: { cpu: '60m', memory: '192Mi' },
  parameters: {
    type: 'object',
    additionalProperties: false,
    properties: {
      leafDays: {
        type: 'integer',
        minimum: 1,
        maximum: 397,
        default: 90,
        description:
          'Life of certificates of the platform’s own authority, in days; ACME servers decide themselves.',
      },
      replicas: { type: 'integer', minimum: 1, maximum: 5, default: 1 },
      dns01: {
        type: 'object',
        additionalProperties: false,
        required: ['region'],
        description:
          'Prove names to an ACME server by records in Route 53, also for wildcards; absent: by HTTP through the ingress.',
        properties: {
          region: { type: 'string', pattern: '^[a-z]{2}(-[a-z]+)+-[0-9]$' },
          hostedZone: { type: 'string', description: 'Id of the zone; absent: found by the domain.' },
          role: {
            type: 'string',
            pattern: AWS_ROLE,
            description: 'IAM role of cert-manager’s ServiceAccount; absent: what the nodes may.',
          },
        },
      },
    },
  },
  wishes: () => [
    {
      name: 'metrics',
      contract: 'metrics',
      optional: true,
      selector: { 'app.kubernetes.io/name': 'cert-manager', 'app.kubernetes.io/component': 'controller' },
      port: 'http-metrics',
    },
  ],
  values: ({ version, namespace, parameters }) => {
    const { replicas, dns01 } = parameters as unknown as Parameters;
    const image = { tag: `v${version}` };
    const resources = { requests: { cpu: '20m', memory: '64Mi' } };
    return {
      crds: { enabled: true, keep: false },
      global: { leaderElection: { namespace } },
      image,
      resources,
      replicaCount: replicas,
      acmesolver: { image },
      webhook: { image, resources, replicaCount: replicas },
      cainjector: { image, resources, replicaCount: replicas },
      // The plan waits for what it applied: no Job has to look whether the API answers.
      startupapicheck: { enabled: false },
      ...(dns01?.role
        ? { serviceAccount: { annotations: { 'eks.amazonaws.com/role-arn': dns01.role } } }
        : {}),
    };
  },
  objects: settings => [...localAuthority(settings), issuer(PUBLIC_ISSUER, publicIssuer(settings))],
  grants: { certificate: grantCertificate },
};

function issuer(name: string, spec: Record<string, unknown>): AnyObject {
  return { apiVersion: 'cert-manager.io/v1', kind: 'ClusterIssuer', metadata: { name }, spec };
}

/** An authority of the platform's own: its key is made on the cluster and leaves it never. */
function localAuthority({ namespace, platform }: UpstreamSettings): AnyObject[] {
  const authority: AnyObject = {
    apiVersion: 'cert-manager.io/v1',
    kind: 'Certificate',
    metadata: { name: LOCAL_CA, namespace },
    spec: {
      isCA: true,
      commonName: `${platform} local authority`,
      secretName: LOCAL_CA,
      duration: '87600h',
      // The same key for ever: what trusts the certificate goes on to trust the next one.
      privateKey: { algorithm: 'ECDSA', size: 256, rotationPolicy: 'Never' },
      issuerRef: { group: 'cert-manager.io', kind: 'ClusterIssuer', name: `${LOCAL_ISSUER}-root` },
    },
  };
  return [
    issuer(`${LOCAL_ISSUER}-root`, { selfSigned: {} }),
    authority,
    issuer(LOCAL_ISSUER, { ca: { secretName: LOCAL_CA } }),
  ];
}

function publicIssuer({ tls, parameters }: UpstreamSettings): Record<string, unknown> {
  if (tls.issuer === 'local' || tls.issuer === 'files') return { ca: { secretName: LOCAL_CA } };
  const { dns01 } = parameters as unknown as Parameters;
  const server = tls.acme?.server ?? LETS_ENCRYPT;
  const email = tls.acme?.email;
  return {
    acme: {
      server,
      ...(email ? { email } : {}),
      privateKeySecretRef: { name: 'slipway-acme-account' },
      solvers: [dns01 ? dnsSolver(dns01) : { http01: { ingress: { ingressClassName: INGRESS_CLASS } } }],
    },
  };
}

function dnsSolver({ region, hostedZone }: NonNullable<Parameters['dns01']>): Record<string, unknown> {
  return { dns01: { route53: { region, ...(hostedZone ? { hostedZoneID: hostedZone } : {}) } } };
}

/** A Certificate beside who wished it. Names inside the cluster get one of the platform's own authority. */
function grantCertificate(
  wish: CertificateWish,
  { component, namespace }: Wisher,
  settings: UpstreamSettings,
): Grant {
  const { leafDays } = settings.parameters as unknown as Parameters;
  const isPublic = wish.dnsNames.every(name => isBelow(name, settings));
  const isLocal = !isPublic || !['letsencrypt', 'acme'].includes(settings.tls.issuer);
  const certificate: AnyObject = {
    apiVersion: 'cert-manager.io/v1',
    kind: 'Certificate',
    metadata: { name: `${component}-${wish.name}`, namespace },
    spec: {
      secretName: wish.secret,
      dnsNames: wish.dnsNames,
      privateKey: { algorithm: 'ECDSA', size: 256, rotationPolicy: 'Always' },
      issuerRef: {
        group: 'cert-manager.io',
        kind: 'ClusterIssuer',
        name: isPublic ? PUBLIC_ISSUER : LOCAL_ISSUER,
      },
      ...(isLocal ? { duration: `${leafDays * 24}h` } : {}),
    },
  };
  return { objects: [certificate], facts: { secret: wish.secret } };
}

function isBelow(name: string, { domain, appsDomain }: UpstreamSettings): boolean {
  return [domain, appsDomain].some(top => name === top || name.endsWith(`.${top}`));
}
