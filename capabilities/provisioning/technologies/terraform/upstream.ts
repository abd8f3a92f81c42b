import { AWS_ROLE, STANDBY_REPLICAS, type Upstream } from '@slipway/definition';
import { releases } from './releases.ts';

interface Parameters {
  replicas: number;
  namespaces: string[];
  runnerRole?: string;
}

export const parameters = {
  type: 'object',
  additionalProperties: false,
  properties: {
    replicas: STANDBY_REPLICAS,
    namespaces: {
      type: 'array',
      items: { type: 'string', pattern: '^[a-z0-9]([-a-z0-9]*[a-z0-9])?$', maxLength: 63 },
      default: [],
      description: 'Namespaces of teams in which modules may run, each as the ServiceAccount tf-runner.',
    },
    runnerRole: {
      type: 'string',
      pattern: AWS_ROLE,
      description:
        'IAM role with which modules act; absent: each Terraform object names its own credentials.',
    },
  },
};

/** Sources come from Flux's source-controller; plans wait for an approval unless a Terraform object says `auto`. */
export const upstream: Upstream = {
  releases,
  namespace: 'terraform',
  needs: { cpu: '200m', memory: '128Mi' },
  wishes: () => [
    {
      name: 'metrics',
      contract: 'metrics',
      optional: true,
      selector: { 'app.kubernetes.io/instance': 'terraform' },
      port: 'http-prom',
    },
  ],
  values: ({ parameters }) => {
    const { replicas, namespaces, runnerRole } = parameters as unknown as Parameters;
    return {
      // The chart was called otherwise once: a Deployment's selector cannot change.
      nameOverride: 'tofu-controller',
      fullnameOverride: 'tofu-controller',
      replicaCount: replicas,
      awsPackage: { install: false },
      metrics: { enabled: true },
      resources: { requests: { cpu: '200m', memory: '128Mi' } },
      runner: {
        serviceAccount: {
          allowedNamespaces: namespaces,
          ...(runnerRole ? { annotations: { 'eks.amazonaws.com/role-arn': runnerRole } } : {}),
        },
      },
    };
  },
};
