import { AWS_ROLE, type Upstream } from '@slipway/definition';
import { releases } from './releases.ts';

interface Parameters {
  region: string;
  zoneType: 'public' | 'private';
  role?: string;
  policy: 'sync' | 'upsert-only';
  sources: string[];
}

export const parameters = {
  type: 'object',
  additionalProperties: false,
  properties: {
    region: {
      type: 'string',
      pattern: '^[a-z]{2}(-[a-z]+)+-[0-9]$',
      default: 'us-east-1',
      description: 'Region in which Route 53 is asked.',
    },
    zoneType: { type: 'string', enum: ['public', 'private'], default: 'public' },
    role: {
      type: 'string',
      pattern: AWS_ROLE,
      description: 'IAM role of its ServiceAccount; absent: EKS Pod Identity, or what the nodes may.',
    },
    policy: {
      type: 'string',
      enum: ['sync', 'upsert-only'],
      default: 'sync',
      description: 'Whether records go with what they were made for; only records that it made itself.',
    },
    sources: {
      type: 'array',
      minItems: 1,
      items: { type: 'string', enum: ['service', 'ingress', 'gateway-httproute', 'gateway-grpcroute'] },
      default: ['service', 'ingress'],
      description: 'What it reads names from; the kinds of Gateway API have to be there.',
    },
  },
};

/** Route 53, with an owner's note beside each record: it never touches records of others. */
export const upstream: Upstream = {
  releases,
  namespace: 'external-dns',
  needs: { cpu: '20m', memory: '64Mi', cloud: 'aws' },
  wishes: () => [
    {
      name: 'metrics',
      contract: 'metrics',
      optional: true,
      selector: { 'app.kubernetes.io/name': 'external-dns', 'app.kubernetes.io/instance': 'external-dns' },
      port: 'http',
    },
  ],
  values: ({ parameters, platform, domain, appsDomain }) => {
    const { region, zoneType, role, policy, sources } = parameters as unknown as Parameters;
    return {
      provider: { name: 'aws' },
      env: [{ name: 'AWS_DEFAULT_REGION', value: region }],
      extraArgs: [`--aws-zone-type=${zoneType}`],
      domainFilters: [...new Set([domain, appsDomain])],
      policy,
      sources,
      registry: 'txt',
      txtOwnerId: platform,
      resources: { requests: { cpu: '20m', memory: '64Mi' } },
      ...(role ? { serviceAccount: { annotations: { 'eks.amazonaws.com/role-arn': role } } } : {}),
    };
  },
};
