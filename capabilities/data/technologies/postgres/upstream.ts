import type { Upstream } from '@slipway/definition';
import { releases } from './releases.ts';

interface Parameters {
  replicas: number;
}

export const parameters = {
  type: 'object',
  additionalProperties: false,
  properties: {
    replicas: {
      type: 'integer',
      minimum: 1,
      maximum: 5,
      default: 1,
      description: 'Of the operator; one works, others stand by. Each database says its own instances.',
    },
  },
};

const DEPLOYMENT = 'cnpg-controller-manager';

/** The operator; a database is a Cluster (postgresql.cnpg.io) in its service's namespace. */
export const upstream: Upstream = {
  releases,
  namespace: 'cnpg-system',
  needs: { cpu: '100m', memory: '100Mi', storage: true },
  wishes: () => [
    {
      name: 'metrics',
      contract: 'metrics',
      optional: true,
      selector: { 'app.kubernetes.io/name': 'cloudnative-pg' },
      port: 'metrics',
    },
  ],
  patches: ({ parameters }) => {
    const { replicas } = parameters as unknown as Parameters;
    return [{ target: { kind: 'Deployment', name: DEPLOYMENT }, merge: { spec: { replicas } } }];
  },
};
