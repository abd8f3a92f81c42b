import type { AnyObject } from '@slipway/api';
import type { Upstream } from '@slipway/definition';
import { LOGS_SERVICE } from '../../contract.ts';
import { dataSourceObject } from '../../data-source.ts';
import { releases } from './releases.ts';

interface Parameters {
  retentionHours: number;
  storage: string;
}

export const parameters = {
  type: 'object',
  additionalProperties: false,
  properties: {
    retentionHours: {
      type: 'integer',
      minimum: 24,
      maximum: 87_600,
      multipleOf: 24,
      default: 744,
      description: 'How long logs are kept.',
    },
    storage: { type: 'string', pattern: '^[0-9]+(Mi|Gi|Ti)$', default: '20Gi' },
  },
};

/** One process with its files on a volume. Without a door to the outside: it knows no people. */
export const upstream: Upstream = {
  releases,
  namespace: 'loki',
  needs: { cpu: '100m', memory: '256Mi', storage: true },
  wishes: () => [
    {
      name: 'metrics',
      contract: 'metrics',
      optional: true,
      selector: { 'app.kubernetes.io/name': 'loki', 'app.kubernetes.io/component': 'single-binary' },
      port: 'http-metrics',
    },
  ],
  values: ({ version, parameters }) => {
    const { storage, retentionHours } = parameters as unknown as Parameters;
    return {
      deploymentMode: version.startsWith('3.6.') ? 'SingleBinary' : 'Monolithic',
      loki: configuration(retentionHours),
      singleBinary: {
        replicas: 1,
        persistence: { enabled: true, size: storage },
        resources: { requests: { cpu: '100m', memory: '256Mi' } },
      },
      ...off('gateway', 'lokiCanary', 'test', 'chunksCache', 'resultsCache', 'minio', 'rollout_operator'),
      read: { replicas: 0 },
      write: { replicas: 0 },
      backend: { replicas: 0 },
      sidecar: { rules: { enabled: false } },
    };
  },
  objects: ({ namespace }) => [
    dataSourceObject({ name: 'Loki', type: 'loki', url: `http://loki.${namespace}.svc:3100` }, namespace),
    logsService(namespace),
  ],
};

function off(...parts: string[]): Record<string, unknown> {
  return Object.fromEntries(parts.map(part => [part, { enabled: false }]));
}

function configuration(retentionHours: number): Record<string, unknown> {
  return {
    auth_enabled: false,
    podSecurityContext: { seccompProfile: { type: 'RuntimeDefault' } },
    commonConfig: { replication_factor: 1 },
    storage: { type: 'filesystem' },
    schemaConfig: {
      configs: [
        {
          from: '2024-04-01',
          store: 'tsdb',
          object_store: 'filesystem',
          schema: 'v13',
          index: { prefix: 'loki_index_', period: '24h' },
        },
      ],
    },
    limits_config: { retention_period: `${retentionHours}h`, allow_structured_metadata: true },
    compactor: { retention_enabled: true, delete_request_store: 'filesystem' },
    analytics: { reporting_enabled: false },
  };
}

/** By this name whoever collects logs finds it. */
function logsService(own: string): AnyObject {
  const { namespace, name, port } = LOGS_SERVICE;
  return {
    apiVersion: 'v1',
    kind: 'Service',
    metadata: { name, namespace },
    spec: {
      type: 'ExternalName',
      externalName: `loki.${own}.svc.cluster.local`,
      ports: [{ name: 'http', port, targetPort: port }],
    },
  };
}
