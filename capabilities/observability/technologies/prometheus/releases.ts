import type { Upstream } from '@slipway/definition';

/** What can be installed, newest first; `npm run pin` looks the commits and digests up. */
export const releases: Upstream['releases'] = [
  {
    version: '3.14.0',
    form: 'chart',
    parts: [
      {
        at: '',
        git: {
          repository: 'https://github.com/prometheus-community/helm-charts',
          revision: 'kube-prometheus-stack-88.5.3',
          commit: 'ea930baeebeba39f56d6b44e351f23b2a072a600',
          path: 'charts/kube-prometheus-stack',
        },
      },
      {
        at: 'charts/kube-state-metrics',
        git: {
          repository: 'https://github.com/prometheus-community/helm-charts',
          revision: 'kube-state-metrics-8.4.0',
          commit: '1982f1c5828920f5d4ea5d04956169e81f8c5129',
          path: 'charts/kube-state-metrics',
        },
      },
      {
        at: 'charts/prometheus-node-exporter',
        git: {
          repository: 'https://github.com/prometheus-community/helm-charts',
          revision: 'prometheus-node-exporter-4.56.1',
          commit: '8b8e639cac80a3001412f187060068978f649a55',
          path: 'charts/prometheus-node-exporter',
        },
      },
      { at: 'charts/grafana', files: { 'Chart.yaml': 'apiVersion: v2\nname: grafana\nversion: 12.11.1\n' } },
      {
        at: 'charts/prometheus-windows-exporter',
        files: { 'Chart.yaml': 'apiVersion: v2\nname: prometheus-windows-exporter\nversion: 0.12.0\n' },
      },
    ],
    digest: 'sha256:e5cc9eb9fb085c69a29e6119b9bdcb5b51757cf7d6e44c5eec489d1e5320f220',
  },
  {
    version: '3.13.1',
    form: 'chart',
    parts: [
      {
        at: '',
        git: {
          repository: 'https://github.com/prometheus-community/helm-charts',
          revision: 'kube-prometheus-stack-87.17.0',
          commit: '3c925da9af76f900a54246a0b1c4bc70c61aa960',
          path: 'charts/kube-prometheus-stack',
        },
      },
      {
        at: 'charts/kube-state-metrics',
        git: {
          repository: 'https://github.com/prometheus-community/helm-charts',
          revision: 'kube-state-metrics-7.8.1',
          commit: 'e816d4232b37bf50f6b0485787f9e628d3dfe52d',
          path: 'charts/kube-state-metrics',
        },
      },
      {
        at: 'charts/prometheus-node-exporter',
        git: {
          repository: 'https://github.com/prometheus-community/helm-charts',
          revision: 'prometheus-node-exporter-4.56.1',
          commit: '8b8e639cac80a3001412f187060068978f649a55',
          path: 'charts/prometheus-node-exporter',
        },
      },
      { at: 'charts/grafana', files: { 'Chart.yaml': 'apiVersion: v2\nname: grafana\nversion: 12.7.2\n' } },
      {
        at: 'charts/prometheus-windows-exporter',
        files: { 'Chart.yaml': 'apiVersion: v2\nname: prometheus-windows-exporter\nversion: 0.12.0\n' },
      },
    ],
    digest: 'sha256:42e3414a3d1e9932df29c44ccd9828bb07959498051568eda0b39421aee4c09e',
  },
];
