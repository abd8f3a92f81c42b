import type { Upstream } from '@slipway/definition';
import { LOGS_SERVICE } from '../../contract.ts';
import { releases } from './releases.ts';

interface Parameters {
  collectLogs: boolean;
  tracesTo?: string;
}

export const parameters = {
  type: 'object',
  additionalProperties: false,
  properties: {
    collectLogs: {
      type: 'boolean',
      default: true,
      description:
        'Whether what containers write is read from the nodes; else only logs that are sent arrive.',
    },
    tracesTo: {
      type: 'string',
      pattern: '^https?://[^\\s]+$',
      description: 'Where traces are sent, as OTLP over HTTP; absent: the Service takes none.',
    },
  },
};

const LOGS_URL = `http://${LOGS_SERVICE.name}.${LOGS_SERVICE.namespace}.svc:${LOGS_SERVICE.port}/otlp`;
const PROCESSORS = ['memory_limiter', 'batch'];
const CLOSED = { enabled: false };

/**
 * One collector on each node; programs send to the Service `opentelemetry` (OTLP), which leads to that of their node.
 * Logs go to whoever keeps them, measures are shown to whoever collects them.
 */
export const upstream: Upstream = {
  releases,
  namespace: 'opentelemetry',
  // It reads the containers' logs from the node's files.
  podSecurity: 'privileged',
  needs: { cpu: '100m', memory: '128Mi' },
  wishes: () => [
    {
      name: 'metrics',
      contract: 'metrics',
      optional: true,
      selector: { 'app.kubernetes.io/name': 'opentelemetry-collector', component: 'agent-collector' },
      port: 'measures',
    },
  ],
  values: ({ parameters }) => {
    const { collectLogs, tracesTo } = parameters as unknown as Parameters;
    return {
      mode: 'daemonset',
      fullnameOverride: 'opentelemetry',
      image: { repository: 'otel/opentelemetry-collector-contrib' },
      command: { name: 'otelcol-contrib' },
      presets: { logsCollection: { enabled: collectLogs }, kubernetesAttributes: { enabled: true } },
      config: configuration(tracesTo),
      ports: {
        otlp: { hostPort: 0 },
        'otlp-http': { hostPort: 0 },
        measures: { enabled: true, containerPort: 8889, servicePort: 8889, protocol: 'TCP' },
        ...Object.fromEntries(
          ['jaeger-compact', 'jaeger-thrift', 'jaeger-grpc', 'zipkin'].map(name => [name, CLOSED]),
        ),
      },
      service: { enabled: true, internalTrafficPolicy: 'Local' },
      resources: { requests: { cpu: '100m', memory: '128Mi' }, limits: { memory: '512Mi' } },
      securityContext: {
        // The log files are root's alone.
        runAsUser: collectLogs ? 0 : 10001,
        runAsGroup: collectLogs ? 0 : 10001,
        allowPrivilegeEscalation: false,
        readOnlyRootFilesystem: true,
        capabilities: { drop: ['ALL'] },
        seccompProfile: { type: 'RuntimeDefault' },
      },
    };
  },
};

/** The collector's configuration over the chart's; null takes away what stands there. */
function configuration(tracesTo: string | undefined): Record<string, unknown> {
  return {
    receivers: { jaeger: null, zipkin: null, prometheus: null },
    exporters: {
      debug: null,
      'otlphttp/logs': { endpoint: LOGS_URL },
      prometheus: { endpoint: `\${env:MY_POD_IP}:8889`, resource_to_telemetry_conversion: { enabled: true } },
      ...(tracesTo ? { 'otlphttp/traces': { endpoint: tracesTo } } : {}),
    },
    service: {
      pipelines: {
        logs: { receivers: ['otlp'], processors: PROCESSORS, exporters: ['otlphttp/logs'] },
        metrics: { receivers: ['otlp'], processors: PROCESSORS, exporters: ['prometheus'] },
        traces: tracesTo
          ? { receivers: ['otlp'], processors: PROCESSORS, exporters: ['otlphttp/traces'] }
          : null,
      },
    },
  };
}
