// What happens, and why.
import { defineCapabilities } from '@slipway/definition';

export const capabilities = defineCapabilities([
  {
    id: 'observability',
    title: 'Observability',
    purpose: 'Metrics, logs and traces tell what happens, and why.',
    choice: 'many',
    kinds: ['PodMonitor.monitoring.coreos.com/v1', 'PrometheusRule.monitoring.coreos.com/v1'],
    technologies: ['prometheus', 'opentelemetry', 'grafana', 'loki'],
  },
]);
