import type { Upstream } from '@slipway/definition';

/** What can be installed, newest first; `npm run pin` looks the commits and digests up. */
export const releases: Upstream['releases'] = [
  {
    version: '3.7.6',
    form: 'chart',
    parts: [
      {
        at: '',
        git: {
          repository: 'https://github.com/grafana-community/helm-charts',
          revision: 'loki-18.11.0',
          commit: '3386a1156177c6bcd7fdb1ad4c6b1dda094296e0',
          path: 'charts/loki',
        },
      },
      { at: 'charts/minio', files: { 'Chart.yaml': 'apiVersion: v2\nname: minio\nversion: 5.4.0\n' } },
      {
        at: 'charts/rollout-operator',
        files: { 'Chart.yaml': 'apiVersion: v2\nname: rollout-operator\nversion: 0.51.1\n' },
      },
    ],
    digest: 'sha256:1bf0353008980ed77edc6de89120675301700ce51375554f3b2b42cf06fea1ce',
    breaking: ['The chart calls one process Monolithic now, before SingleBinary; its volume stays.'],
  },
  {
    version: '3.6.7',
    form: 'chart',
    parts: [
      {
        at: '',
        git: {
          repository: 'https://github.com/grafana-community/helm-charts',
          revision: 'loki-9.0.0',
          commit: '04ec16ac4c5680eb5e00f2b12f516bbb2848684f',
          path: 'charts/loki',
        },
      },
      { at: 'charts/minio', files: { 'Chart.yaml': 'apiVersion: v2\nname: minio\nversion: 5.4.0\n' } },
      {
        at: 'charts/rollout-operator',
        files: { 'Chart.yaml': 'apiVersion: v2\nname: rollout-operator\nversion: 0.45.0\n' },
      },
    ],
    digest: 'sha256:d2e9a3ecd29a2613c15501d29fae9e2a3ba393fcf286bca5843f74080adc2754',
  },
];
