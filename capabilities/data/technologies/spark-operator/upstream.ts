import { STANDBY_REPLICAS, type Upstream } from '@slipway/definition';
import { releases } from './releases.ts';

interface Parameters {
  replicas: number;
  namespaces: string[];
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
      description:
        'Namespaces in which applications run, each with a ServiceAccount for their drivers; empty: all, and teams bring that account.',
    },
  },
};

const RESOURCES = { requests: { cpu: '50m', memory: '128Mi' } };

export const upstream: Upstream = {
  releases,
  namespace: 'spark-operator',
  needs: { cpu: '100m', memory: '256Mi' },
  wishes: () => [
    {
      name: 'metrics',
      contract: 'metrics',
      optional: true,
      selector: { 'app.kubernetes.io/name': 'spark-operator', 'app.kubernetes.io/component': 'controller' },
      port: 'metrics',
    },
  ],
  values: ({ parameters }) => {
    const { replicas, namespaces } = parameters as unknown as Parameters;
    const all = namespaces.length === 0;
    return {
      // CRDs are applied by the plan, not by a hook.
      hook: { upgradeCrd: false },
      controller: { replicas, resources: RESOURCES },
      webhook: { replicas, resources: RESOURCES },
      spark: {
        jobNamespaces: all ? [''] : namespaces,
        serviceAccount: { create: !all },
        rbac: { create: !all },
      },
    };
  },
};
