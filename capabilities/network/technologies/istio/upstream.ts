import type { AnyObject } from '@slipway/api';
import type { Upstream } from '@slipway/definition';
import { releases } from './releases.ts';

interface Parameters {
  replicas: number;
  mutualTls: 'STRICT' | 'PERMISSIVE';
}

export const parameters = {
  type: 'object',
  additionalProperties: false,
  properties: {
    replicas: { type: 'integer', minimum: 1, maximum: 10, default: 1 },
    mutualTls: {
      type: 'string',
      enum: ['STRICT', 'PERMISSIVE'],
      default: 'STRICT',
      description: 'Whether pods of the mesh also take requests from outside of it without TLS.',
    },
  },
};

const REQUESTS = { requests: { cpu: '100m', memory: '128Mi' } };

/** Namespaces join with the label `istio.io/dataplane-mode: ambient`; their pods are not changed. */
export const upstream: Upstream = {
  releases,
  namespace: 'istio-system',
  // The nodes' network is changed by its DaemonSets.
  podSecurity: 'privileged',
  needs: { cpu: '400m', memory: '512Mi' },
  wishes: () => [
    {
      name: 'metrics',
      contract: 'metrics',
      optional: true,
      selector: { app: 'istiod' },
      port: 'http-monitoring',
    },
  ],
  values: ({ version, namespace, parameters }) => {
    const { replicas } = parameters as unknown as Parameters;
    return {
      global: { hub: 'docker.io/istio', tag: version, istioNamespace: namespace },
      base: { defaultRevision: 'default' },
      istiod: { profile: 'ambient', replicaCount: replicas, autoscaleEnabled: false, resources: REQUESTS },
      cni: { profile: 'ambient', resources: REQUESTS },
      ztunnel: { resources: REQUESTS },
    };
  },
  objects: ({ namespace, parameters }) => [meshRule(namespace, parameters as unknown as Parameters)],
};

/** In the mesh's own namespace it holds for every namespace of the mesh. */
function meshRule(namespace: string, { mutualTls }: Parameters): AnyObject {
  return {
    apiVersion: 'security.istio.io/v1',
    kind: 'PeerAuthentication',
    metadata: { name: 'default', namespace },
    spec: { mtls: { mode: mutualTls } },
  };
}
