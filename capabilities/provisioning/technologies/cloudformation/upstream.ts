import { AWS_ROLE, type ObjectPatch, type Upstream } from '@slipway/definition';
import { releases } from './releases.ts';

interface Parameters {
  region: string;
  templateBucket: string;
  role?: string;
}

export const parameters = {
  type: 'object',
  additionalProperties: false,
  required: ['templateBucket'],
  properties: {
    region: { type: 'string', pattern: '^[a-z]{2}(-[a-z]+)+-[0-9]$', default: 'us-east-1' },
    templateBucket: {
      type: 'string',
      pattern: '^[a-z0-9][a-z0-9.-]{1,61}[a-z0-9]$',
      description: 'S3 bucket through which templates reach CloudFormation.',
    },
    role: {
      type: 'string',
      pattern: AWS_ROLE,
      description: 'IAM role of its ServiceAccount; absent: EKS Pod Identity, or what the nodes may.',
    },
  },
};

/** Sources come from Flux's source-controller. */
export const upstream: Upstream = {
  releases,
  namespace: 'cloudformation',
  needs: { cpu: '100m', memory: '64Mi', cloud: 'aws' },
  wishes: () => [
    {
      name: 'metrics',
      contract: 'metrics',
      optional: true,
      selector: { app: 'cfn-controller' },
      port: 'http-prom',
    },
  ],
  patches: ({ parameters }) => {
    const { region, templateBucket, role } = parameters as unknown as Parameters;
    const env = [
      { name: 'AWS_REGION', value: region },
      { name: 'TEMPLATE_BUCKET', value: templateBucket },
    ];
    const patches: ObjectPatch[] = [
      {
        target: { kind: 'Deployment', name: 'cfn-controller' },
        merge: { spec: { template: { spec: { containers: [{ name: 'manager', env }] } } } },
      },
    ];
    const annotations = { 'eks.amazonaws.com/role-arn': role };
    if (role) patches.push({ target: { kind: 'ServiceAccount' }, merge: { metadata: { annotations } } });
    return patches;
  },
};
