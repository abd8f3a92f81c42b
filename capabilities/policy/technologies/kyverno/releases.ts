import type { Upstream } from '@slipway/definition';

/** What can be installed, newest first; `npm run pin` looks the commits and digests up. */
export const releases: Upstream['releases'] = [
  {
    version: '1.19.0',
    form: 'chart',
    parts: [
      {
        at: '',
        git: {
          repository: 'https://github.com/kyverno/kyverno',
          revision: 'kyverno-chart-3.9.0',
          commit: 'ee97ce09538b09b6f1b03853cc41a62654d6a58f',
          path: 'charts/kyverno',
        },
      },
      {
        at: 'crds',
        git: {
          repository: 'https://github.com/kyverno/kyverno',
          revision: 'v1.19.0',
          commit: 'ee97ce09538b09b6f1b03853cc41a62654d6a58f',
          path: 'config/crds/policies.kyverno.io',
        },
      },
      {
        at: 'charts/kyverno-api',
        files: { 'Chart.yaml': 'apiVersion: v2\nname: kyverno-api\nversion: 0.0.1-alpha.4\n' },
      },
      {
        at: 'charts/openreports',
        files: { 'Chart.yaml': 'apiVersion: v2\nname: openreports\nversion: 0.1.0\n' },
      },
      {
        at: 'charts/reports-server',
        files: { 'Chart.yaml': 'apiVersion: v2\nname: reports-server\nversion: 0.1.6\n' },
      },
    ],
    digest: 'sha256:9bb4e4a4c53d9b8d1abb53459b88c885d1e29494af13c851616e9902eda69dbb',
  },
  {
    version: '1.18.2',
    form: 'chart',
    parts: [
      {
        at: '',
        git: {
          repository: 'https://github.com/kyverno/kyverno',
          revision: 'v1.18.2',
          commit: '945ac9ce8546ea6cd51370f24b615148c577da5e',
          path: 'charts/kyverno',
        },
      },
      {
        at: 'crds',
        git: {
          repository: 'https://github.com/kyverno/kyverno',
          revision: 'v1.18.2',
          commit: '945ac9ce8546ea6cd51370f24b615148c577da5e',
          path: 'config/crds/policies.kyverno.io',
        },
      },
      {
        at: 'charts/kyverno-api',
        files: { 'Chart.yaml': 'apiVersion: v2\nname: kyverno-api\nversion: 0.0.1-alpha.2\n' },
      },
      {
        at: 'charts/openreports',
        files: { 'Chart.yaml': 'apiVersion: v2\nname: openreports\nversion: 0.1.0\n' },
      },
      {
        at: 'charts/reports-server',
        files: { 'Chart.yaml': 'apiVersion: v2\nname: reports-server\nversion: 0.1.6\n' },
      },
    ],
    digest: 'sha256:42bf22c9fe4055c335dd4fd0f538306734cdbe2e958e8374516621e8a26c9e0a',
  },
];
