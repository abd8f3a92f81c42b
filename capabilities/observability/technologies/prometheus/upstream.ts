import type { AnyObject } from '@slipway/api';
import type { Grant, MetricsWish, Upstream, UpstreamSettings, Wisher } from '@slipway/definition';
import { dataSourceObject } from '../../data-source.ts';
import { releases } from './releases.ts';

interface Parameters {
  replicas: number;
  retention: string;
  storage: string;
  alertmanager: boolean;
}

export const parameters = {
  type: 'object',
  additionalProperties: false,
  properties: {
    replicas: { type: 'integer', minimum: 1, maximum: 3, default: 1 },
    retention: {
      type: 'string',
      pattern: '^[0-9]+(h|d|w|y)$',
      default: '15d',
      description: 'How long measurements are kept.',
    },
    storage: {
      type: 'string',
      pattern: '^[0-9]+(Mi|Gi|Ti)$',
      default: '20Gi',
      description: 'Of each replica.',
    },
    alertmanager: { type: 'boolean', default: true, description: 'Whether alerts are grouped and sent on.' },
  },
};

/** What is scraped of the cluster itself; control planes of clouds do not show more. */
const NOT_SCRAPED = Object.fromEntries(
  ['coreDns', 'kubeControllerManager', 'kubeDns', 'kubeEtcd', 'kubeProxy', 'kubeScheduler'].map(name => [
    name,
    { enabled: false },
  ]),
);

/** Without a door to the outside: it knows no people. Who may look does so through what shows dashboards. */
export const upstream: Upstream = {
  releases,
  namespace: 'prometheus',
  needs: { cpu: '250m', memory: '700Mi', storage: true },
  values: ({ parameters, platform }) => {
    const { replicas, retention, storage, alertmanager } = parameters as unknown as Parameters;
    return {
      fullnameOverride: 'prometheus',
      cleanPrometheusOperatorObjectNames: true,
      crds: { enabled: true },
      grafana: { enabled: false },
      windowsMonitoring: { enabled: false },
      // It looks into the node itself: not in a namespace whose pods are restricted.
      nodeExporter: { enabled: false },
      ...NOT_SCRAPED,
      prometheusOperator: {
        // Its certificate would be made by a Job; the schema of its kinds refuses most of what it would.
        admissionWebhooks: { enabled: false },
        tls: { enabled: false },
        resources: { requests: { cpu: '50m', memory: '128Mi' } },
      },
      'kube-state-metrics': { resources: { requests: { cpu: '20m', memory: '64Mi' } } },
      alertmanager: {
        enabled: alertmanager,
        alertmanagerSpec: { resources: { requests: { cpu: '20m', memory: '64Mi' } } },
      },
      prometheus: {
        prometheusSpec: {
          replicas,
          retention,
          externalLabels: { platform },
          resources: { requests: { cpu: '150m', memory: '400Mi' } },
          storageSpec: { volumeClaimTemplate: { spec: claimOf(storage) } },
          // Whoever writes a monitor or a rule is heard, not only this chart.
          ...Object.fromEntries(
            ['podMonitor', 'serviceMonitor', 'probe', 'rule', 'scrapeConfig'].map(kind => [
              `${kind}SelectorNilUsesHelmValues`,
              false,
            ]),
          ),
        },
      },
    };
  },
  objects: ({ namespace }) => [
    dataSourceObject(
      {
        name: 'Prometheus',
        type: 'prometheus',
        url: `http://prometheus-prometheus.${namespace}.svc:9090`,
        isDefault: true,
      },
      namespace,
    ),
  ],
  grants: { metrics: grantMetrics },
};

function claimOf(storage: string): Record<string, unknown> {
  return { accessModes: ['ReadWriteOnce'], resources: { requests: { storage } } };
}

/** In its own namespace: the wisher's may not be there yet when this is. */
function grantMetrics(wish: MetricsWish, wisher: Wisher, { namespace }: UpstreamSettings): Grant {
  const { selector, port, path = '/metrics' } = wish;
  const monitor: AnyObject = {
    apiVersion: 'monitoring.coreos.com/v1',
    kind: 'PodMonitor',
    metadata: { name: `${wisher.component}-${wish.name}`, namespace },
    spec: {
      namespaceSelector: { matchNames: [wisher.namespace] },
      selector: { matchLabels: selector },
      podMetricsEndpoints: [{ ...(typeof port === 'number' ? { portNumber: port } : { port }), path }],
    },
  };
  return { objects: [monitor], facts: {} };
}
