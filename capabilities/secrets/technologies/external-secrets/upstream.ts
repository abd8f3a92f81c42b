import { AWS_ROLE, STANDBY_REPLICAS, type Upstream } from '@slipway/definition';
import { releases } from './releases.ts';
import { grantSecret } from './secret-grant.ts';

interface Parameters {
  replicas: number;
  role?: string;
}

export const parameters = {
  type: 'object',
  additionalProperties: false,
  properties: {
    replicas: STANDBY_REPLICAS,
    role: {
      type: 'string',
      pattern: AWS_ROLE,
      description:
        'IAM role of its ServiceAccount, for stores of AWS; absent: each store has its own credentials.',
    },
  },
};

const RESOURCES = { requests: { cpu: '20m', memory: '64Mi' } };

export const upstream: Upstream = {
  releases,
  namespace: 'external-secrets',
  needs: { cpu: '60m', memory: '192Mi' },
  wishes: () => [
    {
      name: 'metrics',
      contract: 'metrics',
      optional: true,
      selector: {
        'app.kubernetes.io/name': 'external-secrets',
        'app.kubernetes.io/instance': 'external-secrets',
      },
      port: 'metrics',
    },
  ],
  values: ({ parameters }) => {
    const { replicas, role } = parameters as unknown as Parameters;
    return {
      // They come as files beside the chart.
      installCRDs: false,
      replicaCount: replicas,
      leaderElect: replicas > 1,
      resources: RESOURCES,
      webhook: { resources: RESOURCES, replicaCount: replicas },
      certController: { resources: RESOURCES },
      ...(role ? { serviceAccount: { annotations: { 'eks.amazonaws.com/role-arn': role } } } : {}),
    };
  },
  grants: { secret: grantSecret },
};
