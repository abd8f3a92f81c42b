import type { AnyObject } from '@slipway/api';
import { STANDBY_REPLICAS, type Upstream } from '@slipway/definition';
import { releases } from './releases.ts';

interface Parameters {
  replicas: number;
  providers: { name: string; package: string }[];
}

export const parameters = {
  type: 'object',
  additionalProperties: false,
  properties: {
    replicas: STANDBY_REPLICAS,
    providers: {
      type: 'array',
      default: [],
      description: 'Providers it installs, each an OCI image that is named by its digest.',
      items: {
        type: 'object',
        additionalProperties: false,
        required: ['name', 'package'],
        properties: {
          name: { type: 'string', pattern: '^[a-z0-9]([-a-z0-9]*[a-z0-9])?$' },
          package: { type: 'string', pattern: '^[^@\\s]+@sha256:[0-9a-f]{64}$' },
        },
      },
    },
  },
};

const RESOURCES = { requests: { cpu: '100m', memory: '256Mi' }, limits: { memory: '1Gi' } };

export const upstream: Upstream = {
  releases,
  namespace: 'crossplane-system',
  needs: { cpu: '200m', memory: '512Mi' },
  wishes: () => [
    {
      name: 'metrics',
      contract: 'metrics',
      optional: true,
      selector: { app: 'crossplane' },
      port: 'metrics',
    },
  ],
  values: ({ version, parameters }) => {
    const { replicas } = parameters as unknown as Parameters;
    return {
      image: { tag: `v${version}` },
      replicas,
      metrics: { enabled: true },
      resourcesCrossplane: RESOURCES,
      resourcesRBACManager: RESOURCES,
      podSecurityContextCrossplane: POD,
      podSecurityContextRBACManager: POD,
      securityContextCrossplane: CONTAINER,
      securityContextRBACManager: CONTAINER,
    };
  },
  objects: ({ parameters }) => (parameters as unknown as Parameters).providers.map(providerObject),
};

const POD = { runAsNonRoot: true, seccompProfile: { type: 'RuntimeDefault' } };
const CONTAINER = {
  runAsUser: 65532,
  runAsGroup: 65532,
  allowPrivilegeEscalation: false,
  readOnlyRootFilesystem: true,
  capabilities: { drop: ['ALL'] },
};

function providerObject({ name, package: image }: Parameters['providers'][number]): AnyObject {
  return {
    apiVersion: 'pkg.crossplane.io/v1',
    kind: 'Provider',
    metadata: { name },
    spec: { package: image },
  };
}
